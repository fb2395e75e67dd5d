import type { History } from '../history/history.ts';
import { rowOf } from '../history/history.ts';
import type { Completion, Operation } from '../kernel/operation.ts';
import { emptyState, type State, stateAfter } from './model.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, outcomeOf } from './words.ts';

/** What about a second pays for. A step is one operation tried in one state. */
export const defaultBudget = 1_000_000;
/** What each step of making a violation smaller may cost. */
const explainBudget = 5_000;
/** With more acknowledged updates than this, all of them are left in the witness. */
const explainedUpdates = 16;
/** As many answers as a sentence bears. */
const answersTold = 4;

/** An operation as the search sees it. */
export interface Call {
  readonly row: number;
  readonly operation: Operation;
  readonly invokedAt: number;
  /** Infinity for an update without an answer: it may take effect at any later time, or never. */
  readonly completedAt: number;
  /** `ok` and `refused` answers say what was seen; null where nothing is known. */
  readonly completion: Completion | null;
  /** Calls of one class are interchangeable: the same operation with the same answer. */
  readonly class: string;
}

/**
 * Linearizability of any object by search (Wing and Gong 1993, with Lowe's memory of configurations, 2017): take the
 * operations in some order that real time allows, go back where none fits, and never enter a configuration (who has
 * been taken, and the state) twice. `rows` are in the order of invocation.
 */
export function searchOrder(history: History, rows: Uint32Array, budget: number = defaultBudget): Verdict {
  const calls = callsOf(history, rows);
  const search = new Search(calls, budget);
  switch (search.run()) {
    case 'found':
      return { type: 'holds' };
    case 'gave-up':
      return {
        type: 'unknown',
        because: `the search for an order gave up after ${budget} steps, with at most ${search.deepest} of ${calls.length} operations in order`,
      };
    case 'none':
      return explain(history, calls);
  }
}

/** The calls that say or do something: failed ones never happened, unanswered reads saw nothing. */
function callsOf(history: History, rows: Uint32Array): readonly Call[] {
  const calls: Call[] = [];
  for (const row of rows) {
    const { operation, completion, invokedAt, completedAt } = rowOf(history, row);
    if (!counts(operation, completion)) continue;
    const answered = completion?.type === 'ok' || completion?.type === 'refused';
    calls.push(
      callOf(
        row,
        operation,
        invokedAt,
        answered ? completedAt! : Number.POSITIVE_INFINITY,
        answered ? completion : null,
      ),
    );
  }
  return calls;
}

function counts(operation: Operation, completion: Completion | null): boolean {
  if (completion?.type === 'fail') return false;
  if (operation.type === 'read') return completion?.type === 'ok' && completion.value !== undefined;
  // Any other reason says nothing of the state, for example that the kind is not served.
  return completion?.type !== 'refused' || ['mismatch', 'below-floor'].includes(completion.because);
}

function callOf(
  row: number,
  operation: Operation,
  invokedAt: number,
  completedAt: number,
  completion: Completion | null,
): Call {
  return {
    row,
    operation,
    invokedAt,
    completedAt,
    completion,
    class: JSON.stringify([operation, completion]),
  };
}

interface Frame {
  readonly candidates: readonly number[];
  next: number;
  /** The state in which a candidate would be taken. */
  readonly state: State;
}

class Search {
  readonly #calls: readonly Call[];
  readonly #budget: number;
  readonly #taken: Uint8Array;
  /** Calls that an order must contain, in the order of invocation. */
  readonly #required: readonly number[];
  /** Calls that an order may contain, by class, each in the order of invocation. */
  readonly #optional: readonly (readonly number[])[];
  /** Where a call stands: its position among the required ones, or the number of its class among the optional ones. */
  readonly #place: Int32Array;
  readonly #optionalTaken: number[];
  readonly #visited = new Set<string>();
  /** The first required call that is not taken. */
  #low = 0;
  #count = 0;
  #steps = 0;
  #deepest = 0;

