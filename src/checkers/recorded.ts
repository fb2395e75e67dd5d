import type { RecordedCall } from '../history/recorded.ts';
import { equalCounter } from './equal-counters.ts';
import { handoffsIn, judgeParted } from './handoffs.ts';
import { bank } from './models/bank.ts';
import type { Action } from './models/cell.ts';
import { historyOfCell } from './models/columns.ts';
import {
  entriesOf,
  functionOf,
  type RecordedModel,
  UnknownCallError,
  UnknownCallsError,
} from './models/model.ts';
import { multiRegister } from './models/multi-register.ts';
import { set } from './models/set.ts';
import { casRegister, counter, map, mutex, register } from './models/single.ts';
import { contradictionInWords, onKey } from './models/words.ts';
import { checkRegister } from './registers.ts';
import type { Call } from './search/call.ts';
import { defaultBytes } from './search/meter.ts';
import { findOrder, type OrderResult } from './search/order.ts';
import { defaultBudget } from './search.ts';
import type { Verdict } from './verdict.ts';

export { UnknownCallError, UnknownCallsError } from './models/model.ts';

/** In the order in which help shows them. */
export const modelNames = [
  'register',
  'cas-register',
  'counter',
  'map',
  'bank',
  'set',
  'mutex',
  'multi-register',
] as const;
export type ModelName = (typeof modelNames)[number];

/** What each model means, and the functions that it knows. */
export const models: Readonly<Record<ModelName, RecordedModel>> = {
  register,
  'cas-register': casRegister,
  counter,
  map,
  bank,
  set,
  mutex,
  'multi-register': multiRegister,
};

/** Models whose parts may be registers or counters for which polynomial methods exist. */
const countable: readonly ModelName[] = ['register', 'cas-register', 'counter'];

/**
 * Whether a recorded history is linearizable, as a model understands it. The witness are indices in `calls`, which are in the
 * order of invocation. Throws an `UnknownCallsError` for calls that the model does not know.
 */
export function checkRecorded(
  calls: readonly RecordedCall[],
  model: ModelName,
  budget: number = defaultBudget,
  bytes: number = defaultBytes,
): Verdict {
  const known = callsOf(calls, model);
  let undecided: Verdict | null = null;
  for (const group of byPart(known)) {
    const result = parting(calls, group, (some) => {
      const fast = countable.includes(model) ? withoutSearch(some) : null;
      return fast ?? findOrder(some, models[model].object, { steps: budget, bytes });
    });
    if (result.type === 'violated') return accuse(calls, result.answers);
    if (result.type === 'unknown') {
      const keys = new Set(group.map(({ id }) => calls[id]!.key));
      undecided ??= { ...result, because: `${onKey(keys)}${result.because}` };
    }
  }
  return undecided ?? { type: 'holds' };
}

/** The result for calls of which some touch: of one process, the first came before the second. Times become their ranks, to leave room. */
function parting(
  calls: readonly RecordedCall[],
  group: readonly Call<Action>[],
  decide: (group: readonly Call<Action>[]) => OrderResult<Action>,
): OrderResult<Action> {
  const touching = { begin: timesOf(group, 'invokedAt'), end: timesOf(group, 'completedAt') };
  const processOf = (at: number) => calls[group[at]!.id]!.process;
  const handoffs = handoffsIn(touching, processOf, (at) => touching.end[at] !== Number.POSITIVE_INFINITY);
  if (handoffs.length === 0) return decide(group);
  const times = [...new Set([...touching.begin, ...touching.end])].sort((a, b) => a - b);
  const ranks = new Map(times.map((time, rank) => [time, rank]));
  const rankOf = (time: number) => (Number.isFinite(time) ? ranks.get(time)! : time);
  const ranked = { begin: touching.begin.map(rankOf), end: touching.end.map(rankOf) };
  return judgeParted(ranked, handoffs, ({ begin, end }) =>
    decide(group.map((call, at) => ({ ...call, invokedAt: begin[at]!, completedAt: end[at]! }))),
  );
}

function timesOf(group: readonly Call<Action>[], name: 'invokedAt' | 'completedAt'): Float64Array {
  return Float64Array.from(group, (call) => call[name]);
}

/** The polynomial methods, where the calls are on one register or counter that they apply to. */
function withoutSearch(calls: readonly Call<Action>[]): OrderResult<Action> | null {
  const sorted = [...calls].sort((a, b) => a.invokedAt - b.invokedAt);
  const history = historyOfCell(sorted);
  if (history === null) return null;
  const rows = Uint32Array.from(sorted, (_, row) => row);
  const verdict = checkRegister(history, rows) ?? equalCounter(history, rows);
  if (verdict === null || verdict.type === 'unknown') return null;
  if (verdict.type === 'holds') return verdict;
  const answers = verdict.witness.map((row) => sorted[row]!);
  answers.sort((a, b) => a.completedAt - b.completedAt);
  return { type: 'violated', answers, parts: new Set(answers.map(({ touches }) => touches[0]!.part)) };
}

