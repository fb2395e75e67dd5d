import {
  type Completion,
  completionTypes,
  type Key,
  type NodeId,
  type Operation,
  operationKinds,
  type Value,
} from '../kernel/operation.ts';
import type { Micros } from '../kernel/time.ts';

/** Raised whenever the meaning of a column changes; a reader refuses what it does not know. */
export const historySchemaVersion = 1;

/**
 * Parts of a run: initial values are written in `setup`, and in `final` every written key is read once more after
 * all is quiet. Measures look at `measured`; checkers look at everything.
 */
export const phases = ['setup', 'warm-up', 'measured', 'cool-down', 'final'] as const;
export type Phase = (typeof phases)[number];
export const phaseCode = { setup: 0, warmUp: 1, measured: 2, coolDown: 3, final: 4 } as const;

/** In the order of their codes in the columns of values. */
export const valueKinds = ['absent', 'null', 'number', 'text'] as const;
export const valueKind = { absent: 0, null: 1, number: 2, text: 3 } as const;

export const kindCode = { read: 0, write: 1, add: 2, cas: 3, transfer: 4 } as const;
export const completionCode = { open: 0, ok: 1, refused: 2, fail: 3, info: 4 } as const;

/** In a column of texts: nothing there. */
export const noText = 0xffffffff;

/**
 * The record of a run: one row per operation, in the order of invocation, one typed column per fact. Columns sit on
 * shared memory, so they pass between threads without a copy. Times are whole microseconds of the shared clock;
 * equal times count as overlapping, so truncation can hide a violation of a microsecond but never invent one.
 */
export interface Columns {
  /** The stream of questions and the position in it: `operation(stream, index)` asks this again. */
  readonly stream: Uint32Array;
  readonly index: Uint32Array;
  /** A client that does one thing at a time; retired after `info`. A session is one process. */
  readonly process: Uint32Array;
  /** The client's region, as an index in `regions`. */
  readonly site: Uint8Array;
  /** The node that was asked last. */
  readonly node: Uint16Array;
  /** How many nodes were asked: 1, or more after refused connections. */
  readonly attempts: Uint8Array;
  readonly phase: Uint8Array;
  readonly kind: Uint8Array;
  /** An index in `texts`. */
  readonly key: Uint32Array;
  /** The second key of a transfer, else `noText`. */
  readonly to: Uint32Array;
  /** write: the value; add: the delta; cas: the new value; transfer: the amount. Texts are indices in `texts`, where they stand as JSON. */
  readonly argument: Float64Array;
  readonly argumentKind: Uint8Array;
  /** add, transfer: the floor; cas: the expected value. */
  readonly condition: Float64Array;
  readonly conditionKind: Uint8Array;
  /** When it should have been invoked; NaN in closed loops. */
  readonly dueAt: Float64Array;
  readonly invokedAt: Float64Array;
  /** NaN while open: such a row counts as `info`. */
  readonly completedAt: Float64Array;
  readonly completion: Uint8Array;
  /** ok, refused: the value observed, if any. */
  readonly value: Float64Array;
  readonly valueKind: Uint8Array;
  /** refused: because; fail, info: the error. An index in `texts`, else `noText`. */
  readonly reason: Uint32Array;
}

export interface History {
  readonly schemaVersion: number;
  readonly length: number;
  readonly columns: Columns;
  /** Every key, reason and non-numeric value, once. */
  readonly texts: readonly string[];
  readonly nodes: readonly string[];
  readonly regions: readonly string[];
}

/** One row as an object: for codecs, witnesses and tests. Loops over a whole history read the columns. */
export interface Row {
  readonly row: number;
  readonly stream: number;
  readonly index: number;
  readonly process: number;
  readonly site: number;
  readonly node: NodeId;
  readonly attempts: number;
  readonly phase: Phase;
  readonly operation: Operation;
  readonly dueAt: Micros | null;
  readonly invokedAt: Micros;
  readonly completedAt: Micros | null;
  /** `null` while open. */
  readonly completion: Completion | null;
}

export function rowOf(history: History, row: number): Row {
  const { columns } = history;
  const dueAt = columns.dueAt[row]!;
  const completedAt = columns.completedAt[row]!;
  return {
    row,
    stream: columns.stream[row]!,
    index: columns.index[row]!,
    process: columns.process[row]!,
    site: columns.site[row]!,
    node: columns.node[row]!,
    attempts: columns.attempts[row]!,
    phase: phases[columns.phase[row]!]!,
    operation: operationOf(history, row),
    dueAt: Number.isNaN(dueAt) ? null : dueAt,
    invokedAt: columns.invokedAt[row]!,
    completedAt: Number.isNaN(completedAt) ? null : completedAt,
    completion: completionOf(history, row),
  };
}

export function keyOf(history: History, row: number): Key {
  return history.texts[history.columns.key[row]!]!;
}

export function operationOf(history: History, row: number): Operation {
  const { columns } = history;
  const key = keyOf(history, row);
  const argument = decodeValue(history, columns.argumentKind[row]!, columns.argument[row]!);
  const condition = decodeValue(history, columns.conditionKind[row]!, columns.condition[row]!);
  switch (operationKinds[columns.kind[row]!]!) {
    case 'read':
      return { type: 'read', key };
    case 'write':
      return { type: 'write', key, value: argument ?? null };
    case 'add':
      return { type: 'add', key, delta: argument as number, floor: floorOf(condition) };
    case 'cas':
      return { type: 'cas', key, expected: condition ?? null, value: argument ?? null };
    case 'transfer':
      return {
        type: 'transfer',
        key,
        to: history.texts[columns.to[row]!]!,
        amount: argument as number,
        floor: floorOf(condition),
      };
  }
}

export function completionOf(history: History, row: number): Completion | null {
  const { columns } = history;
  const code = columns.completion[row]!;
  if (code === completionCode.open) return null;
  const type = completionTypes[code - 1]!;
  const value = decodeValue(history, columns.valueKind[row]!, columns.value[row]!);
  const reason = columns.reason[row]!;
  const words = reason === noText ? '' : history.texts[reason]!;
  switch (type) {
    case 'ok':
      return value === undefined ? { type } : { type, value };
    case 'refused':
      return value === undefined ? { type, because: words } : { type, because: words, value };
    case 'fail':
    case 'info':
      return { type, error: words };
  }
}

/** The value in a pair of columns; undefined where there is none. */
export function decodeValue(history: History, kind: number, number: number): Value | undefined {
  switch (kind) {
    case valueKind.absent:
      return undefined;
    case valueKind.null:
      return null;
    case valueKind.number:
      return number;
    default:
      return JSON.parse(history.texts[number]!) as Value;
  }
}

function floorOf(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