  constructor(calls: readonly Call[], budget: number) {
    this.#calls = calls;
    this.#budget = budget;
    this.#taken = new Uint8Array(calls.length);
    this.#place = new Int32Array(calls.length);
    const indices = calls.map((_, i) => i);
    this.#required = indices.filter((i) => !isOptional(calls[i]!));
    this.#optional = groupsOf(
      indices.filter((i) => isOptional(calls[i]!)),
      (i) => calls[i]!.class,
    );
    this.#optionalTaken = this.#optional.map(() => 0);
    this.#required.forEach((index, position) => {
      this.#place[index] = position;
    });
    this.#optional.forEach((members, group) => {
      for (const index of members) this.#place[index] = group;
    });
  }

  /** The most required calls that were in order at once. */
  get deepest(): number {
    return this.#deepest;
  }

  run(): 'found' | 'none' | 'gave-up' {
    const path: number[] = [];
    const frames: Frame[] = [this.#frame(emptyState)];
    while (this.#count < this.#required.length) {
      if (this.#steps > this.#budget) return 'gave-up';
      const frame = frames.at(-1)!;
      const candidate = frame.candidates[frame.next];
      frame.next += 1;
      if (candidate === undefined) {
        frames.pop();
        const last = path.pop();
        if (last === undefined) return 'none';
        this.#release(last);
        continue;
      }
      const state = this.#enter(frame.state, candidate);
      if (state === null) continue;
      path.push(candidate);
      frames.push(this.#frame(state));
    }
    return 'found';
  }

  /** Takes a candidate, unless its answer does not fit or the configuration is known to lead nowhere. */
  #enter(before: State, candidate: number): State | null {
    this.#steps += 1;
    const state = stateAfter(before, this.#calls[candidate]!);
    if (state === null) return null;
    this.#take(candidate);
    if (this.#isNew(state)) return state;
    this.#release(candidate);
    return null;
  }

  #take(candidate: number): void {
    this.#taken[candidate] = 1;
    if (isOptional(this.#calls[candidate]!)) {
      this.#optionalTaken[this.#place[candidate]!]! += 1;
      return;
    }
    this.#count += 1;
    this.#deepest = Math.max(this.#deepest, this.#count);
    while (this.#low < this.#required.length && this.#taken[this.#required[this.#low]!] === 1) this.#low += 1;
  }

  #release(candidate: number): void {
    this.#taken[candidate] = 0;
    if (isOptional(this.#calls[candidate]!)) {
      this.#optionalTaken[this.#place[candidate]!]! -= 1;
      return;
    }
    this.#count -= 1;
    this.#low = Math.min(this.#low, this.#place[candidate]!);
  }

  /**
   * What may come next: whatever was invoked before the first completion among the calls not taken. Of interchangeable
   * calls only the one that completes first: in an order that takes another one first, the two can change places. And a
   * call that changes nothing is taken at once where its answer fits: in an order that takes it later, it can move here.
   */
  #frame(state: State): Frame {
    const firstOfClass = new Map<string, number>();
    let horizon = Number.POSITIVE_INFINITY;
    for (let i = this.#low; i < this.#required.length; i += 1) {
      const index = this.#required[i]!;
      const call = this.#calls[index]!;
      if (call.invokedAt > horizon) break;
      this.#steps += 1 / 16;
      if (this.#taken[index] === 1) continue;
      horizon = Math.min(horizon, call.completedAt);
      const first = firstOfClass.get(call.class);
      if (first === undefined || call.completedAt < this.#calls[first]!.completedAt) {
        firstOfClass.set(call.class, index);
      }
    }
    const candidates = [...firstOfClass.values()];
    // Most operations take effect in the order in which they complete.
    candidates.sort((a, b) => this.#calls[a]!.completedAt - this.#calls[b]!.completedAt);
    const free = candidates.find((index) => changesNothing(this.#calls[index]!, state));
    if (free !== undefined) return { candidates: [free], next: 0, state };
    this.#optional.forEach((members, group) => {
      const index = members[this.#optionalTaken[group]!];
      if (index !== undefined && this.#calls[index]!.invokedAt <= horizon) candidates.push(index);
    });
    this.#steps += this.#optional.length / 16;
    return { candidates, next: 0, state };
  }

  /** Whether this configuration is entered for the first time. Its name is exact: no hash can lose an order. */
  #isNew(state: State): boolean {
    let name = `${this.#low}`;
    let left = this.#count - this.#low;
    for (let i = this.#low; left > 0; i += 1) {
      if (this.#taken[this.#required[i]!] === 0) continue;
      name += `,${i - this.#low}`;
      left -= 1;
    }
    name += `|${this.#optionalTaken.join()}|${state.name}`;
    if (this.#visited.has(name)) return false;
    this.#visited.add(name);
    return true;
  }
}

/** Whether a call only observes, and this state is what it observed. */
function changesNothing(call: Call, state: State): boolean {
  const observes = call.operation.type === 'read' || call.completion?.type === 'refused';
  return observes && stateAfter(state, call) !== null;
}

function groupsOf(indices: readonly number[], nameOf: (index: number) => string): readonly number[][] {
  const groups = new Map<string, number[]>();
  for (const index of indices) {
    const members = groups.get(nameOf(index));
    if (members === undefined) groups.set(nameOf(index), [index]);
    else members.push(index);
  }
  return [...groups.values()];
}

function isOptional(call: Call): boolean {
  return call.completedAt === Number.POSITIVE_INFINITY;
}

/**
 * Makes a violation small: an answer belongs to the witness only if the rest could be put in order without it. An update
 * whose answer is left out may still have happened; only its acknowledgement is not needed.
 */
function explain(history: History, calls: readonly Call[]): Verdict {
  let kept = untilFirstContradiction(calls);
  const observations = kept.filter((call) => !isOptional(call) && forgetAnswer(call).length === 0);
  kept = withoutNeedless(kept, observations);
  const acknowledged = kept.filter((call) => !isOptional(call) && forgetAnswer(call).length > 0);
  // Each update of unknown fate doubles the orders to try.
  if (acknowledged.length <= explainedUpdates) kept = withoutNeedless(kept, acknowledged);
  const answers = kept.filter((call) => !isOptional(call)).sort((a, b) => a.completedAt - b.completedAt);
  const nameKeys = new Set(answers.map((call) => call.operation.key)).size > 1;
  const told = answers.slice(-answersTold).map((call) => {
    return `${outcomeOf(rowOf(history, call.row), nameKeys)} (${atSecond(call.invokedAt)} to ${atSecond(call.completedAt)})`;
  });
  const more = answers.length > told.length ? `, after ${answers.length - told.length} earlier ones` : '';
  return {
    type: 'violated',
    witness: answers.map((call) => call.row).sort((a, b) => a - b),
    sentence: `no order of the operations gives these answers${more}: ${told.join('; ')}`,
  };
}

/** Forgets as many of these answers as it can without making an order possible: many at a time first, then one by one. */
function withoutNeedless(calls: readonly Call[], answers: readonly Call[]): readonly Call[] {
  let kept = calls;
  for (let size = Math.ceil(answers.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < answers.length; from += size) {
      const chunk = new Set(answers.slice(from, from + size));
      const without = kept.flatMap((call) => (chunk.has(call) ? forgetAnswer(call) : [call]));
      if (new Search(without, explainBudget).run() === 'none') kept = without;
    }
  }
  return kept;
}

/** What was known at the earliest completion by which no order was left. */
function untilFirstContradiction(calls: readonly Call[]): readonly Call[] {
  const ends = calls.filter((call) => !isOptional(call)).map((call) => call.completedAt);
  ends.sort((a, b) => a - b);
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (new Search(knownAt(calls, ends[middle]!), defaultBudget).run() === 'none') high = middle;
    else low = middle + 1;
  }
  return knownAt(calls, ends[low]!);
}

function knownAt(calls: readonly Call[], at: number): readonly Call[] {
  return calls
    .filter((call) => call.invokedAt <= at)
    .flatMap((call) => (isOptional(call) || call.completedAt <= at ? [call] : forgetAnswer(call)));
}

function forgetAnswer(call: Call): readonly Call[] {
  if (call.operation.type === 'read' || call.completion?.type === 'refused') return [];
  return [callOf(call.row, call.operation, call.invokedAt, Number.POSITIVE_INFINITY, null)];
}
