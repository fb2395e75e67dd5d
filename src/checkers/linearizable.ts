import { completionCode, type History } from '../history/history.ts';
import { checkBounds } from './bounds.ts';
import { equalCounter } from './equal-counters.ts';
import { handoffsIn, hasHandoffs, type Intervals, judgeParted } from './handoffs.ts';
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
  const touching = hasHandoffs(history) ? new Touching(history) : null;
  let undecided: Verdict | null = null;
  let violated: Violated | null = null;
  for (const { name, keys, rows } of rowsByObject(history)) {
    const decide = (some: History, order: Uint32Array) => {
      const quick = keys > 1 ? null : checkQuickly(some, order);
      // Where something is violated, no search is worth while for a count.
      return quick ?? (violated === null ? searchOrder(some, order, budget) : null);
    };
    const verdict = touching === null ? decide(history, rows) : touching.decide(rows, decide);
    if (verdict === null) return countless(violated!);
    if (verdict.type === 'unknown') undecided ??= { ...verdict, because: `on ${name}: ${verdict.because}` };
    if (verdict.type !== 'violated') continue;
    const { count } = verdict;
    violated ??= { ...verdict, sentence: `on ${name}: ${verdict.sentence}`, count: 0 };
    if (count === undefined) return countless(violated);
    violated = { ...violated, count: (violated.count ?? 0) + count };
  }
  return violated ?? undecided ?? { type: 'holds' };
}

/**
 * A history in which a process goes on at the instant at which it was answered. Its two operations touch, and yet the first came before the
 * second; that is looked at on each object by itself. On all objects together it is the order of each process, which is
 * sequential consistency and judged as such.
 */
class Touching {
  readonly #history: History;
  /** The same history with instants parted, object by object. */
  readonly #parted: History;

  constructor(history: History) {
    this.#history = history;
    const { invokedAt, completedAt } = history.columns;
    const columns = { ...history.columns, invokedAt: invokedAt.slice(), completedAt: completedAt.slice() };
    this.#parted = { ...history, columns };
  }

  decide(rows: Uint32Array, decide: (history: History, rows: Uint32Array) => Verdict | null): Verdict | null {
    const { process, completion, invokedAt, completedAt } = this.#history.columns;
    const intervals = {
      begin: Float64Array.from(rows, (row) => invokedAt[row]!),
      end: Float64Array.from(rows, (row) => completedAt[row]!),
    };
    const isAnswered = (at: number) => {
      const code = completion[rows[at]!];
      return code === completionCode.ok || code === completionCode.refused;
    };
    const handoffs = handoffsIn(intervals, (at) => process[rows[at]!]!, isAnswered);
    if (handoffs.length === 0) return decide(this.#history, rows);
    let isCostly = false;
    const verdict = judgeParted(intervals, handoffs, (parts): Verdict => {
      const found = decide(this.#parted, this.#write(rows, parts));
      isCostly ||= found === null;
      return found ?? { type: 'unknown', because: '' };
    });
    return isCostly && verdict.type === 'unknown' ? null : verdict;
  }

  /** Gives the rows in the order in which they begin now. */
  #write(rows: Uint32Array, { begin, end }: Intervals): Uint32Array {
    const { invokedAt, completedAt } = this.#parted.columns;
    for (let at = 0; at < rows.length; at += 1) {
      invokedAt[rows[at]!] = begin[at]!;
      completedAt[rows[at]!] = end[at]!;
    }
    return rows.slice().sort((one, other) => invokedAt[one]! - invokedAt[other]! || one - other);
  }
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
