import type { Call, SequentialObject } from './call.ts';
import { isOptional } from './call.ts';
import { Transitions } from './transitions.ts';

/**
 * Calls in typed arrays, for the search. Calls that every order must contain come first, those that it may contain follow;
 * both in the order of invocation, of each part too.
 */
export interface Problem<Action> {
  readonly transitions: Transitions<Action>;
  /** How many calls there are, and how many of them, from 0 on, every order must contain. */
  readonly count: number;
  readonly required: number;
  readonly invokedAt: Float64Array;
  readonly completedAt: Float64Array;
  /** The required calls in the order of completion. */
  readonly byCompletion: Int32Array;
  /** Calls of one class are interchangeable: they do the same to the same parts. */
  readonly classes: Int32Array;
  readonly observes: Uint8Array;
  /** The touches of call c stand from `touchStarts[c]` to `touchStarts[c + 1]`: part, action, and which of the part's required or optional calls it is. */
  readonly touchStarts: Int32Array;
  readonly touchParts: Int32Array;
  readonly touchActions: Int32Array;
  readonly touchPositions: Int32Array;
  readonly parts: readonly Part[];
}

export interface Part {
  readonly name: string;
  /** The state at first. */
  readonly initial: number;
  readonly required: Int32Array;
  readonly optional: Int32Array;
}

export function problemOf<Action>(
  calls: readonly Call<Action>[],
  object: SequentialObject<Action>,
): Problem<Action> {
  const sorted = sortedCalls(calls);
  const required = sorted.findIndex(isOptional);
  const transitions = new Transitions(object);
  const parts = new Parts(object, transitions, required === -1 ? sorted.length : required);
  const touches = touchesOf(sorted, transitions, parts);
  const classIds = new Map<string, number>();
  return {
    ...touches,
    transitions,
    count: sorted.length,
    required: parts.required,
    invokedAt: Float64Array.from(sorted, (call) => call.invokedAt),
    completedAt: Float64Array.from(sorted, (call) => call.completedAt),
    byCompletion: byCompletion(sorted, parts.required),
    classes: Int32Array.from(sorted, (_, call) => idOf(classIds, classOf(touches, call))),
    observes: Uint8Array.from(sorted, (_, call) => (observes(touches, call, transitions) ? 1 : 0)),
    parts: parts.list(),
  };
}

interface Touches {
  readonly touchStarts: Int32Array;
  readonly touchParts: Int32Array;
  readonly touchActions: Int32Array;
  readonly touchPositions: Int32Array;
}

function sortedCalls<Action>(calls: readonly Call<Action>[]): readonly Call<Action>[] {
  const rank = (call: Call<Action>) => (isOptional(call) ? 1 : 0);
  return [...calls].sort((a, b) => rank(a) - rank(b) || a.invokedAt - b.invokedAt);
}

function touchesOf<Action>(
  calls: readonly Call<Action>[],
  transitions: Transitions<Action>,
  parts: Parts<Action>,
): Touches {
  const touchStarts = new Int32Array(calls.length + 1);
  calls.forEach((call, i) => {
    touchStarts[i + 1] = touchStarts[i]! + call.touches.length;
  });
  const total = touchStarts[calls.length]!;
  const touchParts = new Int32Array(total);
  const touchActions = new Int32Array(total);
  const touchPositions = new Int32Array(total);
  let at = 0;
  calls.forEach((call, i) => {
    for (const { part, action } of call.touches) {
      touchParts[at] = parts.idOf(part);
      touchActions[at] = transitions.actionOf(action);
      touchPositions[at] = parts.add(touchParts[at]!, i);
      at += 1;
    }
  });
  return { touchStarts, touchParts, touchActions, touchPositions };
}

/** The calls of each part. */
class Parts<Action> {
  readonly required: number;
  readonly #object: SequentialObject<Action>;
  readonly #transitions: Transitions<Action>;
  readonly #ids = new Map<string, number>();
  readonly #required: number[][] = [];
  readonly #optional: number[][] = [];

  constructor(object: SequentialObject<Action>, transitions: Transitions<Action>, required: number) {
    this.#object = object;
    this.#transitions = transitions;
    this.required = required;
  }

  idOf(name: string): number {
    const id = idOf(this.#ids, name);
    if (id === this.#required.length) {
      this.#required.push([]);
      this.#optional.push([]);
    }
    return id;
  }

  /** The position of the call among the required or the optional ones of the part. */
  add(part: number, call: number): number {
    const list = (call < this.required ? this.#required : this.#optional)[part]!;
    return list.push(call) - 1;
  }

  list(): readonly Part[] {
    return [...this.#ids].map(([name, id]) => ({
      name,
      initial: this.#transitions.stateOf(this.#object.initial(name)),
      required: Int32Array.from(this.#required[id]!),
      optional: Int32Array.from(this.#optional[id]!),
    }));
  }
}

function byCompletion(calls: readonly Call<unknown>[], required: number): Int32Array {
  const order = Int32Array.from({ length: required }, (_, i) => i);
  return order.sort((a, b) => calls[a]!.completedAt - calls[b]!.completedAt || a - b);
}

function classOf({ touchStarts, touchParts, touchActions }: Touches, call: number): string {
  const pairs: string[] = [];
  for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
    pairs.push(`${touchParts[at]}:${touchActions[at]}`);
  }
  return pairs.sort().join();
}

function observes(
  { touchStarts, touchActions }: Touches,
  call: number,
  transitions: Transitions<unknown>,
): boolean {
  for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
    if (!transitions.observes(touchActions[at]!)) return false;
  }
  return true;
}

function idOf(ids: Map<string, number>, name: string): number {
  const known = ids.get(name);
  if (known !== undefined) return known;
  ids.set(name, ids.size);
  return ids.size - 1;
}
