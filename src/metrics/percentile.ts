import type { Micros } from '../kernel/time.ts';

/** Shares in ten-thousandths, so that ranks are computed in whole numbers and never depend on rounding. */
export const rank = { p50: 5_000, p90: 9_000, p99: 9_900, p999: 9_990, p9999: 9_999 } as const;

/** What a set of samples looks like; every percentile is one of the samples. */
export interface Distribution {
  readonly count: number;
  readonly minimum: Micros;
  readonly p50: Micros;
  readonly p90: Micros;
  readonly p99: Micros;
  readonly p999: Micros;
  readonly p9999: Micros;
  readonly maximum: Micros;
  readonly mean: Micros;
}

/** The nearest rank: the smallest sample that is not below `share` ten-thousandths of all samples. */
export function percentileOf(sorted: Float64Array, share: number): number {
  const position = Math.ceil((share * sorted.length) / 10_000) - 1;
  return sorted[Math.max(0, position)]!;
}

/** Sorts the samples in place; null where there are none. */
export function distributionOf(samples: Float64Array): Distribution | null {
  if (samples.length === 0) return null;
  samples.sort();
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) sum += samples[i]!;
  return {
    count: samples.length,
    minimum: samples[0]!,
    p50: percentileOf(samples, rank.p50),
    p90: percentileOf(samples, rank.p90),
    p99: percentileOf(samples, rank.p99),
    p999: percentileOf(samples, rank.p999),
    p9999: percentileOf(samples, rank.p9999),
    maximum: samples[samples.length - 1]!,
    mean: sum / samples.length,
  };
}

/**
 * The percentile of samples in any order, which are reordered: a selection by parting (Hoare 1961), in linear time
 * where sorting is not. Not for samples that include NaN.
 */
export function percentileBySelection(samples: Float64Array, share: number): number {
  const position = Math.max(0, Math.ceil((share * samples.length) / 10_000) - 1);
  let low = 0;
  let high = samples.length - 1;
  while (low < high) {
    const pivot = samples[(low + high) >>> 1]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (samples[left]! < pivot) left += 1;
      while (samples[right]! > pivot) right -= 1;
      if (left > right) break;
      const swapped = samples[left]!;
      samples[left] = samples[right]!;
      samples[right] = swapped;
      left += 1;
      right -= 1;
    }
    if (position <= right) high = right;
    else if (position >= left) low = left;
    else break;
  }
  return samples[position]!;
}
