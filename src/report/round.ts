import { type Micros, microsPerMillisecond, microsPerSecond } from '../kernel/time.ts';

/** Numbers are rounded when they are measured, so that every file, table and page shows the same digits. */
export function toMs(micros: Micros): number;
export function toMs(micros: Micros | null | undefined): number | null;
export function toMs(micros: Micros | null | undefined): number | null {
  return micros === null || micros === undefined ? null : rounded(micros / microsPerMillisecond, 1e3);
}

export function toSeconds(micros: Micros): number {
  return rounded(micros / microsPerSecond, 1e6);
}

/** Shares keep six decimals; one that is not quite 0 or 1 is not rounded to it, for that would be another statement. */
export function toShare(share: number): number;
export function toShare(share: number | null): number | null;
export function toShare(share: number | null): number | null {
  if (share === null || share === 0 || share === 1) return share;
  return Math.min(Math.max(rounded(share, 1e6), 0.000001), 0.999999);
}

/** Rates, averages and amounts keep three decimals. */
export function toRate(rate: number | null | undefined): number | null {
  return rate === null || rate === undefined ? null : rounded(rate, 1e3);
}

function rounded(value: number, unit: number): number {
  // Adding 0 turns a negative zero into a plain one.
  return Math.round(value * unit) / unit + 0;
}