/** The model that knows every function and fits the shapes of the values; null where none does. */
export function guessModel(calls: readonly RecordedCall[]): ModelName | null {
  const names = new Set(calls.map(functionOf));
  const raw = new Set(calls.map((call) => call.function.toLowerCase()));
  const keyed = calls.some(({ key }) => key !== null);
  const outputs = calls.filter((call) => functionOf(call) === 'read' && call.outcome === 'ok');
  const lists = outputs.some(({ output }) => Array.isArray(output) || output instanceof Set);
  const maps = calls.some(({ input, output }) => entriesOf(input) !== null || entriesOf(output) !== null);
  const order: readonly (readonly [ModelName, boolean])[] = [
    ['mutex', names.has('acquire') || names.has('release')],
    ['bank', names.has('transfer')],
    ['multi-register', names.has('txn') || (maps && !names.has('add'))],
    ['map', names.has('append') || names.has('delete') || (keyed && (raw.has('get') || raw.has('put')))],
    ['set', names.has('remove') || names.has('contains') || (names.has('add') && lists)],
    ['counter', ['add', 'subtract', 'increment', 'decrement'].some((name) => names.has(name))],
    ['cas-register', names.has('cas')],
    ['register', names.has('read') || names.has('write')],
  ];
  const found = order.find(([name, fits]) => fits && knowsAll(models[name], names));
  return found?.[0] ?? null;
}

function knowsAll({ functions }: RecordedModel, names: ReadonlySet<string>): boolean {
  return [...names].every((name) => functions.includes(name));
}

/** The calls that say or do something: failed ones never happened, unanswered reads saw nothing. */
function callsOf(calls: readonly RecordedCall[], name: ModelName): readonly Call<Action>[] {
  const { prepare } = models[name];
  const errors = [...refusals(calls, name)];
  if (errors.length > 0) throw new UnknownCallsError(errors);
  const { answered, unanswered } = prepare(calls);
  const known = calls.flatMap((call, id): readonly Call<Action>[] => {
    if (call.outcome === 'fail') return [];
    try {
      const rest = unanswered(call);
      const done = call.outcome === 'ok';
      const touches = done ? answered(call) : rest;
      if (touches.length === 0) return [];
      const completedAt = done ? call.completedAt : Number.POSITIVE_INFINITY;
      return [{ id, invokedAt: call.invokedAt, completedAt, touches, unanswered: rest }];
    } catch (error) {
      if (!(error instanceof UnknownCallError)) throw error;
      errors.push(error);
      return [];
    }
  });
  if (errors.length > 0) throw new UnknownCallsError(errors);
  return known;
}

/** Calls of functions that the model does not have, and those that leave open which object they mean. */
function* refusals(calls: readonly RecordedCall[], name: ModelName): Iterable<UnknownCallError> {
  const { functions, keys } = models[name];
  const named = calls.find(({ key }) => key !== null);
  for (const call of calls) {
    if (!functions.includes(functionOf(call))) {
      const what = `the model ${name} has no function "${call.function}"; it has ${functions.join(', ')}`;
      yield new UnknownCallError(call, what);
    } else if (call.key === null && keys === 'each') {
      yield new UnknownCallError(call, `${call.function} names no :key; in a ${name} each call has one`);
    } else if (call.key === null && keys === 'all or none' && named !== undefined) {
      const what = `${call.function} names no :key although line ${named.line} has one; give one to every call, or to none`;
      yield new UnknownCallError(call, what);
    }
  }
}

/** Linearizability is local (Herlihy and Wing 1990, theorem 1): parts that no call joins are judged one by one. */
function byPart(calls: readonly Call<Action>[]): readonly (readonly Call<Action>[])[] {
  const parents = new Map<string, string>();
  const rootOf = (part: string): string => {
    let root = part;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root))
      root = next;
    parents.set(part, root);
    return root;
  };
  for (const { touches } of calls) {
    const first = rootOf(touches[0]!.part);
    for (const { part } of touches) parents.set(rootOf(part), first);
  }
  const groups = new Map<string, Call<Action>[]>();
  for (const call of calls) {
    const root = rootOf(call.touches[0]!.part);
    if (!groups.has(root)) groups.set(root, []);
    groups.get(root)!.push(call);
  }
  return [...groups.values()];
}

function accuse(calls: readonly RecordedCall[], answers: readonly Call<Action>[]): Verdict {
  return {
    type: 'violated',
    witness: answers.map(({ id }) => id).sort((a, b) => a - b),
    sentence: contradictionInWords(answers.map(({ id }) => calls[id]!)),
  };
}
