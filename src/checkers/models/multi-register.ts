import type { RecordedCall } from '../../history/recorded.ts';
import type { Plain } from '../../kernel/operation.ts';
import type { Touch } from '../search/call.ts';
import { encode } from '../search/encode.ts';
import { type Action, cells } from './cell.ts';
import {
  entriesOf,
  functionOf,
  inWords,
  partName,
  type RecordedModel,
  storedValue,
  UnknownCallError,
} from './model.ts';
import { toldBy } from './shapes.ts';

type Step = { readonly register: string; readonly writes: boolean; readonly value: Plain };

/**
 * Several registers read and written at one instant: `txn` of steps `[r x 1]` and `[w x 2]`, or `read` and `write` of a map
 * from registers to values.
 */
export const multiRegister: RecordedModel = {
  summary:
    'registers that are read and written together: txn of [[r x 1] [w y 2]], or read and write of {x 1}',
  functions: ['txn', 'read', 'write'],
  object: cells,
  keys: 'all or none',
  prepare: () => ({
    answered: (call) => touchesOf(call, stepsDone(call)),
    unanswered: (call) =>
      touchesOf(
        call,
        stepsOf(call, call.input).filter(({ writes }) => writes),
      ),
  }),
};

/** The steps as the answer tells them. They must be those that were asked, or nobody knows which answer belongs to which question. */
function stepsDone(call: RecordedCall): readonly Step[] {
  const asked = call.input === null || call.input === undefined ? null : stepsOf(call, call.input);
  const isUpdate = asked?.every(({ writes }) => writes) === true;
  if (isUpdate && (call.output === null || call.output === undefined)) return asked;
  const done = stepsOf(call, toldBy(call));
  const open = done.find(({ value }) => value === undefined);
  if (open !== undefined) throw notSteps(call, call.output);
  if (asked === null || isSame(asked, done)) return done;
  throw new UnknownCallError(
    call,
    `${call.function} of ${inWords(call.input)} is answered with other steps, ${inWords(call.output)}`,
  );
}

/** The same registers in the same order, and the same values written. Entries of maps have no order. */
function isSame(asked: readonly Step[], done: readonly Step[]): boolean {
  const named = (steps: readonly Step[]) =>
    steps.map(({ register, writes, value }) => encode([register, writes, writes ? value : null]));
  const [one, other] = [named(asked), named(done)];
  return one.length === other.length && one.sort().join() === other.sort().join();
}

/** The steps on each register become one action. */
function touchesOf(call: RecordedCall, steps: readonly Step[]): readonly Touch<Action>[] {
  const actions = new Map<string, Action[]>();
  for (const { register, writes, value } of steps) {
    const part = partName(call, register);
    const action: Action = writes
      ? { type: 'write', value: storedValue(value), told: null }
      : { type: 'read', told: [storedValue(value)] };
    actions.set(part, [...(actions.get(part) ?? []), action]);
  }
  return [...actions].map(([part, list]) => ({
    part,
    action: list.length === 1 ? list[0]! : { type: 'all', actions: list, told: null },
  }));
}

function stepsOf(call: RecordedCall, data: Plain): readonly Step[] {
  const writes = functionOf(call) === 'write';
  const entries = entriesOf(data);
  if (entries !== null) return entries.map(([register, value]) => ({ register, writes, value }));
  if (!Array.isArray(data)) throw notSteps(call, data);
  return (data as readonly Plain[]).map((step) => {
    if (!Array.isArray(step) || step.length < 2 || step.length > 3) throw notSteps(call, step);
    const [name, register, value] = step as readonly Plain[];
    const does = functionOf({ ...call, function: String(name).replace(/^:/, '') });
    if (does !== 'read' && does !== 'write') throw notSteps(call, step);
    return {
      register: typeof register === 'string' ? register : encode(register),
      writes: does === 'write',
      value,
    };
  });
}

function notSteps(call: RecordedCall, data: Plain): UnknownCallError {
  return new UnknownCallError(
    call,
    `${call.function} takes steps like [["r", "x", 1], ["w", "y", 2]] or a map of registers, not ${inWords(data)}`,
  );
}
