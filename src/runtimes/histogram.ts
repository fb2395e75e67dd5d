import type { Micros } from '../kernel/time.ts';

/** 7 mantissa bits: a bucket is at most 0.8 % wide. */
const mantissaBits = 7;
const linear = 1 << mantissaBits;
const largest = 0x7fffffff;
const bucketCount = bucketOf(largest) + 1;

/** The 32-bit words that one histogram takes: its buckets, then the largest value. */
export const histogramWords = bucketCount + 1;

/**
 * Counts whole microseconds in buckets of log-linear width. It lives on words that somebody else owns, so that what
 * a thread counted outlives it; one thread writes, and others read when it is gone.
 */
export class Histogram {
  readonly #words: Uint32Array;

  constructor(words: Uint32Array = new Uint32Array(histogramWords)) {
    this.#words = words;
  }

  record(value: Micros): void {
    const clamped = value < 0 ? 0 : value > largest ? largest : value;
    const words = this.#words;
    const bucket = bucketOf(clamped);
    words[bucket] = words[bucket]! + 1;
    if (clamped > words[bucketCount]!) words[bucketCount] = clamped;
  }

  merge(other: Histogram): void {
    const words = this.#words;
    for (let i = 0; i < bucketCount; i += 1) words[i] = words[i]! + other.#words[i]!;
    words[bucketCount] = Math.max(words[bucketCount]!, other.#words[bucketCount]!);
  }

  get count(): number {
    let sum = 0;
    for (let i = 0; i < bucketCount; i += 1) sum += this.#words[i]!;
    return sum;
  }

  get maximum(): Micros {
    return this.#words[bucketCount]!;
  }

  /** The middle of the bucket in which the value of this rank lies (0 < share ≤ 1); 0 where nothing was counted. */
  quantile(share: number): Micros {
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let i = 0; i < bucketCount; i += 1) {
      seen += this.#words[i]!;
      if (seen >= rank) return Math.min(middleOf(i), this.maximum);
    }
    return 0;
  }
}

function bucketOf(value: number): number {
  if (value < linear) return value;
  const shift = 31 - Math.clz32(value) - mantissaBits;
  return (shift + 1) * linear + ((value >>> shift) - linear);
}

function middleOf(bucket: number): Micros {
  if (bucket < linear) return bucket;
  const shift = Math.floor(bucket / linear) - 1;
  const lowest = ((bucket % linear) + linear) * 2 ** shift;
  return Math.floor(lowest + (2 ** shift - 1) / 2);
}
