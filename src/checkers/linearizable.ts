import type { History } from '../history/history.ts';
import { checkBounds } from './bounds.ts';
import { equalCounter } from './equal-counters.ts';
import { rowsByObject } from './keys.ts';
import { checkRegister } from './registers.ts';
import { defaultBudget, searchOrder } from './search.ts';
import type { Verdict } from './verdict.ts';

/**
 * Linearizability of a whole history. It is local (Herlihy and Wing 1990, theorem 1): a history is linearizable
 * exactly when each object in it is, so keys are judged one by one, and only those that transfers join are judged
 * together. A violated object outweighs one that could not be decided.
 */
export function checkLinearizable(history: History, budget: number = defaultBudget): Verdict {
  let undecided: Verdict | null = null;
  for (const { name, keys, rows } of rowsByObject(history)) {
    const verdict = keys > 1 ? searchOrder(history, rows, budget) : checkKey(history, rows, budget);
    if (verdict.type === 'violated') return { ...verdict, sentence: `on ${name}: ${verdict.sentence}` };
    if (verdict.type === 'unknown') undecided ??= { ...verdict, because: `on ${name}: ${verdict.because}` };
  }
  return undecided ?? { type: 'holds' };
}

/** The polynomial methods where they apply, then a sound refutation, and the search last. */
function checkKey(history: History, rows: Uint32Array, budget: number): Verdict {
  const counted = checkRegister(history, rows) ?? equalCounter(history, rows);
  if (counted !== null) return counted;
  const bounded = checkBounds(history, rows);
  if (bounded?.type === 'violated') return bounded;
  return searchOrder(history, rows, budget);
}
