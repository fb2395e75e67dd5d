import { completionCode, type History, kindCode, phaseCode, valueKind } from '../history/history.ts';
import { rowsByKey } from './keys.ts';
import { ValueIndex } from './value-index.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, deedOf } from './words.ts';

/**
 * Every acknowledged write is visible in the end, or was overwritten by one that was not older. A write is lost when the
 * final read shows a value whose write was over before it began: whatever overwrote it was in turn replaced by something
 * older than it. Judged for registers with unique values; a cas is a write as well.
 */
export function checkNoLostWrites(history: History): Verdict {
  let judged = 0;
  let count = 0;
  let worst: Loss | null = null;
  for (const { rows } of rowsByKey(history)) {
    const written = writtenIn(history, rows);
    const read = written === null ? null : lastFinalRead(history, rows);
    if (written === null || read === null) continue;
    judged += 1;
    const kind = history.columns.valueKind[read]!;
    const shown = kind === valueKind.null ? -1 : written.find(history.columns.value[read]!, kind);
    if (shown === -1 && kind !== valueKind.null) continue; // Nobody wrote it, so nothing is known to be newer.
    const over = shown === -1 ? Number.NEGATIVE_INFINITY : overAt(history, rows, shown);
    const lost = rows.filter((row) => isAcknowledged(history, row) && history.columns.invokedAt[row]! > over);
    count += lost.length;
    if (lost.length > 0) worst ??= { read, shown, over, lost: lost.at(-1)! };
  }
  if (worst !== null) return { ...inWords(history, worst), count };
  if (judged > 0) return { type: 'holds' };
  return { type: 'unknown', because: 'no register with unique values was read in the end' };
}

/** A final read, the write that it shows (−1: the initial value), when that was over, and a newer write. */
interface Loss {
  readonly read: number;
  readonly shown: number;
  readonly over: number;
  readonly lost: number;
}

/** Which row wrote each value; null where a value was written twice, `null` was, or the key is more than a register. */
function writtenIn({ columns }: History, rows: Uint32Array): ValueIndex | null {
  const { kind, argument, argumentKind } = columns;
  const written = new ValueIndex(rows.length);
  for (const row of rows) {
    if (kind[row] === kindCode.read) continue;
    const isWrite = kind[row] === kindCode.write || kind[row] === kindCode.cas;
    if (!isWrite || argumentKind[row] === valueKind.null) return null;
    if (!written.add(argument[row]!, argumentKind[row]!, row)) return null;
  }
  return written;
}

function lastFinalRead({ columns }: History, rows: Uint32Array): number | null {
  const { kind, phase, completion } = columns;
  const final = rows.findLast(
    (row) =>
      kind[row] === kindCode.read && phase[row] === phaseCode.final && completion[row] === completionCode.ok,
  );
  return final ?? null;
}

/** An unanswered write may take effect at any time, but whoever saw it proves that it had, unless that was before it began. */
function overAt({ columns }: History, rows: Uint32Array, shown: number): number {
  const { kind, completion, invokedAt, completedAt, argument, argumentKind } = columns;
  if (completion[shown] === completionCode.ok) return completedAt[shown]!;
  let over = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (completion[row] !== completionCode.ok || completedAt[row]! < invokedAt[shown]!) continue;
    const isRead = kind[row] === kindCode.read;
    if (!isRead && kind[row] !== kindCode.cas) continue;
    const seen = isRead ? columns.value[row] : columns.condition[row];
    const seenKind = isRead ? columns.valueKind[row] : columns.conditionKind[row];
    if (seen === argument[shown] && seenKind === argumentKind[shown])
      over = Math.min(over, completedAt[row]!);
  }
  return over;
}

function isAcknowledged({ columns }: History, row: number): boolean {
  return columns.kind[row] !== kindCode.read && columns.completion[row] === completionCode.ok;
}

function inWords(history: History, { read, shown, over, lost }: Loss) {
  const { completedAt, invokedAt, completion } = history.columns;
  const was = shown >= 0 && completion[shown] === completionCode.ok ? 'had completed' : 'had been seen';
  const older =
    shown < 0 ? '' : `, and ${deedOf(history, shown)} ${was} before it began, at ${atSecond(over)}`;
  const missing = `${deedOf(history, lost)}, acknowledged at ${atSecond(completedAt[lost]!)}`;
  return {
    type: 'violated' as const,
    witness: [shown, lost, read].filter((row) => row >= 0).sort((a, b) => a - b),
    sentence: `after all was quiet ${deedOf(history, read)} at ${atSecond(invokedAt[read]!)} does not show ${missing}${older}`,
  };
}
