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
 * together. A violated object outweighs one that could not be decided. Violations are counted over all objects where no search
 * is needed for any of them: how many values were seen, or made into others, although a newer one had been there.
 */
export function checkLinearizable(history: History, budget: number = defaultBudget): Verdict {
  let undecided: Verdict | null = null;
  let violated: Violated | null = null;
  for (const { name, keys, rows } of rowsByObject(history)) {
    const quick = keys > 1 ? null : checkQuickly(history, rows);
    if (violated !== null && quick === null) return countless(violated);
    const verdict = quick ?? searchOrder(history, rows, budget);
    if (verdict.type === 'unknown') undecided ??= { ...verdict, because: `on ${name}: ${verdict.because}` };
    if (verdict.type !== 'violated') continue;
    const { count } = verdict;
    violated ??= { ...verdict, sentence: `on ${name}: ${verdict.sentence}`, count: 0 };
    if (count === undefined) return countless(violated);
    violated = { ...violated, count: (violated.count ?? 0) + count };
  }
  return violated ?? undecided ?? { type: 'holds' };
}

type Violated = Extract<Verdict, { type: 'violated' }>;

function countless({ type, witness, sentence }: Violated): Verdict {
  return { type, witness, sentence };
}

/** The polynomial methods where they apply, then a sound refutation; null where only a search can tell. */
function checkQuickly(history: History, rows: Uint32Array): Verdict | null {
  const counted = checkRegister(history, rows) ?? equalCounter(history, rows);
  if (counted !== null) return counted;
  const bounded = checkBounds(history, rows);
  return bounded?.type === 'violated' ? bounded : null;
}
