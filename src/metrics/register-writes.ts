import { ValueIndex } from '../checkers/value-index.ts';
import { type Columns, kindCode, valueKind } from '../history/history.ts';
import type { Micros } from '../kernel/time.ts';
import { finalReads, type KeyView } from './keys.ts';
import { isOk, isUnknown } from './rows.ts';
import { columnOf } from './sorted.ts';

/** What a read returned: the position of the write in `RegisterWrites`, or one of the two below. */
export const initialValue = -1;
/** No write of this value had been asked by then. */
export const phantomValue = -2;

/** The writes of one register whose written values are unique, so that each read names the write it saw. */
export interface RegisterWrites {
  readonly rows: readonly number[];
  readonly began: Float64Array;
  /**
   * When a write was over: its completion if it was acknowledged, otherwise the first completion of a read that saw
   * it, because it had happened by then; infinite if nobody ever saw it.
   */
  readonly ended: Float64Array;
  /** Whether some read returned it, or a cas replaced it. */
  readonly seen: Uint8Array;
  /** Acknowledged cas, and which write each says it replaced. */
  readonly replacers: readonly number[];
  readonly replaced: Int32Array;
  /** Rows of answered reads in the order of the history, and what each returned. */
  readonly reads: readonly number[];
  readonly sources: Int32Array;
  /** The newest write that a final read returned; `phantomValue` where there was no such read. */
  readonly lastSeen: number;
  /** Which write wrote a value, by its place in `rows`. */
  readonly positions: ValueIndex;
}

/** Null where a value was written twice, or written as nothing: then a read does not name what it saw. */
export function registerWrites(columns: Columns, view: KeyView): RegisterWrites | null {
  const rows: number[] = [];
  const reads: number[] = [];
  for (const row of view.rows) {
    const kind = columns.kind[row]!;
    if (kind === kindCode.write || kind === kindCode.cas) rows.push(row);
    else if (kind === kindCode.read && isOk(columns, row)) reads.push(row);
  }
  const positions = new ValueIndex(rows.length);
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i]!;
    const kind = columns.argumentKind[row]!;
    if (kind === valueKind.absent || kind === valueKind.null) return null;
    if (!positions.add(columns.argument[row]!, kind, i)) return null;
  }
  const began = columnOf(rows, (row) => columns.invokedAt[row]!);
  const ended = columnOf(rows, (row) =>
    isOk(columns, row) ? columns.completedAt[row]! : Number.POSITIVE_INFINITY,
  );
  const seen = new Uint8Array(rows.length);
  const sourceOf = (row: number, kind: number, value: number) => {
    const source = positionOf(positions, kind, value);
    if (source < 0) return source;
    if (columns.completedAt[row]! < began[source]!) return phantomValue;
    seen[source] = 1;
    if (!isOk(columns, rows[source]!)) {
      ended[source] = Math.min(ended[source]!, columns.completedAt[row]!);
    }
    return source;
  };
  const sources = Int32Array.from(reads, (row) =>
    sourceOf(row, columns.valueKind[row]!, columns.value[row]!),
  );
  const replacers = rows.filter((row) => columns.kind[row] === kindCode.cas && isOk(columns, row));
  const replaced = Int32Array.from(replacers, (row) =>
    sourceOf(row, columns.conditionKind[row]!, columns.condition[row]!),
  );
  const lastSeen = newestOf(finalReads(columns, view), positions, columns, ended);
  return { rows, began, ended, seen, replacers, replaced, reads, sources, lastSeen, positions };
}

/** The end of what a read saw; before all time for the initial value. */
export function endOfSource(writes: RegisterWrites, source: number): Micros {
  return source === initialValue ? Number.NEGATIVE_INFINITY : writes.ended[source]!;
}

/**
 * Acknowledged writes that began after the write of the final value was over: they are gone, and nothing newer
 * took their place. Null where no final read tells.
 */
export function lostWrites(columns: Columns, writes: RegisterWrites): readonly number[] | null {
  if (writes.lastSeen === phantomValue) return null;
  const end = endOfSource(writes, writes.lastSeen);
  const lost: number[] = [];
  for (let i = 0; i < writes.rows.length; i += 1) {
    if (isOk(columns, writes.rows[i]!) && writes.began[i]! > end) lost.push(i);
  }
  return lost;
}

/** Marks lost writes that nobody ever saw: they are no staleness, for no read could have returned them. */
export function neverVisible(columns: Columns, writes: RegisterWrites): Uint8Array {
  const marks = new Uint8Array(writes.rows.length);
  for (const i of lostWrites(columns, writes) ?? []) marks[i] = 1 - writes.seen[i]!;
  return marks;
}

/** Whether a read had seen a write that is newer than the final value: then an older one took its place. */
export function cameBack(writes: RegisterWrites): boolean {
  if (writes.lastSeen === phantomValue) return false;
  const end = endOfSource(writes, writes.lastSeen);
  return writes.began.some((began, i) => writes.seen[i] === 1 && began > end);
}

/** Acknowledged cas beyond the first that replaced the same value, which was there once only. */
export function forkedCas({ replaced, rows }: RegisterWrites): number {
  const taken = new Uint8Array(rows.length + 1);
  let forks = 0;
  for (const source of replaced) {
    if (source === phantomValue) continue;
    forks += taken[source + 1]!; // The initial value comes first.
    taken[source + 1] = 1;
  }
  return forks;
}

/** Whether a write took effect or may have done so. */
export function mayHaveHappened(columns: Columns, row: number): boolean {
  return isOk(columns, row) || isUnknown(columns, row);
}

function newestOf(
  finals: readonly number[],
  positions: ValueIndex,
  columns: Columns,
  ended: Float64Array,
): number {
  let newest = phantomValue;
  for (const row of finals) {
    const source = positionOf(positions, columns.valueKind[row]!, columns.value[row]!);
    if (source === phantomValue) continue;
    const isNewer = newest < 0 || (source >= 0 && ended[source]! > ended[newest]!);
    if (newest === phantomValue || isNewer) newest = source;
  }
  return newest;
}

/** Which write wrote a value; numbers and texts are kept apart, so that 7 is not the seventh text. */
export function positionOf(positions: ValueIndex, kind: number, value: number): number {
  if (kind === valueKind.absent || kind === valueKind.null) return initialValue;
  const position = positions.find(value, kind);
  if (position >= 0) return position;
  // To whoever counts, nothing written is 0.
  return kind === valueKind.number && value === 0 ? initialValue : phantomValue;
}
