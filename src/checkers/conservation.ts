import { completionCode, type History, kindCode, phaseCode, valueKind } from '../history/history.ts';
import type { Verdict } from './verdict.ts';

/** What the keys must sum to in the end, and what they do. */
export interface Conservation {
  readonly expected: number;
  readonly found: number;
  /** The final read of each key, in the order of invocation. */
  readonly rows: readonly number[];
}

/**
 * The sum over all keys that the setup wrote or transfers touched, from the last final read of each; a reason in words where
 * it cannot be told, because a key was not read or something else than transfers changed the sum.
 */
export function conservationOf(history: History): Conservation | string {
  const initial = new Map<number, number>();
  const keys = new Set<number>();
  const last = new Map<number, number>();
  for (let row = 0; row < history.length; row += 1) {
    const problem = collect(history, row, initial, keys, last);
    if (problem !== null) return problem;
  }
  const unread = [...keys].filter((key) => !last.has(key));
  if (unread.length > 0) {
    return `${unread.length} keys could not be read in the end, for example ${history.texts[unread[0]!]}`;
  }
  const rows = [...keys].map((key) => last.get(key)!).sort((a, b) => a - b);
  const { value, valueKind: kinds } = history.columns;
  const found = rows.reduce((sum, row) => sum + (kinds[row] === valueKind.number ? value[row]! : 0), 0);
  return { expected: [...initial.values()].reduce((sum, amount) => sum + amount, 0), found, rows };
}

/** Transfers move money, they never make or lose any. */
export function checkConservation(history: History): Verdict {
  const conservation = conservationOf(history);
  if (typeof conservation === 'string') return { type: 'unknown', because: conservation };
  const { expected, found, rows } = conservation;
  if (found === expected) return { type: 'holds' };
  const difference =
    found < expected ? `${expected - found} are gone` : `${found - expected} came from nowhere`;
  return {
    type: 'violated',
    witness: rows,
    sentence: `after all was quiet the ${rows.length} keys sum to ${found} instead of ${expected}: ${difference}`,
  };
}

function collect(
  history: History,
  row: number,
  initial: Map<number, number>,
  keys: Set<number>,
  last: Map<number, number>,
): string | null {
  const { kind, phase, completion, key, to, argument, argumentKind } = history.columns;
  if (completion[row] === completionCode.fail || completion[row] === completionCode.refused) return null;
  switch (kind[row]) {
    case kindCode.read:
      if (phase[row] === phaseCode.final && completion[row] === completionCode.ok) last.set(key[row]!, row);
      return null;
    case kindCode.transfer:
      keys.add(key[row]!).add(to[row]!);
      return null;
    case kindCode.write:
      if (phase[row] !== phaseCode.setup) break;
      keys.add(key[row]!);
      initial.set(key[row]!, argumentKind[row] === valueKind.number ? argument[row]! : 0);
      return null;
  }
  return `${history.texts[key[row]!]} was changed by something else than transfers`;
}
