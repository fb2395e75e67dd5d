import { MarkCounter } from './fenwick.ts';
import { ascendingOrder, columnOf, countBelow } from './sorted.ts';

/** A read that missed something among versions that stand in an order. */
export interface StaleRead {
  readonly row: number;
  /** All versions from this position on are newer than what it saw. */
  readonly from: number;
  readonly at: number;
}

/**
 * How many of the versions that each read could have missed were there before it began, in O(n log n): sweeps from the newest
 * version to the oldest, so that each read is counted over exactly those. `since` is when each version was there, in the order of
 * the versions, and `sorted` the same in the order of time.
 */
export function countMissed(
  since: Float64Array,
  sorted: Float64Array,
  stale: readonly StaleRead[],
  versions: Float64Array,
): void {
  if (stale.length === 0) return;
  const marks = new MarkCounter(sorted.length);
  const byStart = ascendingOrder(columnOf(stale, (read) => -read.from));
  let next = since.length;
  for (const position of byStart) {
    const read = stale[position]!;
    while (next > read.from) {
      next -= 1;
      marks.mark(countBelow(sorted, since[next]!));
    }
    versions[read.row] = marks.below(countBelow(sorted, read.at));
  }
}

/** For each position the earliest of the times from there on; infinite after the last. */
export function earliestFrom(since: Float64Array): Float64Array {
  const earliest = new Float64Array(since.length + 1).fill(Number.POSITIVE_INFINITY);
  for (let i = since.length - 1; i >= 0; i -= 1) earliest[i] = Math.min(since[i]!, earliest[i + 1]!);
  return earliest;
}
