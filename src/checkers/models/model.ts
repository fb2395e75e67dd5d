import { ednText } from '../../history/codecs/edn-text.ts';
import { shown } from '../../history/codecs/file-error.ts';
import type { RecordedCall } from '../../history/recorded.ts';
import type { Plain, Value } from '../../kernel/operation.ts';
import type { SequentialObject, Touch } from '../search/call.ts';
import type { Action } from './cell.ts';

/** What the functions of a recorded history mean. */
export interface RecordedModel {
  readonly summary: string;
  /** The functions that it knows, by their first name. */
  readonly functions: readonly string[];
  readonly object: SequentialObject<Action>;
  /** Which calls name a key: each of them; all of them or none; those that do not name what they touch in their values. */
  readonly keys: 'each' | 'all or none' | 'some';
  /** What the model must know of all calls before it can tell what one of them means. */
  prepare(calls: readonly RecordedCall[]): Meanings;
}

/** From a call that completed (`ok`) or is unknown (`info`) to what it did to each part. */
export interface Meanings {
  /** With the answer. */
  answered(call: RecordedCall): readonly Touch<Action>[];
  /** Without it; empty where nothing is left then, as of a read. */
  unanswered(call: RecordedCall): readonly Touch<Action>[];
}

/** A call that a model does not know; the message says which, and what the model knows. */
export class UnknownCallError extends Error {
  override readonly name = 'UnknownCallError';
  /** The line of the invocation. */
  readonly line: number;

  constructor(call: RecordedCall, because: string) {
    super(because);
    this.line = call.line;
  }
}

/** All calls that a model does not know. */
export class UnknownCallsError extends Error {
  override readonly name = 'UnknownCallsError';
  readonly errors: readonly UnknownCallError[];

  constructor(errors: readonly UnknownCallError[]) {
    super(errors.map(({ message }) => message).join('\n'));
    this.errors = errors;
  }
}

const otherNames: Readonly<Record<string, string>> = {
  r: 'read',
  get: 'read',
  w: 'write',
  put: 'write',
  set: 'write',
  'compare-and-set': 'cas',
  'compare-and-swap': 'cas',
  inc: 'increment',
  incr: 'increment',
  dec: 'decrement',
  decr: 'decrement',
  sub: 'subtract',
  lock: 'acquire',
  unlock: 'release',
  del: 'delete',
  insert: 'add',
};

/** One name for functions that recorders name differently. */
export function functionOf({ function: name }: RecordedCall): string {
  const plain = name.toLowerCase();
  return otherNames[plain] ?? plain;
}

/** The value as a store holds it. Maps, sets and records become lists in a fixed order, so that equal ones are equal. */
export function storedValue(data: Plain): Value {
  if (data === undefined) return null;
  if (data === null || typeof data !== 'object') return data;
  if (data instanceof Set) return ['set', ...sorted([...data].map(storedValue))];
  if (data instanceof Map)
    return ['map', ...sorted([...data].map(([name, value]) => [name, storedValue(value)]))];
  if (Array.isArray(data)) return (data as readonly Plain[]).map(storedValue);
  return ['map', ...sorted(Object.entries(data).map(([name, value]) => [name, storedValue(value)]))];
}

/** The entries of a map or a record; null of anything else. */
export function entriesOf(data: Plain): readonly (readonly [string, Plain])[] | null {
  if (data instanceof Map) return [...data].map(([name, value]) => [String(name), value] as const);
  if (data === null || typeof data !== 'object' || data instanceof Set || Array.isArray(data)) return null;
  return Object.entries(data) as [string, Plain][];
}

/** A name for a part of an object: its own, and that of the object where there are several. */
export function partName(call: RecordedCall, name: string): string {
  return call.key === null ? name : `${call.key}/${name}`;
}

export function numberOf(call: RecordedCall, data: Plain, what: string): number {
  if (typeof data === 'number' && Number.isFinite(data)) return data;
  throw new UnknownCallError(call, `${what} of ${call.function} must be a number, not ${inWords(data)}`);
}

export function pairOf(call: RecordedCall): readonly [Plain, Plain] {
  const { input } = call;
  if (Array.isArray(input) && input.length === 2) return input as unknown as readonly [Plain, Plain];
  throw new UnknownCallError(call, `${call.function} takes two values, [old new], not ${inWords(input)}`);
}

/** As the file has it, and as the rows of a witness show it. */
export function inWords(data: Plain): string {
  return data === undefined || data === null ? 'nothing' : shown(ednText(data));
}

function sorted(values: readonly Value[]): readonly Value[] {
  return [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
