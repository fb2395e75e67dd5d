import type { RecordedCall } from '../../history/recorded.ts';
import type { Value } from '../../kernel/operation.ts';
import type { Touch } from '../search/call.ts';
import { sharpenAppends } from './appends.ts';
import { type Action, cells } from './cell.ts';
import { functionOf, type Meanings, numberOf, pairOf, type RecordedModel, storedValue } from './model.ts';

/** A model whose calls each touch one cell: the key, or the only object there is. */
function singleCell(
  summary: string,
  functions: readonly string[],
  answersAlike: (value: Value) => readonly Value[],
): RecordedModel {
  const meanings: Meanings = {
    answered: (call) => [{ part: partOf(call), action: answeredAction(call, answersAlike) }],
    unanswered: (call) => updateOn(call),
  };
  return { summary, functions, object: cells, prepare: () => meanings };
}

const exactly = (value: Value): readonly Value[] => [value];
/** To whoever counts, nothing written is 0, so either may be told for the other. */
const nothingIsZero = (value: Value): readonly Value[] =>
  value === null || value === 0 ? [null, 0] : [value];
/** Many maps tell an empty text of a key that was never written. */
const nothingIsEmpty = (value: Value): readonly Value[] =>
  value === null || value === '' ? [null, ''] : [value];

export const register = singleCell('a register: read, write', ['read', 'write'], exactly);
export const casRegister = singleCell(
  'registers with compare-and-set: read, write, cas with [old new]',
  ['read', 'write', 'cas'],
  exactly,
);
export const counter = singleCell(
  'a counter: read, add, subtract, increment, decrement, write',
  ['read', 'add', 'subtract', 'increment', 'decrement', 'write'],
  nothingIsZero,
);
const plainMap = singleCell(
  'a map, each key by itself: get, put, append, delete, cas with [old new]',
  ['read', 'write', 'append', 'delete', 'cas'],
  nothingIsEmpty,
);
export const map: RecordedModel = { ...plainMap, object: { ...cells, sharpen: sharpenAppends } };
export const mutex = singleCell('a mutex: acquire, release', ['acquire', 'release'], exactly);

function partOf(call: RecordedCall): string {
  return call.key ?? '';
}

function answeredAction(call: RecordedCall, alike: (value: Value) => readonly Value[]): Action {
  if (functionOf(call) === 'read') return { type: 'read', told: alike(storedValue(call.output)) };
  // A recorder repeats the input of an update as its output, or tells what it left: the two cannot be told apart.
  return updateAction(call);
}

function updateOn(call: RecordedCall): readonly Touch<Action>[] {
  if (functionOf(call) === 'read') return [];
  return [{ part: partOf(call), action: updateAction(call) }];
}

function updateAction(call: RecordedCall): Action {
  const told = null;
  switch (functionOf(call)) {
    case 'write':
      return { type: 'write', value: storedValue(call.input), told };
    case 'delete':
      return { type: 'write', value: null, told };
    case 'append':
      return {
        type: 'append',
        text: typeof call.input === 'string' ? call.input : String(call.input),
        within: '',
        told,
      };
    case 'cas': {
      const [expected, value] = pairOf(call);
      return { type: 'cas', expected: storedValue(expected), value: storedValue(value), told };
    }
    case 'acquire':
      return { type: 'cas', expected: null, value: 'held', told };
    case 'release':
      return { type: 'cas', expected: 'held', value: null, told };
    default:
      return { type: 'add', delta: deltaOf(call), floor: null, told };
  }
}

function deltaOf(call: RecordedCall): number {
  const name = functionOf(call);
  const sign = name === 'subtract' || name === 'decrement' ? -1 : 1;
  const counted = name === 'increment' || name === 'decrement';
  if (counted && (call.input === null || call.input === undefined)) return sign;
  return sign * numberOf(call, call.input, 'the amount');
}
