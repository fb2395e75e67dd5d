import type { Columns } from '../history/history.ts';
import { MarkCounter } from './fenwick.ts';
import type { KeyView } from './keys.ts';
import {
  endOfSource,
  lostWrites,
  mayHaveHappened,
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

interface StaleRead {
  readonly row: number;
  /** All candidates from this position on began after the write that the read saw was over. */
  readonly from: number;
  readonly at: number;
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
  countVersions(byEnd.ended, candidates, stale, out);
}

/** Lost writes that nobody ever saw are no staleness: no read could have returned them. */
function candidatesOf(columns: Columns, writes: RegisterWrites): Candidates {
  const lost = new Uint8Array(writes.rows.length);
  for (const i of lostWrites(columns, writes) ?? []) lost[i] = 1 - writes.seen[i]!;
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
  const firstEndFrom = new Float64Array(chosen.length + 1).fill(Number.POSITIVE_INFINITY);
  for (let i = chosen.length - 1; i >= 0; i -= 1) {
    firstEndFrom[i] = Math.min(ended[i]!, firstEndFrom[i + 1]!);
  }
  return { began, ended, firstEndFrom };
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

/** Sweeps from the newest candidate to the oldest, so that each stale read is counted over exactly those it may miss. */
function countVersions(
  ends: Float64Array,
  { ended }: Candidates,
  stale: readonly StaleRead[],
  out: StalenessColumns,
): void {
  if (stale.length === 0) return;
  const marks = new MarkCounter(ends.length);
  const byStart = ascendingOrder(columnOf(stale, (read) => -read.from));
  let next = ended.length;
  for (const position of byStart) {
    const read = stale[position]!;
    while (next > read.from) {
      next -= 1;
      marks.mark(countBelow(ends, ended[next]!));
    }
    out.versions[read.row] = marks.below(countBelow(ends, read.at));
  }
}
