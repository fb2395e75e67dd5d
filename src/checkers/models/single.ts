import type { RecordedCall } from '../../history/recorded.ts';
import type { Value } from '../../kernel/operation.ts';
import type { Touch } from '../search/call.ts';
import { sharpenAppends } from './appends.ts';
import { type Action, cells } from './cell.ts';
import {
  functionOf,
  inWords,
  type Meanings,
  numberOf,
  pairOf,
  type RecordedModel,
  storedValue,
  UnknownCallError,
} from './model.ts';
import { givenTo, refuseOddAnswer, refuseOtherTypes, toldBy } from './shapes.ts';

/** A model whose calls each touch one cell: the key, or the only object there is. `refuse` throws for values that mean nothing to it. */
function singleCell(
  summary: string,
  functions: readonly string[],
  answersAlike: (value: Value) => readonly Value[],
  refuse: (calls: readonly RecordedCall[]) => (call: RecordedCall) => void,
): RecordedModel {
  const prepare = (calls: readonly RecordedCall[]): Meanings => {
    const look = refuse(calls);
    return {
      answered: (call) => {
        look(call);
        return [{ part: partOf(call), action: answeredAction(call, answersAlike) }];
      },
      unanswered: (call) => updateOn(call),
    };
  };
  return { summary, functions, object: cells, keys: 'all or none', prepare };
}

/** What a counter shows is a number. */
function refuseNoNumber(call: RecordedCall): void {
  if (functionOf(call) === 'read' && call.output !== null) numberOf(call, toldBy(call), 'the answer');
  if (functionOf(call) === 'write') numberOf(call, givenTo(call) ?? 0, 'the value');
}

/** What was answered with false was not done. */
function refuseUndone(call: RecordedCall): void {
  if (call.output === false) refuseOddAnswer(call);
}

/** Where a map is appended to, its values are texts. */
function refuseNoTexts(calls: readonly RecordedCall[]): (call: RecordedCall) => void {
  const look = refuseOtherTypes(calls);
  if (!calls.some((call) => functionOf(call) === 'append')) return look;
  return (call) => {
    const values = functionOf(call) === 'cas' ? pairOf(call) : [call.input];
    for (const value of functionOf(call) === 'read' ? [call.output] : values) {
      if (typeof value === 'string' || value === null || value === undefined) continue;
      throw new UnknownCallError(
        call,
        `${call.function} has ${inWords(value)}, which is no text; where values are appended all are texts`,
      );
    }
  };
}

const exactly = (value: Value): readonly Value[] => [value];
/** To whoever counts, nothing written is 0, so either may be told for the other. */
const nothingIsZero = (value: Value): readonly Value[] =>
  value === null || value === 0 ? [null, 0] : [value];
/** Many maps tell an empty text of a key that was never written. */
const nothingIsEmpty = (value: Value): readonly Value[] =>
  value === null || value === '' ? [null, ''] : [value];

export const register = singleCell('a register: read, write', ['read', 'write'], exactly, refuseOtherTypes);
export const casRegister = singleCell(
  'registers with compare-and-set: read, write, cas with [old new]',
  ['read', 'write', 'cas'],
  exactly,
  refuseOtherTypes,
);
export const counter = singleCell(
  'a counter: read, add, subtract, increment, decrement, write',
  ['read', 'add', 'subtract', 'increment', 'decrement', 'write'],
  nothingIsZero,
  () => refuseNoNumber,
);
const plainMap = singleCell(
  'a map, each key by itself: get, put, append, delete, cas with [old new]',
  ['read', 'write', 'append', 'delete', 'cas'],
  nothingIsEmpty,
  refuseNoTexts,
);
export const map: RecordedModel = {
  ...plainMap,
  keys: 'each',
  object: { ...cells, sharpen: sharpenAppends },
};
export const mutex = singleCell(
  'a mutex: acquire, release',
  ['acquire', 'release'],
  exactly,
  () => refuseUndone,
);

function partOf(call: RecordedCall): string {
  return call.key ?? '';
}

function answeredAction(call: RecordedCall, alike: (value: Value) => readonly Value[]): Action {
  const { input } = call;
  switch (functionOf(call)) {
    case 'read':
      return { type: 'read', told: alike(storedValue(toldBy(call))) };
    case 'write':
      refuseOddAnswer(call, input);
      break;
    case 'cas':
      refuseOddAnswer(call, input, pairOf(call)[1]);
      break;
    default:
      // A recorder repeats the input as output, or tells what it left: the two cannot be told apart.
      refuseUndone(call);
  }
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
      return { type: 'write', value: storedValue(givenTo(call)), told };
    case 'delete':
      return { type: 'write', value: null, told };
    case 'append':
      return { type: 'append', text: textOf(call), within: '', told };
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

function textOf(call: RecordedCall): string {
  const given = givenTo(call);
  if (typeof given === 'string') return given;
  throw new UnknownCallError(call, `append takes a text, not ${inWords(given)}`);
}

function deltaOf(call: RecordedCall): number {
  const name = functionOf(call);
  const sign = name === 'subtract' || name === 'decrement' ? -1 : 1;
  const counted = name === 'increment' || name === 'decrement';
  if (counted && (call.input === null || call.input === undefined)) return sign;
  return sign * numberOf(call, call.input, 'the amount');
}
