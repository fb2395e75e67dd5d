import type { Columns } from '../history/history.ts';
import type { Micros } from '../kernel/time.ts';
import { type Counter, counterOf, numberRead, numericReads, rangeOf, tolerance } from './counters.ts';
import { finalReads, type KeyView } from './keys.ts';
import { isLoad } from './rows.ts';
import { ascendingOrder, columnOf, countBelow, permuted } from './sorted.ts';
import type { StalenessColumns } from './staleness-columns.ts';

/**
 * A counter's read is behind by what was acknowledged before it began and is not in its value. Of that, it is stale
 * by what some read that completed later (or at the same time) proves to have been there: what never shows again
 * is lost, not stale.
 */
export function judgeCounter(columns: Columns, view: KeyView, out: StalenessColumns): void {
  const counter = counterOf(columns, view);
  if (counter === null) return;
  if (counter.risesOnly) judgeOneWay(columns, view, counter, 1, out);
  else if (counter.fallsOnly) judgeOneWay(columns, view, counter, -1, out);
  else judgeBothWays(columns, view, counter, out);
}

/**
 * Where all updates go one way, a read over [b, c] that returns v proves: at most `possible(c) − v` of what may
 * have happened by c was missing from it. So of the updates acknowledged before an earlier read began, at most
 * that many were missing there either; the earlier read's own shortfall beyond that is staleness.
 */
function judgeOneWay(
  columns: Columns,
  view: KeyView,
  counter: Counter,
  direction: 1 | -1,
  out: StalenessColumns,
): void {
  const movement = direction === 1 ? counter.rises : counter.falls;
  const reads = numericReads(columns, view);
  const moved = (row: number) => direction * (numberRead(columns, row)! - counter.base);
  const excuses = excusesOf(
    columns,
    reads,
    (row) => movement.invokedUpTo(columns.completedAt[row]!) - moved(row),
  );
  for (const row of reads) {
    if (!isLoad(columns, row)) continue;
    const at = columns.invokedAt[row]!;
    const expected = movement.completedBefore(at);
    const behind = expected - moved(row);
    const missed = behind - excuses.from(at);
    const isStale = missed > tolerance(expected);
    out.expected[row] = direction === 1 ? counter.base + expected : Number.NaN;
    out.behind[row] = behind > tolerance(expected) ? behind : 0;
    out.increments[row] = isStale ? missed : 0;
    out.age[row] = isStale ? at - (movement.missedSince(at, missed) ?? counter.baseAt ?? at) : 0;
    noteVisibility(counter, row, at, isStale, out);
  }
}

/** For each moment, the least excuse that any read gives which completes then or later. */
function excusesOf(
  columns: Columns,
  reads: readonly number[],
  excuseOf: (row: number) => number,
): { from: (at: number) => number } {
  const completedAt = columnOf(reads, (row) => columns.completedAt[row]!);
  const order = ascendingOrder(completedAt);
  const sorted = permuted(completedAt, order);
  const least = new Float64Array(reads.length + 1).fill(Number.POSITIVE_INFINITY);
  for (let i = reads.length - 1; i >= 0; i -= 1) {
    const excuse = Math.max(0, excuseOf(reads[order[i]!]!));
    least[i] = Math.min(excuse, least[i + 1]!);
  }
  return { from: (at) => least[countBelow(sorted, at)]! };
}

/**
 * Where updates go both ways, what a single read lacks can be told from the range that real time allows, but not
 * what later reads prove. So a key is judged only if its final value shows that nothing is missing in the end.
 */
function judgeBothWays(columns: Columns, view: KeyView, counter: Counter, out: StalenessColumns): void {
  const finals = finalReads(columns, view);
  const isSettled = (row: number) => shortfallOf(columns, counter, row).amount === 0;
  if (finals.length === 0 || !finals.every(isSettled)) return;
  for (const row of numericReads(columns, view)) {
    if (!isLoad(columns, row)) continue;
    const { amount, movement } = shortfallOf(columns, counter, row);
    const at = columns.invokedAt[row]!;
    out.behind[row] = amount;
    out.increments[row] = amount;
    out.age[row] = amount > 0 ? at - (movement.missedSince(at, amount) ?? counter.baseAt ?? at) : 0;
    noteVisibility(counter, row, at, amount > 0, out);
  }
}

/** Adds have no names, so a read that is not known to lack any is taken to have seen the latest. */
function noteVisibility(
  { rises, falls, baseAt }: Counter,
  row: number,
  at: Micros,
  isStale: boolean,
  out: StalenessColumns,
): void {
  const latest = Math.max(
    rises.lastCompletedBefore(at) ?? Number.NEGATIVE_INFINITY,
    falls.lastCompletedBefore(at) ?? Number.NEGATIVE_INFINITY,
    baseAt !== null && baseAt < at ? baseAt : Number.NEGATIVE_INFINITY,
  );
  if (latest === Number.NEGATIVE_INFINITY) return;
  out.elapsed[row] = at - latest;
  out.unseen[row] = isStale ? 1 : 0;
}

/** How far a read lies outside the range that real time allows, and updates of which direction it must lack. */
function shortfallOf(columns: Columns, counter: Counter, row: number) {
  const { low, high } = rangeOf(counter, columns.invokedAt[row]!, columns.completedAt[row]!);
  const value = numberRead(columns, row);
  if (value === null) return { amount: Number.POSITIVE_INFINITY, movement: counter.rises };
  if (value < low - tolerance(low)) return { amount: low - value, movement: counter.rises };
  if (value > high + tolerance(high)) return { amount: value - high, movement: counter.falls };
  return { amount: 0, movement: counter.rises };
}
