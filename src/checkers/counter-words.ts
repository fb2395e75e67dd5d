import { completionCode, type History, kindCode } from '../history/history.ts';
import type { Increments, Windows } from './counter-windows.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, deedOf, processOf, valueRead } from './words.ts';
import { countUpTo } from './zones.ts';

/** With more increments than this, one of them stands for all in a witness. */
const shownIncrements = 16;

/** A value that no number of increments makes. */
export function impossible(history: History, { impossible: row, start, step }: Increments): Verdict {
  return violated(
    [row],
    `${saw(history, row)}, which no number of the increments of ${step} that were asked for makes of ${start}`,
  );
}

/** Two increments of one number. */
export function toldTwice(history: History, [one, two]: readonly number[]): Verdict {
  const both = `${processOf(history, one!)} and ${processOf(history, two!)}`;
  return violated(
    [one!, two!],
    `${both} were both told that theirs made the count ${valueRead(history, one!)}`,
  );
}

/** Whoever bounds slot k from above saw it before whoever bounds it from below began, and did not. */
export function sentBack(history: History, windows: Windows, slot: number): Verdict {
  const [earlier, later] = [windows.latestRow[slot]!, windows.earliestRow[slot]!];
  const { completedAt } = history.columns;
  const had = `${deedInWords(history, earlier)} had completed at ${atSecond(completedAt[earlier]!)}`;
  return violated([earlier, later], `${sawAt(history, later)} although ${had}`);
}

/** Whoever bounds slot k from above saw the k-th increment before enough of them had even been asked for. */
export function seenTooEarly(history: History, windows: Windows, slot: number): Verdict {
  const row = windows.latestRow[slot]!;
  const by = atSecond(history.columns.completedAt[row]!);
  const most =
    slot === 1 ? 'no increment' : slot === 2 ? 'only one increment' : `only ${slot - 1} increments`;
  return violated([row], `${saw(history, row)} by ${by} although ${most} can have happened by then`);
}

/** Whoever bounds slot k from below began after this increment, and as many others as it counted, had completed. */
export function missed(
  history: History,
  increments: Increments,
  windows: Windows,
  slot: number,
  late: number,
): Verdict {
  const { completedAt } = history.columns;
  const stale = windows.earliestRow[slot]!;
  const { since, rows } = missedSince(history, increments, stale);
  const last = rows.reduce((a, b) => (completedAt[b]! > completedAt[a]! ? b : a), late);
  const when = atSecond(completedAt[last]!);
  const what = rows.length > 1 ? `${rows.length} increments` : deedOf(history, last);
  const after = since === -1 ? '' : `, begun after ${deedInWords(history, since)} had completed,`;
  const shown = rows.length === 0 || rows.length > shownIncrements ? [last] : rows;
  return violated(
    [since, ...shown, stale],
    `${sawAt(history, stale)} although ${what}${after} had completed at ${when}`,
  );
}

/** Increments of which a row cannot have counted all, and since whose count; −1 for the start. */
interface Missed {
  readonly since: number;
  readonly rows: readonly number[];
}

/**
 * The fewest increments that show that a row missed one: one more than it counted since something that had completed
 * before they began. Empty where increments that tell their own number are needed to show it.
 */
function missedSince(history: History, increments: Increments, stale: number): Missed {
  const { free, told, counts } = increments;
  const { kind, completion, invokedAt, completedAt } = history.columns;
  const before = invokedAt[stale]!;
  const seen = counts[told.indexOf(stale)]! - (kind[stale] === kindCode.add ? 1 : 0);
  const done = free.filter((row) => completion[row] === completionCode.ok && completedAt[row]! < before);
  const begun = Float64Array.from(done, (row) => invokedAt[row]!);
  let best: Missed = { since: -1, rows: done.length > seen ? [...done.subarray(0, seen + 1)] : [] };
  for (let i = 0; i < told.length; i += 1) {
    const row = told[i]!;
    const missing = seen - counts[i]!;
    if (missing < 0 || !(completedAt[row]! < before)) continue;
    if (best.rows.length > 0 && missing + 1 >= best.rows.length) continue;
    // Those begun after it completed are the end of `done`, which is in the order of invocation.
    const since = done.subarray(countUpTo(begun, completedAt[row]!));
    if (since.length > missing) best = { since: row, rows: [...since.subarray(0, missing + 1)] };
  }
  return best;
}

function saw(history: History, row: number): string {
  const what = history.columns.kind[row] === kindCode.read ? 'read' : 'left';
  return `${processOf(history, row)} ${what} ${valueRead(history, row)}`;
}

function sawAt(history: History, row: number): string {
  return `${saw(history, row)} at ${atSecond(history.columns.invokedAt[row]!)}`;
}

/** `process 1's read of 3`, or `process 1's add of 1, which left 3,`. */
function deedInWords(history: History, row: number): string {
  if (history.columns.kind[row] === kindCode.read) return deedOf(history, row);
  return `${deedOf(history, row)}, which left ${valueRead(history, row)},`;
}

function violated(rows: readonly number[], sentence: string): Verdict {
  const witness = [...new Set(rows)].filter((row) => row >= 0).sort((a, b) => a - b);
  return { type: 'violated', witness, sentence };
}
