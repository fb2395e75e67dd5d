import { type Call, isOptional, type SequentialObject } from './call.ts';
import { Transitions } from './transitions.ts';

/**
 * Calls in typed arrays, for the search. Those that every order must contain come first, those that it may contain follow; both in
 * the order of invocation.
 */
export interface Timing {
  /** How many calls there are, and how many of them, from 0 on, every order must contain. */
  readonly count: number;
  readonly required: number;
  readonly invokedAt: Float64Array;
  readonly completedAt: Float64Array;
  /** The required calls in the order of completion. */
  readonly byCompletion: Int32Array;
  /** Calls of one class are interchangeable: they do the same to the same parts. */
  readonly classes: Int32Array;
  /** 1 for calls that never change anything. */
  readonly observes: Uint8Array;
}

/** The calls on one part, numbered anew, and what each does to it. */
export interface PartProblem extends Timing {
  readonly name: string;
  /** The state at first. */
  readonly initial: number;
  readonly actions: Int32Array;
  /** The calls of the whole problem. */
  readonly calls: Int32Array;
}

export interface Problem extends Timing {
  readonly transitions: Transitions<unknown>;
  readonly parts: readonly PartProblem[];
  /** The parts of call c stand from `touchStarts[c]` to `touchStarts[c + 1]`, beside its number among the calls on that part. */
  readonly touchStarts: Int32Array;
  readonly touchParts: Int32Array;
  readonly touchCalls: Int32Array;
}

export function problemOf<Action>(calls: readonly Call<Action>[], object: SequentialObject<Action>): Problem {
  const sorted = sortedCalls(object.sharpen?.(calls) ?? calls);
  const transitions = new Transitions(object);
  const dealt = deal(sorted, transitions);
  const classes = numbered(sorted.map((_, call) => classOf(dealt, call)));
  const observes = sorted.map((_, call) => observesAll(dealt, call, transitions));
  return {
    ...timing(sorted, classes, observes),
    transitions,
    touchStarts: dealt.touchStarts,
    touchParts: dealt.touchParts,
    touchCalls: dealt.touchCalls,
    parts: dealt.names.map((name, part) => partProblem(name, dealt, part, sorted, object, transitions)),
  };
}

/** The calls as they are dealt to parts. */
interface Dealt {
  readonly names: readonly string[];
  readonly calls: readonly (readonly number[])[];
  readonly actions: readonly (readonly number[])[];
  readonly touchStarts: Int32Array;
  readonly touchParts: Int32Array;
  readonly touchCalls: Int32Array;
}

function sortedCalls<Action>(calls: readonly Call<Action>[]): readonly Call<Action>[] {
  const rank = (call: Call<Action>) => (isOptional(call) ? 1 : 0);
  return [...calls].sort((a, b) => rank(a) - rank(b) || a.invokedAt - b.invokedAt);
}

function deal<Action>(sorted: readonly Call<Action>[], transitions: Transitions<Action>): Dealt {
  const parts = new Map<string, number>();
  const calls: number[][] = [];
  const actions: number[][] = [];
  const touchStarts = new Int32Array(sorted.length + 1);
  const touchParts: number[] = [];
  const touchCalls: number[] = [];
  sorted.forEach(({ touches }, call) => {
    for (const { part: name, action } of touches) {
      const part = parts.get(name) ?? parts.size;
      if (part === parts.size) {
        parts.set(name, part);
        calls.push([]);
        actions.push([]);
      }
      touchParts.push(part);
      touchCalls.push(calls[part]!.push(call) - 1);
      actions[part]!.push(transitions.actionOf(action));
    }
    touchStarts[call + 1] = touchParts.length;
  });
  return {
    names: [...parts.keys()],
    calls,
    actions,
    touchStarts,
    touchParts: Int32Array.from(touchParts),
    touchCalls: Int32Array.from(touchCalls),
  };
}

function partProblem<Action>(
  name: string,
  { calls, actions }: Dealt,
  part: number,
  sorted: readonly Call<Action>[],
  object: SequentialObject<Action>,
  transitions: Transitions<Action>,
): PartProblem {
  const own = calls[part]!.map((call) => sorted[call]!);
  const does = Int32Array.from(actions[part]!);
  const observes = actions[part]!.map((action) => transitions.observes(action));
  return {
    ...timing(own, does, observes),
    name,
    initial: transitions.stateOf(object.initial(name)),
    actions: does,
    calls: Int32Array.from(calls[part]!),
  };
}

function timing(calls: readonly Call<unknown>[], classes: Int32Array, observes: readonly boolean[]): Timing {
  const optional = calls.findIndex(isOptional);
  const required = optional === -1 ? calls.length : optional;
  const order = Int32Array.from({ length: required }, (_, call) => call);
  return {
    count: calls.length,
    required,
    invokedAt: Float64Array.from(calls, (call) => call.invokedAt),
    completedAt: Float64Array.from(calls, (call) => call.completedAt),
    byCompletion: order.sort((a, b) => calls[a]!.completedAt - calls[b]!.completedAt || a - b),
    classes,
    observes: Uint8Array.from(observes, (one) => (one ? 1 : 0)),
  };
}

function classOf({ touchStarts, touchParts, touchCalls, actions }: Dealt, call: number): string {
  const pairs: string[] = [];
  for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
    pairs.push(`${touchParts[at]}:${actions[touchParts[at]!]![touchCalls[at]!]}`);
  }
  return pairs.sort().join();
}

function observesAll(
  { touchStarts, touchParts, touchCalls, actions }: Dealt,
  call: number,
  transitions: Transitions<unknown>,
): boolean {
  for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
    if (!transitions.observes(actions[touchParts[at]!]![touchCalls[at]!]!)) return false;
  }
  return true;
}

/** Equal names get equal numbers. */
function numbered(names: readonly string[]): Int32Array {
  const ids = new Map<string, number>();
  return Int32Array.from(names, (name) => {
    const id = ids.get(name) ?? ids.size;
    ids.set(name, id);
    return id;
  });
}
