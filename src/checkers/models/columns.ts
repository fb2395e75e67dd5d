import { type History, phaseCode } from '../../history/history.ts';
import { Recorder } from '../../history/recorder.ts';
import type { Completion, Operation, Value } from '../../kernel/operation.ts';
import type { Call } from '../search/call.ts';
import { encode } from '../search/encode.ts';
import type { Action } from './cell.ts';

/**
 * Calls on one register or counter as a history, one row each, for the checkers that need no search; null where one of them is
 * none of their operations. Values of registers become texts: to a counter 0 and nothing are the same, and to a register they are not.
 */
export function historyOfCell(calls: readonly Call<Action>[]): History | null {
  const recorder = new Recorder(calls.length);
  const counts = calls.some(({ touches }) => touches[0]!.action.type === 'add');
  const named = counts ? asItIs : asText;
  for (const [index, { invokedAt, completedAt, touches }] of calls.entries()) {
    const [touch] = touches;
    const operation = touches.length === 1 ? operationOf(touch!.part, touch!.action, named) : null;
    if (operation === null) return null;
    const row = recorder.begin(0, index, index, 0, 0, phaseCode.measured, operation, Number.NaN, invokedAt);
    const completion = completionOf(touch!.action, named);
    if (completedAt !== Number.POSITIVE_INFINITY) recorder.end(row, completion, completedAt);
  }
  return recorder.history(['node'], ['region']);
}

const asItIs = (value: Value): Value => value;
const asText = (value: Value): Value => (value === null ? null : encode(value));

function operationOf(key: string, action: Action, named: (value: Value) => Value): Operation | null {
  switch (action.type) {
    case 'read':
      // Two answers that are told alike are a matter of numbers.
      return action.told.length === 1 || named === asItIs ? { type: 'read', key } : null;
    case 'write':
      return { type: 'write', key, value: named(action.value) };
    case 'cas':
      return { type: 'cas', key, expected: named(action.expected), value: named(action.value) };
    case 'add':
      return action.floor === null ? { type: 'add', key, delta: action.delta, floor: null } : null;
    default:
      return null;
  }
}

function completionOf(action: Action, named: (value: Value) => Value): Completion {
  return action.type === 'read' ? { type: 'ok', value: named(action.told.at(-1)!) } : { type: 'ok' };
}
