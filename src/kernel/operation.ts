/** A key of the store. Keys are interned in histories, so long ones cost nothing per operation. */
export type Key = string;

/** A stored value: plain data that compares by its contents. `null` means that nothing was ever written. */
export type Value = null | boolean | number | string | readonly Value[];

/** Plain data as it travels in messages, timers and on disk: no functions, no class instances. */
export type Plain =
  | null
  | undefined
  | boolean
  | number
  | string
  | readonly Plain[]
  | { readonly [field: string]: Plain }
  | ReadonlyMap<string | number, Plain>
  | ReadonlySet<string | number>;

/** The index of a node in its topology, from 0. Names are for people; replicas speak in indices. */
export type NodeId = number;

/** Unique within a run, never used twice, and so it also names the operation itself (for example to detect a retry). */
export type RequestId = number;

/** What a session carries from a reply to its next request (tokens, dependencies). Only the strategy reads it. */
export type Context = Plain;

export interface Read {
  readonly type: 'read';
  readonly key: Key;
}

export interface Write {
  readonly type: 'write';
  readonly key: Key;
  readonly value: Value;
}

/** Adds `delta` to a number (a key never written counts as 0); refused when the sum would fall below `floor`. */
export interface Add {
  readonly type: 'add';
  readonly key: Key;
  readonly delta: number;
  readonly floor: number | null;
}

/** Writes `value` if the key holds `expected` (compared by contents); refused otherwise. */
export interface Cas {
  readonly type: 'cas';
  readonly key: Key;
  readonly expected: Value;
  readonly value: Value;
}

/**
 * Moves `amount` between two keys atomically; refused when `key` would fall below `floor`. Its answer may tell the
 * balances of both keys after it, `[key, to]`, `null` for one that it does not know; a refusal, the balance of `key`.
 */
export interface Transfer {
  readonly type: 'transfer';
  readonly key: Key;
  readonly to: Key;
  readonly amount: number;
  readonly floor: number | null;
}

export type Operation = Read | Write | Add | Cas | Transfer;
export type OperationKind = Operation['type'];

/** In the order of their codes in the history's `kind` column: append only. */
export const operationKinds = [
  'read',
  'write',
  'add',
  'cas',
  'transfer',
] as const satisfies readonly OperationKind[];

/** It took effect, between invocation and completion. `value` is what a read saw, or what an update left behind where the strategy knows it. */
export interface Ok {
  readonly type: 'ok';
  readonly value?: Value;
}

/** Decided and not done (cas mismatch, below the floor): an observation of the state, not downtime. */
export interface Refused {
  readonly type: 'refused';
  readonly because: string;
  readonly value?: Value;
}

/** Certainly not done, now and for ever: unavailable, not the leader, crashed before. */
export interface Fail {
  readonly type: 'fail';
  readonly error: string;
}

/** Unknown: it may take effect at any later time, or never. A timed-out write is `info`, never `fail`. */
export interface Info {
  readonly type: 'info';
  readonly error: string;
}

export type Completion = Ok | Refused | Fail | Info;
export type CompletionType = Completion['type'];

/** In the order of their codes in the history's `completion` column, where code 0 is "still open": append only. */
export const completionTypes = ['ok', 'refused', 'fail', 'info'] as const satisfies readonly CompletionType[];

/** Whether an operation may change the state. */
export function isUpdate(kind: OperationKind): boolean {
  return kind !== 'read';
}

/** The keys that an operation touches: one, or two for a transfer. */
export function keysOf(operation: Operation): readonly Key[] {
  return operation.type === 'transfer' ? [operation.key, operation.to] : [operation.key];
}

/** Value equality by contents, as `cas` needs it. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((element, i) => sameValue(element as Value, (b as readonly Value[])[i] as Value));
}

/** What a single-key update does to the value it finds: the new value, or why it is refused. */
export type Effect =
  | { readonly type: 'set'; readonly value: Value }
  | { readonly type: 'refused'; readonly because: string };

/** The sequential meaning of every single-key operation, shared by strategies and by the models of the checkers. */
export function applyTo(current: Value, operation: Read | Write | Add | Cas): Effect {
  switch (operation.type) {
    case 'read':
      return { type: 'set', value: current };
    case 'write':
      return { type: 'set', value: operation.value };
    case 'add':
      return addTo(current, operation.delta, operation.floor);
    case 'cas':
      return sameValue(current, operation.expected)
        ? { type: 'set', value: operation.value }
        : { type: 'refused', because: 'mismatch' };
  }
}

/** The sum of a number (nothing written counts as 0) and a delta, unless it would fall below the floor. */
export function addTo(current: Value, delta: number, floor: number | null): Effect {
  const sum = numberIn(current) + delta;
  if (floor !== null && sum < floor) return { type: 'refused', because: 'below-floor' };
  return { type: 'set', value: sum };
}

/** A value read as a number; nothing written, and anything that is not a number, counts as 0. */
export function numberIn(value: Value): number {
  return typeof value === 'number' ? value : 0;
}
