import type { Columns } from '../history/history.ts';
import { initialValue, mayHaveHappened, phantomValue, type RegisterWrites } from './register-writes.ts';
import { isOk } from './rows.ts';

/**
 * Each value of a register that was there with everything that saw it: a cluster (Gibbons and Korach 1997). Values whose write
 * nobody acknowledged and nobody read are left out, for they need not have been there.
 */
export interface Clusters {
  /** When the first operation of a cluster was over; before all time for the initial value. */
  readonly first: Float64Array;
  /** When its write began, and when the last of its reads did; before all time where there is none. */
  readonly pinned: Float64Array;
  readonly movable: Float64Array;
  /** Reads that belong to no cluster: of what nobody wrote, or over before its write began. */
  readonly inexplicable: number;
}

/** A cas counts as the write that it made. */
export function clustersOf(columns: Columns, writes: RegisterWrites): Clusters {
  const size = writes.rows.length + 1; // The initial value comes last.
  const first = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const pinned = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  const movable = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < writes.rows.length; i += 1) {
    pinned[i] = writes.began[i]!;
    if (isOk(columns, writes.rows[i]!)) first[i] = columns.completedAt[writes.rows[i]!]!;
  }
  first[size - 1] = Number.NEGATIVE_INFINITY;
  let inexplicable = 0;
  for (let i = 0; i < writes.reads.length; i += 1) {
    const row = writes.reads[i]!;
    const source = writes.sources[i]!;
    if (source === phantomValue || !hasHappened(columns, writes, source)) {
      inexplicable += 1;
      continue;
    }
    const cluster = source === initialValue ? size - 1 : source;
    first[cluster] = Math.min(first[cluster]!, columns.completedAt[row]!);
    movable[cluster] = Math.max(movable[cluster]!, columns.invokedAt[row]!);
  }
  return compacted({ first, pinned, movable, inexplicable });
}

function hasHappened(columns: Columns, writes: RegisterWrites, source: number): boolean {
  return source === initialValue || mayHaveHappened(columns, writes.rows[source]!);
}

/** Leaves out what was never there: writes without an end, and an initial value that nobody read. */
function compacted({ first, pinned, movable, inexplicable }: Clusters): Clusters {
  const last = first.length - 1;
  const stays = (i: number) =>
    i === last ? movable[i]! > Number.NEGATIVE_INFINITY : first[i]! < Number.POSITIVE_INFINITY;
  const chosen = (values: Float64Array) => values.filter((_, i) => stays(i));
  return { first: chosen(first), pinned: chosen(pinned), movable: chosen(movable), inexplicable };
}
