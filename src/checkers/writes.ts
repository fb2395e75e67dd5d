import { completionCode, type History, kindCode, phaseCode, valueKind } from '../history/history.ts';
import { rowsByKey } from './keys.ts';
import { isUniqueRegister } from './registers.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, deedOf } from './words.ts';

/**
 * Every acknowledged write is visible in the end, or was overwritten by one that was not older. A write is lost when the
 * final read shows a value whose write had completed before it began: whatever overwrote it was in turn
 * replaced by something older than it. Judged for registers with unique values.
 */
export function checkNoLostWrites(history: History): Verdict {
  let judged = 0;
  let count = 0;
  let worst: { readonly read: number; readonly shown: number; readonly lost: number } | null = null;
  for (const { rows } of rowsByKey(history)) {
    if (!isUniqueRegister(history, rows)) continue;
    const final = lastFinalRead(history, rows);
    if (final === null) continue;
    judged += 1;
    const { shown, lost } = lostBehind(history, rows, final);
    count += lost.length;
    if (lost.length > 0) worst ??= { read: final, shown, lost: lost.at(-1)! };
  }
  if (worst !== null) return { ...inWords(history, worst), count };
  if (judged > 0) return { type: 'holds' };
  return { type: 'unknown', because: 'no register with unique values was read in the end' };
}

function lastFinalRead(history: History, rows: Uint32Array): number | null {
  const { kind, phase, completion } = history.columns;
  const final = rows.findLast(
    (row) =>
      kind[row] === kindCode.read && phase[row] === phaseCode.final && completion[row] === completionCode.ok,
  );
  return final ?? null;
}

/** Acknowledged writes that began after the write of the value that is shown had completed. */
function lostBehind(history: History, rows: Uint32Array, final: number) {
  const { kind, completion, argument, argumentKind, value, valueKind: kinds } = history.columns;
  const { invokedAt, completedAt } = history.columns;
  const writes = rows.filter((row) => kind[row] === kindCode.write);
  const shown = writes.find((row) => argumentKind[row] === kinds[final] && argument[row] === value[final]);
  const nothing = kinds[final] === valueKind.null;
  // An unanswered write may take effect at any time, so nothing is certainly newer than it.
  const acknowledged = shown !== undefined && completion[shown] === completionCode.ok;
  const since = nothing
    ? Number.NEGATIVE_INFINITY
    : acknowledged
      ? completedAt[shown]!
      : Number.POSITIVE_INFINITY;
  const lost = writes.filter((row) => completion[row] === completionCode.ok && invokedAt[row]! > since);
  return { shown: shown ?? -1, lost: [...lost] };
}

function inWords(
  history: History,
  { read, shown, lost }: { readonly read: number; readonly shown: number; readonly lost: number },
) {
  const { completedAt, invokedAt } = history.columns;
  const older =
    shown < 0
      ? ''
      : `, and ${deedOf(history, shown)} had completed before it began, at ${atSecond(completedAt[shown]!)}`;
  return {
    type: 'violated' as const,
    witness: [shown, lost, read].filter((row) => row >= 0).sort((a, b) => a - b),
    sentence: `after all was quiet ${deedOf(history, read)} at ${atSecond(invokedAt[read]!)} does not show ${deedOf(history, lost)}, acknowledged at ${atSecond(completedAt[lost]!)}${older}`,
  };
}
