import { type History, kindCode, rowOf } from '../history/history.ts';
import { type Action, cells } from './models/cell.ts';
import { meaningOf } from './models/store.ts';
import type { Call } from './search/call.ts';
import { defaultBytes } from './search/meter.ts';
import { findOrder } from './search/order.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, earlierOnes, outcomeOf } from './words.ts';

/** What about a second pays for. A step is one operation tried in one state. */
export const defaultBudget = 1_000_000;
/** As many answers as a sentence bears. */
const answersTold = 4;

/** Linearizability of any keys by search. `rows` are in the order of invocation. */
export function searchOrder(
  history: History,
  rows: Uint32Array,
  budget: number = defaultBudget,
  bytes: number = defaultBytes,
): Verdict {
  const result = findOrder(callsOf(history, rows), cells, { steps: budget, bytes });
  return result.type === 'violated' ? accuse(history, result.answers, result.parts) : result;
}

/** The calls that say or do something: failed ones never happened, unanswered reads saw nothing. */
export function callsOf(history: History, rows: Uint32Array): readonly Call<Action>[] {
  const calls: Call<Action>[] = [];
  for (const row of rows) {
    const { operation, completion, invokedAt, completedAt } = rowOf(history, row);
    const meaning = meaningOf(operation, completion);
    if (meaning === null) continue;
    const answered = completion?.type === 'ok' || completion?.type === 'refused';
    const end = answered ? completedAt! : Number.POSITIVE_INFINITY;
    calls.push({ id: row, invokedAt, completedAt: end, ...meaning });
  }
  return calls;
}

function accuse(history: History, answers: readonly Call<Action>[], keys: ReadonlySet<string>): Verdict {
  const transfers = answers.some(({ id }) => history.columns.kind[id] === kindCode.transfer);
  const told = answers.slice(-answersTold).map(({ id, invokedAt, completedAt }) => {
    return `${outcomeOf(rowOf(history, id), keys.size > 1)} (${atSecond(invokedAt)} to ${atSecond(completedAt)})`;
  });
  // What a transfer did to its other key is not part of the contradiction.
  const where = transfers && keys.size === 1 ? ` on ${[...keys].join()}` : '';
  const more = earlierOnes(answers.length - told.length);
  return {
    type: 'violated',
    witness: answers.map(({ id }) => id).sort((a, b) => a - b),
    sentence: `no order of the operations${where} gives these answers${more}: ${told.join('; ')}`,
  };
}
