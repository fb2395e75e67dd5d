import type { Columns } from '../history/history.ts';
import type { KeyView } from './keys.ts';
import { countMissed, earliestFrom, type StaleRead } from './missed-versions.ts';
import {
  endOfSource,
  mayHaveHappened,
  neverVisible,
  phantomValue,
  type RegisterWrites,
  registerWrites,
} from './register-writes.ts';
import { isLoad } from './rows.ts';
import { ascendingOrder, columnOf, countBelow, countUpTo, permuted } from './sorted.ts';
import type { StalenessColumns } from './staleness-columns.ts';

/** Writes that a read could be blamed for missing, by their beginnings; and for each the first end from there on. */
interface Candidates {
  readonly began: Float64Array;
  readonly ended: Float64Array;
  readonly firstEndFrom: Float64Array;
}

/** Candidates by their ends; and for each end, the earliest beginning among those that share it. */
interface ByEnd {
  readonly ended: Float64Array;
  readonly began: Float64Array;
}

/**
 * A read of w misses w' if w was over before w' began and w' was over before the read began: then no order of the
 * writes in real time excuses it. Its age counts from the first such w' to be over.
 */
export function judgeRegister(columns: Columns, view: KeyView, out: StalenessColumns): void {
  const writes = registerWrites(columns, view);
  if (writes === null) return;
  const candidates = candidatesOf(columns, writes);
  const byEnd = byEndOf(candidates);
  const stale: StaleRead[] = [];
  for (let i = 0; i < writes.reads.length; i += 1) {
    const row = writes.reads[i]!;
    const source = writes.sources[i]!;
    if (!isLoad(columns, row) || source === phantomValue) continue;
    const seenEnd = endOfSource(writes, source);
    const from = countUpTo(candidates.began, seenEnd);
    const at = columns.invokedAt[row]!;
    const known = candidates.firstEndFrom[from]!;
    out.age[row] = known < at ? at - known : 0;
    out.versions[row] = 0;
    if (known < at) stale.push({ row, from, at });
    const latest = countBelow(byEnd.ended, at) - 1;
    if (latest < 0) continue;
    out.elapsed[row] = at - byEnd.ended[latest]!;
    out.unseen[row] = byEnd.began[latest]! > seenEnd ? 1 : 0;
  }
  countMissed(candidates.ended, byEnd.ended, stale, out.versions);
}

function candidatesOf(columns: Columns, writes: RegisterWrites): Candidates {
  const lost = neverVisible(columns, writes);
  const chosen: number[] = [];
  for (let i = 0; i < writes.rows.length; i += 1) {
    const isOver = writes.ended[i]! < Number.POSITIVE_INFINITY;
    if (isOver && mayHaveHappened(columns, writes.rows[i]!) && lost[i] === 0) chosen.push(i);
  }
  const unordered = columnOf(chosen, (i) => writes.began[i]!);
  const order = ascendingOrder(unordered);
  const began = permuted(unordered, order);
  const ended = permuted(
    columnOf(chosen, (i) => writes.ended[i]!),
    order,
  );
  return { began, ended, firstEndFrom: earliestFrom(ended) };
}

function byEndOf({ began, ended }: Candidates): ByEnd {
  const order = ascendingOrder(ended);
  const sorted = { ended: permuted(ended, order), began: permuted(began, order) };
  // Of writes that were over at the same instant any may be the latest: the earliest begun is the easiest to have seen.
  for (let i = 1; i < order.length; i += 1) {
    if (sorted.ended[i] !== sorted.ended[i - 1]) continue;
    sorted.began[i] = Math.min(sorted.began[i]!, sorted.began[i - 1]!);
  }
  return sorted;
}
