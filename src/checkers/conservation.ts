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
  const {
    kind,
    phase,
    completion,
    key,
    to,
    argument,
    argumentKind,
    value,
    valueKind: kinds,
  } = history.columns;
  const keys = new Set<number>();
  const last = new Map<number, number>();
  let expected = 0;
  for (const row of rows) {
    if (completion[row] === completionCode.fail || completion[row] === completionCode.refused) continue;
    const answered = completion[row] === completionCode.ok;
    if (kind[row] === kindCode.transfer) {
      keys.add(key[row]!).add(to[row]!);
    } else if (kind[row] === kindCode.read) {
      if (answered && phase[row] === phaseCode.final) last.set(key[row]!, row);
    } else if (kind[row] === kindCode.write && phase[row] === phaseCode.setup && answered) {
      keys.add(key[row]!);
      if (argumentKind[row] === valueKind.number) expected += argument[row]!;
    } else {
      return `${history.texts[key[row]!]} was changed by something else than transfers`;
    }
  }
  const unread = [...keys].filter((one) => !last.has(one));
  if (unread.length > 0) return `${history.texts[unread[0]!]} could not be read in the end`;
  const finalRows = [...keys].map((one) => last.get(one)!).sort((a, b) => a - b);
  const found = finalRows.reduce((sum, row) => sum + (kinds[row] === valueKind.number ? value[row]! : 0), 0);
  return { expected, found, rows: finalRows };
}
