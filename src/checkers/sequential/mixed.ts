import { type History, rowOf } from '../../history/history.ts';
import type { Action } from '../models/cell.ts';
import type { Call } from '../search/call.ts';
import { contradiction, type Effort, onParts, type Refute } from '../search/explain.ts';
import type { Budget } from '../search/meter.ts';
import { callsOf } from '../search.ts';
import type { Verdict } from '../verdict.ts';
import { earlierOnes, outcomeOf } from '../words.ts';
import { type Interleaving, interleave } from './interleave.ts';
import { programsOf } from './programs.ts';

/** With more rows, not even the calls would be few enough to search. */
const mostRows = 500_000;
/** As many answers as a sentence bears. */
const answersTold = 8;
/** What the search of one key alone may take of the budget. */
const shareOfKey = 0.1;
const bytesPerMebibyte = 2 ** 20;
const attemptBytes = 2 ** 24;
/** Forgotten updates may come anywhere, so attempts without an answer cost more than those with it. */
const effort: Effort = { attempt: 1_000, whole: 20_000, inRealTime: false };

/**
 * Sequential consistency of keys of any kinds: counters, registers that values do not tell apart, accounts that transfers join. The calls on one
 * key have an order wherever all calls have one, so first each of the keys is searched alone, `keys` as they are written in `Versions`:
 * that refutes at little cost, and with few operations. Then all calls together.
 */
export function checkMixed(history: History, keys: readonly string[], { steps, bytes }: Budget): Verdict {
  if (history.length > mostRows) {
    return {
      type: 'unknown',
      because: `${history.length} operations are too many to search for an order of them`,
    };
  }
  const calls = callsOf(
    history,
    Uint32Array.from({ length: history.length }, (_, row) => row),
  );
  const processOf = (id: number) => history.columns.process[id]!;
  const search = (some: readonly Call<Action>[], budget: Budget) =>
    interleave(programsOf(some, processOf), budget);
  const refute: Refute<Action> = (some, most) => {
    const found = search(some, { steps: most, bytes: attemptBytes });
    return { isRefuted: found.exists === false, steps: found.steps };
  };
  let left = steps;
  const byKey = [...callsByKey(calls, new Set(keys.map((name) => JSON.parse(name) as string)))];
  // Where there are fewer calls, a violation takes fewer to show.
  byKey.sort(([, some], [, others]) => some.length - others.length);
  for (const [key, own] of byKey) {
    const found = search(own, { steps: Math.min(left, Math.ceil(steps * shareOfKey)), bytes });
    left = Math.max(0, left - found.steps);
    if (found.exists === false) return accuse(history, contradiction(own, refute, effort), [key]);
  }
  const all = search(calls, { steps: left, bytes });
  if (all.exists === true) return { type: 'holds' };
  if (all.exists === false) return accuse(history, contradiction(calls, refute, effort), []);
  return { type: 'unknown', because: gaveUp(all, calls.length, { steps, bytes }) };
}

/** The calls on each of these keys, reduced to what they do to it. */
function callsByKey(
  calls: readonly Call<Action>[],
  keys: ReadonlySet<string>,
): ReadonlyMap<string, readonly Call<Action>[]> {
  const byKey = new Map<string, Call<Action>[]>();
  for (const call of calls) {
    for (const { part } of call.touches) {
      if (!keys.has(part)) continue;
      const own = byKey.get(part) ?? [];
      byKey.set(part, own);
      own.push(...onParts([call], new Set([part])));
    }
  }
  return byKey;
}

function accuse(history: History, answers: readonly Call<Action>[], keys: readonly string[]): Verdict {
  const byProcess = new Map<number, string[]>();
  const told = [...answers].sort((a, b) => a.id - b.id).slice(-answersTold);
  for (const { id } of told) {
    const row = rowOf(history, id);
    const acts = byProcess.get(row.process) ?? [];
    byProcess.set(row.process, acts);
    const act = outcomeOf(row, keys.length === 0);
    acts.push(acts.length === 0 ? act : act.replace(/^process \d+ /, ''));
  }
  const where = keys.length === 0 ? '' : ` on ${keys.join()}`;
  const more = earlierOnes(answers.length - told.length);
  const programs = [...byProcess.values()].map((acts) => acts.join(', then '));
  return {
    type: 'violated',
    witness: answers.map(({ id }) => id).sort((a, b) => a - b),
    sentence: `no order${where} that agrees with every process gives these answers${more}: ${programs.join('; ')}`,
  };
}

function gaveUp({ spent, deepest }: Interleaving, count: number, { steps, bytes }: Budget): string {
  const after =
    spent === 'steps' ? `after ${steps} steps` : `when its tables took ${bytes / bytesPerMebibyte} MiB`;
  return `the search for an order of all keys gave up ${after}, with at most ${deepest} of ${count} operations in order`;
}
