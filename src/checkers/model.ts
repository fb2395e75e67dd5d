import {
  applyTo,
  type Completion,
  type Effect,
  type Key,
  numberIn,
  type Operation,
  sameValue,
  type Transfer,
  type Value,
} from '../kernel/operation.ts';

/** The values of a store at one moment. Immutable; two states have the same name exactly when they are equal. */
export interface State {
  readonly values: ReadonlyMap<Key, Value>;
  readonly name: string;
}

/** Nothing was ever written. */
export const emptyState: State = { values: new Map(), name: '[]' };

/** What is known of an operation: what it asked, and what it was answered, if it was. */
export interface Step {
  readonly operation: Operation;
  readonly completion: Completion | null;
}

/** The state after a step in the sequential object, or null where the answer is not the one that it would give. */
export function stateAfter(state: State, { operation, completion }: Step): State | null {
  if (operation.type === 'transfer') return afterTransfer(state, operation, completion);
  const current = state.values.get(operation.key) ?? null;
  const effect = applyTo(current, operation);
  if (!fits(effect, current, completion)) return null;
  if (effect.type === 'refused' || operation.type === 'read') return state;
  return withValues(state, [[operation.key, effect.value]]);
}

function fits(effect: Effect, current: Value, completion: Completion | null): boolean {
  // An update of unknown fate that would be refused changes nothing, and so need not be in the order.
  if (completion === null) return effect.type === 'set';
  const left = effect.type === 'set' ? effect.value : current;
  if (completion.type !== (effect.type === 'set' ? 'ok' : 'refused')) return false;
  return completion.value === undefined || sameAnswer(completion.value, left);
}

/** To whoever counts, nothing written is 0, so either may be told for the other. */
function sameAnswer(told: Value, left: Value): boolean {
  return sameValue(told === null ? 0 : told, left === null ? 0 : left);
}

/** A transfer may tell both balances that it left; a refused one, the balance that was too low. */
function afterTransfer(state: State, transfer: Transfer, completion: Completion | null): State | null {
  const { key, to, amount, floor } = transfer;
  const before = numberIn(state.values.get(key) ?? null);
  const left = before - amount;
  const refused = floor !== null && left < floor;
  if (refused) return completion?.type === 'refused' && agrees(completion.value, [before]) ? state : null;
  if (completion?.type === 'refused') return null;
  const arrived = numberIn(state.values.get(to) ?? null) + amount;
  const balances = key === to ? [before, before] : [left, arrived];
  if (completion?.type === 'ok' && !agrees(completion.value, balances)) return null;
  if (key === to) return state;
  return withValues(state, [
    [key, left],
    [to, arrived],
  ]);
}

/** Whether an answer, where there is one, tells these balances: one as it is, several as a list with `null` for unknown. */
function agrees(told: Value | undefined, balances: readonly number[]): boolean {
  if (told === undefined) return true;
  const answers = Array.isArray(told) ? (told as readonly Value[]) : [told];
  return answers.every((answer, i) => answer === null || answer === balances[i]);
}

function withValues(state: State, changes: readonly (readonly [Key, Value])[]): State {
  const values = new Map(state.values);
  for (const [key, value] of changes) {
    if (value === null) values.delete(key);
    else values.set(key, value);
  }
  if (values.size < 2) return { values, name: JSON.stringify([...values]) };
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return { values, name: JSON.stringify(sorted) };
}
