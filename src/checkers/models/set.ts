import type { RecordedCall } from '../../history/recorded.ts';
import type { Plain } from '../../kernel/operation.ts';
import type { Touch } from '../search/call.ts';
import { encode } from '../search/encode.ts';
import { type Action, cells } from './cell.ts';
import {
  functionOf,
  inWords,
  type Meanings,
  partName,
  type RecordedModel,
  UnknownCallError,
} from './model.ts';
import { givenTo, toldBy } from './shapes.ts';

/** A set, each element a part of its own: a read says of every element that was ever named whether it is in. */
export const set: RecordedModel = {
  summary: 'a set: add, remove, contains, read of all elements',
  functions: ['add', 'remove', 'read', 'contains'],
  object: cells,
  keys: 'all or none',
  prepare: (calls) => {
    const named = elementsNamed(calls);
    const meanings: Meanings = {
      answered: (call) => answered(call, named.get(call.key) ?? new Set()),
      unanswered: (call) => {
        const name = functionOf(call);
        return name === 'add' || name === 'remove' ? [change(call, name === 'add')] : [];
      },
    };
    return meanings;
  },
};

function elementsNamed(calls: readonly RecordedCall[]): ReadonlyMap<string | null, ReadonlySet<string>> {
  const named = new Map<string | null, Set<string>>();
  for (const call of calls) {
    if (!named.has(call.key)) named.set(call.key, new Set());
    const elements = named.get(call.key)!;
    if (functionOf(call) !== 'read') elements.add(encode(call.input));
    else for (const element of listed(call.output) ?? []) elements.add(encode(element));
  }
  return named;
}

function answered(call: RecordedCall, named: ReadonlySet<string>): readonly Touch<Action>[] {
  switch (functionOf(call)) {
    case 'add':
      return [change(call, true)];
    case 'remove':
      return [change(call, false)];
    case 'contains':
      return [seen(call, encode(givenTo(call)), isIn(call))];
    default: {
      const elements = new Set([...elementsIn(call)].map(encode));
      return [...named].map((element) => seen(call, element, elements.has(element)));
    }
  }
}

function elementsIn(call: RecordedCall): Iterable<Plain> {
  const told = toldBy(call);
  const elements = told === null ? [] : listed(told);
  if (elements !== null) return elements;
  throw new UnknownCallError(call, `a read of a set tells its elements, not ${inWords(told)}`);
}

/** Null of what is no list. */
function listed(data: Plain): Iterable<Plain> | null {
  if (Array.isArray(data)) return data as readonly Plain[];
  return data instanceof Set ? (data as ReadonlySet<Plain>) : null;
}

function isIn(call: RecordedCall): boolean {
  const told = toldBy(call);
  if (typeof told === 'boolean') return told;
  throw new UnknownCallError(call, `${call.function} tells true or false, not ${inWords(told)}`);
}

function change(call: RecordedCall, isIn: boolean): Touch<Action> {
  const value = isIn ? true : null;
  return { part: partName(call, encode(givenTo(call))), action: { type: 'write', value, told: null } };
}

function seen(call: RecordedCall, element: string, isIn: boolean): Touch<Action> {
  return { part: partName(call, element), action: { type: 'read', told: [isIn ? true : null] } };
}
