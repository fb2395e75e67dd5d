import type { Completion, Operation, Value } from '../../kernel/operation.ts';
import { phases } from '../history.ts';
import { type Fields, isFields, isText, isTime, isValue, isWhole } from './json-fields.ts';

/** A line of a history, found to be what it must be. */
export interface RowFields {
  readonly stream: number;
  readonly index: number;
  readonly process: number;
  readonly site: number;
  readonly node: number;
  readonly attempts: number;
  readonly phase: number;
  readonly operation: Operation;
  /** NaN where the line has null. */
  readonly dueAt: number;
  readonly invokedAt: number;
  readonly completedAt: number | null;
  readonly completion: Completion | null;
}

/** How many nodes and regions the header names. */
export interface Limits {
  readonly nodes: number;
  readonly regions: number;
}

const most8 = 0xff;
const most32 = 0xffffffff;
const timeWords = `a time in microseconds, from 0 to ${Number.MAX_SAFE_INTEGER}`;

/** The fields of a parsed line. `complain` makes the error of what is wrong with it. */
export function rowIn(line: unknown, limits: Limits, complain: (what: string) => Error): RowFields {
  if (!isFields(line)) throw complain('a line is an object with the fields of one operation');
  const whole = (name: string, most: number) => {
    const value = line[name];
    if (!isWhole(value, most)) throw complain(wrong(name, value, `a whole number from 0 to ${most}`));
    return value;
  };
  const attempts = whole('attempts', most8);
  if (attempts === 0) throw complain(wrong('attempts', 0, `a whole number from 1 to ${most8}`));
  const time = (name: string, value: unknown) => {
    if (!isTime(value)) throw complain(wrong(name, value, timeWords));
    return value;
  };
  const phase = phases.indexOf(line.phase as (typeof phases)[number]);
  if (phase < 0) throw complain(wrong('phase', line.phase, `one of ${phases.join(', ')}`));
  const completion = completionIn(line.completion, complain);
  if ((completion === null) !== (line.completedAt === null)) {
    throw complain('"completion" and "completedAt" are both null, or neither is');
  }
  const invokedAt = time('invokedAt', line.invokedAt);
  const completedAt = completion === null ? null : time('completedAt', line.completedAt);
  if (completedAt !== null && completedAt < invokedAt) {
    throw complain(`it completes at ${completedAt}, before its invocation at ${invokedAt}`);
  }
  return {
    stream: whole('stream', most32),
    index: whole('index', most32),
    process: whole('process', most32),
    site: whole('site', limits.regions - 1),
    node: whole('node', limits.nodes - 1),
    attempts,
    phase,
    operation: operationIn(line.operation, complain),
    dueAt: line.dueAt === null ? Number.NaN : time('dueAt', line.dueAt),
    invokedAt,
    completedAt,
    completion,
  };
}

function operationIn(value: unknown, complain: (what: string) => Error): Operation {
  if (!isFields(value)) throw complain(wrong('operation', value, 'an object with "type" and "key"'));
  const text = (name: string) => textIn(value, name, complain);
  const number = (name: string) => {
    const found = numberIn(value[name]);
    if (found === undefined) throw complain(wrong(name, value[name], 'a number'));
    return found;
  };
  const floor = () => (value.floor === null ? null : number('floor'));
  const held = (name: string) => valueIn(value, name, complain);
  switch (value.type) {
    case 'read':
      return { type: 'read', key: text('key') };
    case 'write':
      return { type: 'write', key: text('key'), value: held('value') };
    case 'add':
      return { type: 'add', key: text('key'), delta: number('delta'), floor: floor() };
    case 'cas':
      return { type: 'cas', key: text('key'), expected: held('expected'), value: held('value') };
    case 'transfer':
      return {
        type: 'transfer',
        key: text('key'),
        to: text('to'),
        amount: number('amount'),
        floor: floor(),
      };
    default:
      throw complain(wrong('type', value.type, 'read, write, add, cas or transfer'));
  }
}

function completionIn(value: unknown, complain: (what: string) => Error): Completion | null {
  if (value === null) return null;
  if (!isFields(value)) throw complain(wrong('completion', value, 'null or an object with "type"'));
  const told = () => ('value' in value ? { value: valueIn(value, 'value', complain) } : {});
  switch (value.type) {
    case 'ok':
      return { type: 'ok', ...told() };
    case 'refused':
      return { type: 'refused', because: textIn(value, 'because', complain), ...told() };
    case 'fail':
    case 'info':
      return { type: value.type, error: textIn(value, 'error', complain) };
    default:
      throw complain(wrong('type', value.type, 'ok, refused, fail or info'));
  }
}

function textIn(fields: Fields, name: string, complain: (what: string) => Error): string {
  const value = fields[name];
  if (!isText(value)) throw complain(wrong(name, value, 'a text'));
  return value;
}

function valueIn(fields: Fields, name: string, complain: (what: string) => Error): Value {
  const value = fields[name];
  const number = numberIn(value);
  if (number !== undefined) return number;
  if (!isValue(value)) {
    throw complain(wrong(name, value, 'null, true, false, a number, a text, or an array of these'));
  }
  return value;
}

/** A number, or `{ "number": "NaN" }` and the like, which JSON cannot say. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (!isFields(value)) return undefined;
  return ['NaN', 'Infinity', '-Infinity'].includes(value.number as string) ? Number(value.number) : undefined;
}

function wrong(name: string, value: unknown, allowed: string): string {
  if (value === undefined) return `"${name}" is missing; it is ${allowed}`;
  const told =
    typeof value === 'object' && value !== null ? 'of another shape' : String(JSON.stringify(value));
  return `"${name}" is ${told.length > 60 ? `${told.slice(0, 60)}…` : told}; it is ${allowed}`;
}
