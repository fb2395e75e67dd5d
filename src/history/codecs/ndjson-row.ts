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

/** Makes the error of what is wrong with the field behind some names; of the whole line where there are none. */
export type Complain = (what: string, path?: readonly string[]) => Error;

const most8 = 0xff;
const most32 = 0xffffffff;
const timeWords = `a time in whole microseconds, from 0 to ${Number.MAX_SAFE_INTEGER}`;

const rowFields = [
  ...['stream', 'index', 'process', 'site', 'node', 'attempts', 'phase'],
  ...['operation', 'dueAt', 'invokedAt', 'completedAt', 'completion'],
];
/** What stands beside the type. A field that nobody knows is most likely one that was meant. */
const operationFields: Readonly<Record<string, readonly string[]>> = {
  read: ['type', 'key'],
  write: ['type', 'key', 'value'],
  add: ['type', 'key', 'delta', 'floor'],
  cas: ['type', 'key', 'expected', 'value'],
  transfer: ['type', 'key', 'to', 'amount', 'floor'],
};
const completionFields: Readonly<Record<string, readonly string[]>> = {
  ok: ['type', 'value'],
  refused: ['type', 'because', 'value'],
  fail: ['type', 'error'],
  info: ['type', 'error'],
};

/** The fields of a parsed line. */
export function rowIn(line: unknown, limits: Limits, complain: Complain): RowFields {
  if (!isFields(line)) throw complain('a line is an object with the fields of one operation');
  const whole = (name: string, most: number, least = 0) => {
    const value = line[name];
    const allowed =
      most < least ? 'a position in the list of the header, which is empty' : wholeWords(least, most);
    if (!isWhole(value, most) || value < least) throw complain(wrong(name, value, allowed), [name]);
    return value;
  };
  const time = (name: string) => {
    const value = line[name];
    if (!isTime(value)) throw complain(wrong(name, value, timeWords), [name]);
    return value;
  };
  const phase = phases.indexOf(line.phase as (typeof phases)[number]);
  if (phase < 0) throw complain(wrong('phase', line.phase, `one of ${phases.join(', ')}`), ['phase']);
  const completion = completionIn(line.completion, complain);
  if ((completion === null) !== (line.completedAt === null)) {
    throw complain('"completion" and "completedAt" are both null, or neither is', ['completedAt']);
  }
  const invokedAt = time('invokedAt');
  const completedAt = completion === null ? null : time('completedAt');
  if (completedAt !== null && completedAt < invokedAt) {
    throw complain(`it completes at ${completedAt}, before its invocation at ${invokedAt}`, ['completedAt']);
  }
  const row = {
    stream: whole('stream', most32),
    index: whole('index', most32),
    process: whole('process', most32),
    site: whole('site', limits.regions - 1),
    node: whole('node', limits.nodes - 1),
    attempts: whole('attempts', most8, 1),
    phase,
    operation: operationIn(line.operation, complain),
    dueAt: line.dueAt === null ? Number.NaN : time('dueAt'),
    invokedAt,
    completedAt,
    completion,
  };
  if (row.operation.type === 'read' && completion?.type === 'ok' && completion.value === undefined) {
    throw complain('a read that was answered tells a value; it is null where nothing was there', [
      'completion',
    ]);
  }
  refuseUnknown(line, rowFields, complain, []);
  return row;
}

function operationIn(value: unknown, complain: Complain): Operation {
  if (!isFields(value)) {
    throw complain(wrong('operation', value, 'an object with "type" and "key"'), ['operation']);
  }
  const known = fieldsOfType(value, operationFields);
  if (known === null) {
    const what = wrong('type', value.type, 'read, write, add, cas or transfer');
    throw complain(what, ['operation', 'type']);
  }
  refuseUnknown(value, known, complain, ['operation']);
  const text = (name: string) => textIn(value, name, complain, 'operation');
  const number = (name: string) => {
    const found = numberIn(value[name]);
    if (found === undefined) throw complain(wrong(name, value[name], 'a number'), ['operation', name]);
    return found;
  };
  const floor = () => (value.floor === null ? null : number('floor'));
  const held = (name: string) => valueIn(value, name, complain, 'operation');
  const type = value.type as Operation['type'];
  const key = text('key');
  switch (type) {
    case 'read':
      return { type, key };
    case 'write':
      return { type, key, value: held('value') };
    case 'add':
      return { type, key, delta: number('delta'), floor: floor() };
    case 'cas':
      return { type, key, expected: held('expected'), value: held('value') };
    case 'transfer':
      return { type, key, to: text('to'), amount: number('amount'), floor: floor() };
  }
}

function completionIn(value: unknown, complain: Complain): Completion | null {
  if (value === null) return null;
  if (!isFields(value)) {
    throw complain(wrong('completion', value, 'null or an object with "type"'), ['completion']);
  }
  const known = fieldsOfType(value, completionFields);
  if (known === null) {
    throw complain(wrong('type', value.type, 'ok, refused, fail or info'), ['completion', 'type']);
  }
  refuseUnknown(value, known, complain, ['completion']);
  const told = () => ('value' in value ? { value: valueIn(value, 'value', complain, 'completion') } : {});
  const words = (name: string) => textIn(value, name, complain, 'completion');
  const type = value.type as Completion['type'];
  switch (type) {
    case 'ok':
      return { type, ...told() };
    case 'refused':
      return { type, because: words('because'), ...told() };
    case 'fail':
    case 'info':
      return { type, error: words('error') };
  }
}

function fieldsOfType(
  { type }: Fields,
  types: Readonly<Record<string, readonly string[]>>,
): readonly string[] | null {
  return typeof type === 'string' && Object.hasOwn(types, type) ? types[type]! : null;
}

/** Refuses a field that nobody knows, in the object behind some names. */
export function refuseUnknown(
  fields: Fields,
  known: readonly string[],
  complain: Complain,
  path: readonly string[],
): void {
  for (const name in fields) {
    if (known.includes(name)) continue;
    throw complain(`there is no field ${JSON.stringify(name).slice(0, 60)}; there are ${known.join(', ')}`, [
      ...path,
      name,
    ]);
  }
}

function textIn(fields: Fields, name: string, complain: Complain, within: string): string {
  const value = fields[name];
  if (!isText(value)) throw complain(wrong(name, value, 'a text'), [within, name]);
  return value;
}

function valueIn(fields: Fields, name: string, complain: Complain, within: string): Value {
  const value = fields[name];
  const number = numberIn(value);
  if (number !== undefined) return number;
  if (!isValue(value)) {
    const allowed = 'null, true, false, a number, a text, or an array of these';
    throw complain(wrong(name, value, allowed), [within, name]);
  }
  return value;
}

/** A number, or `{ "number": "NaN" }` and the like, which JSON cannot say. A number of JSON that is too large reads as infinite. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (!isFields(value)) return undefined;
  return ['NaN', 'Infinity', '-Infinity'].includes(value.number as string) ? Number(value.number) : undefined;
}

function wholeWords(least: number, most: number): string {
  return `a whole number from ${least} to ${most}`;
}

function wrong(name: string, value: unknown, allowed: string): string {
  if (value === undefined) return `"${name}" is missing; it is ${allowed}`;
  const told =
    typeof value === 'object' && value !== null
      ? 'of another shape'
      : typeof value === 'number'
        ? String(value)
        : String(JSON.stringify(value));
  return `"${name}" is ${told.length > 60 ? `${told.slice(0, 60)}…` : told}; it is ${allowed}`;
}
