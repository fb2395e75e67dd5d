import { sameValue, type Value } from '../../kernel/operation.ts';
import { type Action, cells } from '../models/cell.ts';
import { type Call, isOptional } from '../search/call.ts';
import { Transitions } from '../search/transitions.ts';

/** Calls of any kinds in typed arrays, process by process: a program is the calls of one process in their order. */
export interface Programs {
  /** The calls of program p are those from `starts[p]` to before `starts[p + 1]`. */
  readonly starts: Uint32Array;
  readonly programOf: Uint32Array;
  /** 1 for calls that an order may do without; no call of the same program follows one. */
  readonly isOptional: Uint8Array;
  /** 1 for calls that never change anything. */
  readonly observes: Uint8Array;
  readonly completedAt: Float64Array;
  /** How many calls every order must contain. */
  readonly required: number;
  /** The parts of call c stand from `touchStarts[c]` to before `touchStarts[c + 1]`, beside what it does to each. */
  readonly touchStarts: Uint32Array;
  readonly touchParts: Uint32Array;
  readonly touchActions: Uint32Array;
  readonly parts: readonly string[];
  /** 1 for parts whose values never come back once they are replaced. */
  readonly isPassing: Uint8Array;
  readonly transitions: Transitions<Action>;
}

/**
 * `processOf` tells the process of a call by its id. An update without an answer may take effect late, so whatever follows it in its
 * process need not come after it.
 */
export function programsOf(calls: readonly Call<Action>[], processOf: (id: number) => number): Programs {
  const sorted = dealt(calls, processOf);
  const all = sorted.flat();
  const transitions = new Transitions(cells);
  const parts = new Map<string, number>();
  const touchStarts = new Uint32Array(all.length + 1);
  const touchParts: number[] = [];
  const touchActions: number[] = [];
  all.forEach(({ touches }, call) => {
    for (const { part, action } of touches) {
      if (!parts.has(part)) parts.set(part, parts.size);
      touchParts.push(parts.get(part)!);
      touchActions.push(transitions.actionOf(action));
    }
    touchStarts[call + 1] = touchParts.length;
  });
  const starts = new Uint32Array(sorted.length + 1);
  const programOf = new Uint32Array(all.length);
  sorted.forEach((program, p) => {
    starts[p + 1] = starts[p]! + program.length;
    programOf.fill(p, starts[p], starts[p + 1]);
  });
  return {
    starts,
    programOf,
    isOptional: Uint8Array.from(all, (call) => (isOptional(call) ? 1 : 0)),
    observes: Uint8Array.from(all, ({ touches }) =>
      touches.every(({ action }) => cells.observes(action)) ? 1 : 0,
    ),
    completedAt: Float64Array.from(all, (call) => call.completedAt),
    required: all.reduce((sum, call) => sum + (isOptional(call) ? 0 : 1), 0),
    touchStarts,
    touchParts: Uint32Array.from(touchParts),
    touchActions: Uint32Array.from(touchActions),
    parts: [...parts.keys()],
    isPassing: passing(all, parts),
    transitions,
  };
}

/** The values of a part after which the action can come, where they are known. */
export function wantedBy(action: Action): readonly Value[] | null {
  switch (action.type) {
    case 'read':
      return action.told;
    case 'cas':
      return [action.expected];
    case 'add': {
      if (action.told === null) return null;
      const before = action.told.flatMap((told) => (typeof told === 'number' ? [told - action.delta] : []));
      return before.flatMap((value) => (value === 0 ? [null, 0] : [value]));
    }
    default:
      return null;
  }
}

function dealt(
  calls: readonly Call<Action>[],
  processOf: (id: number) => number,
): readonly (readonly Call<Action>[])[] {
  const programs = new Map<number, Call<Action>[]>();
  const alone: Call<Action>[][] = [];
  for (const call of [...calls].sort((a, b) => a.invokedAt - b.invokedAt || a.id - b.id)) {
    const program = programs.get(processOf(call.id));
    if (program === undefined) {
      programs.set(processOf(call.id), [call]);
      continue;
    }
    const last = program.at(-1);
    if (last !== undefined && isOptional(last)) alone.push([program.pop()!]);
    program.push(call);
  }
  return [...programs.values(), ...alone];
}

/** Parts that only grow, and parts on which no value is written twice. */
function passing(calls: readonly Call<Action>[], parts: ReadonlyMap<string, number>): Uint8Array {
  const grows = new Uint8Array(parts.size).fill(1);
  const isUnique = new Uint8Array(parts.size).fill(1);
  const written = [...parts].map(() => new Set<Value>());
  for (const { touches } of calls) {
    for (const { part: name, action } of touches) {
      const part = parts.get(name)!;
      if (cells.observes(action)) continue;
      if (!(action.type === 'add' && action.delta > 0)) grows[part] = 0;
      const value = action.type === 'write' || action.type === 'cas' ? action.value : null;
      const isNew =
        value !== null && typeof value !== 'object' && !sameValue(value, 0) && !written[part]!.has(value);
      if (isNew) written[part]!.add(value);
      else isUnique[part] = 0;
    }
  }
  return grows.map((one, part) => one | isUnique[part]!);
}
