import { completionCode, type History, kindCode, noText, phaseCode, valueKind } from '../history/history.ts';
import { rowsByObject } from './keys.ts';
import type { Verdict } from './verdict.ts';

/** What keys that transfers join must sum to in the end, and what they do. */
export interface Conservation {
  readonly expected: number;
  readonly found: number;
  /** The final read of each key, in the order of invocation. */
  readonly rows: readonly number[];
}

/**
 * For each group of keys that transfers join: what the setup wrote, and the sum of the last final read of each. A reason in
 * words where that cannot be told: a key was not read, or something else than transfers changed the sum.
 */
export function conservationOf(history: History): readonly (Conservation | string)[] {
  return rowsByObject(history).flatMap(({ rows }) => {
    const transferred = rows.some((row) => history.columns.to[row] !== noText);
    return transferred ? [conservationIn(history, rows)] : [];
  });
}

/** Transfers move money, they never make or lose any. */
export function checkConservation(history: History): Verdict {
  const groups = conservationOf(history);
  for (const group of groups) {
    if (typeof group === 'string' || group.found === group.expected) continue;
    const { expected, found, rows } = group;
    const difference =
      found < expected ? `${expected - found} are gone` : `${found - expected} came from nowhere`;
    return {
      type: 'violated',
      witness: rows,
      sentence: `after all was quiet ${rows.length} keys sum to ${found} instead of ${expected}: ${difference}`,
    };
  }
  const untold = groups.find((group) => typeof group === 'string');
  if (untold !== undefined) return { type: 'unknown', because: untold as string };
  return groups.length > 0 ? { type: 'holds' } : { type: 'unknown', because: 'no transfer was made' };
}

function conservationIn(history: History, rows: Uint32Array): Conservation | string {
  const { kind, phase, completion, key, to, argument, argumentKind } = history.columns;
  const reads = new Map<number, number[]>();
  const readsOf = (one: number) => reads.get(one) ?? reads.set(one, []).get(one)!;
  const [givers, takers] = [new Set<number>(), new Set<number>()];
  let expected = 0;
  let unanswered = 0;
  for (const row of rows) {
    if (completion[row] === completionCode.fail || completion[row] === completionCode.refused) continue;
    const answered = completion[row] === completionCode.ok;
    if (kind[row] === kindCode.transfer) {
      for (const one of [key[row]!, to[row]!]) readsOf(one);
      if (answered) continue;
      unanswered += argument[row]!;
      givers.add(key[row]!);
      takers.add(to[row]!);
    } else if (kind[row] === kindCode.read) {
      if (answered && phase[row] === phaseCode.final) readsOf(key[row]!).push(row);
    } else if (kind[row] === kindCode.write && phase[row] === phaseCode.setup && answered) {
      readsOf(key[row]!);
      if (argumentKind[row] === valueKind.number) expected += argument[row]!;
    } else {
      return `${history.texts[key[row]!]} was changed by something else than transfers`;
    }
  }
  const unread = [...reads].find(([, answered]) => answered.length === 0);
  if (unread !== undefined) return `${history.texts[unread[0]]} could not be read in the end`;
  const seen = snapshotOf(history, [...reads.values()]);
  // What a key gave and then took back between two reads that agree, neither shows.
  const isSure = seen.atOnce && ![...givers].some((one) => takers.has(one));
  const found = sumOf(history, seen.rows);
  // One that takes effect after the money's giver was read and before its taker is shows a sum that never was.
  if (!isSure && Math.abs(found - expected) > 0 && Math.abs(found - expected) <= unanswered) {
    return 'transfers that were never answered may have taken effect between the final reads';
  }
  return { expected, found, rows: seen.rows };
}

/**
 * One final read of each key. They show a state that was there at one instant when every key was read before it and after it, and both
 * showed the same (a double collect); otherwise they are the last reads, and only what no unanswered transfer moves can be told.
 */
function snapshotOf(history: History, reads: readonly (readonly number[])[]) {
  const { invokedAt, completedAt } = history.columns;
  const inOrder = (rows: readonly (number | undefined)[]) => (rows as number[]).sort((a, b) => a - b);
  const instant = reads.reduce((latest, [first]) => Math.max(latest, completedAt[first!]!), 0);
  const before = reads.map((rows) => rows.findLast((row) => completedAt[row]! <= instant));
  const after = reads.map((rows) => rows.find((row) => invokedAt[row]! >= instant));
  const atOnce = reads.every((_, i) => {
    const [one, other] = [before[i], after[i]];
    return one !== undefined && other !== undefined && sumOf(history, [one]) === sumOf(history, [other]);
  });
  return { atOnce, rows: inOrder(atOnce ? after : reads.map((rows) => rows.at(-1))) };
}

function sumOf(history: History, rows: readonly number[]): number {
  const { value, valueKind: kinds } = history.columns;
  return rows.reduce((sum, row) => sum + (kinds[row] === valueKind.number ? value[row]! : 0), 0);
}
