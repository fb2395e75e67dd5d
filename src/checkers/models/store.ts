import type { Completion, Operation, Transfer, Value } from '../../kernel/operation.ts';
import type { Touch } from '../search/call.ts';
import type { Action, Told } from './cell.ts';

/** What a call did, and what is left of it when its answer is forgotten. */
export interface Meaning {
  readonly touches: readonly Touch<Action>[];
  readonly unanswered: readonly Touch<Action>[];
}

/**
 * What an operation on a store did to its keys, by its answer; null for one that says nothing: it failed, or it read and was not
 * answered, or it was refused for a reason that says nothing of the state.
 */
export function meaningOf(operation: Operation, completion: Completion | null): Meaning | null {
  switch (completion?.type) {
    case 'fail':
      return null;
    case 'ok': {
      const touches = effectOf(operation, completion.value);
      return touches === null ? null : { touches, unanswered: updateOf(operation) };
    }
    case 'refused': {
      const touches = refusalOf(operation, completion.because, completion.value);
      return touches === null ? null : { touches, unanswered: [] };
    }
    default: {
      const touches = updateOf(operation);
      return touches.length === 0 ? null : { touches, unanswered: touches };
    }
  }
}

function updateOf(operation: Operation): readonly Touch<Action>[] {
  if (operation.type === 'read') return [];
  // Money that comes back at once changes nothing, and an update of unknown fate that changes nothing need not be in the order.
  if (operation.type === 'transfer' && operation.key === operation.to) return [];
  return effectOf(operation, undefined) ?? [];
}

function effectOf(operation: Operation, value: Value | undefined): readonly Touch<Action>[] | null {
  const told = toldOf(value);
  switch (operation.type) {
    case 'read':
      return told === null ? null : [{ part: operation.key, action: { type: 'read', told } }];
    case 'write':
      return [{ part: operation.key, action: { type: 'write', value: operation.value, told } }];
    case 'add': {
      const { delta, floor } = operation;
      return [{ part: operation.key, action: { type: 'add', delta, floor, told } }];
    }
    case 'cas': {
      const { expected, value } = operation;
      return [{ part: operation.key, action: { type: 'cas', expected, value, told } }];
    }
    case 'transfer':
      return transferOf(operation, value);
  }
}

/** A transfer may tell both balances that it left, `null` for one that it does not know. */
function transferOf(
  { key, to, amount, floor }: Transfer,
  value: Value | undefined,
): readonly Touch<Action>[] {
  const [left, arrived] = balancesTold(value, 2);
  if (key === to) {
    const told = left === null ? arrived! : left!.filter((balance) => arrived?.includes(balance) ?? true);
    return [{ part: key, action: { type: 'spare', delta: -amount, floor, told } }];
  }
  return [
    { part: key, action: { type: 'add', delta: -amount, floor, told: left! } },
    { part: to, action: { type: 'add', delta: amount, floor: null, told: arrived! } },
  ];
}

function refusalOf(
  operation: Operation,
  because: string,
  value: Value | undefined,
): readonly Touch<Action>[] | null {
  const part = operation.key;
  if (because === 'mismatch' && operation.type === 'cas') {
    return [{ part, action: { type: 'mismatch', expected: operation.expected, told: toldOf(value) } }];
  }
  if (because !== 'below-floor') return null;
  if (operation.type === 'add')
    return [{ part, action: below(operation.delta, operation.floor, toldOf(value)) }];
  if (operation.type !== 'transfer') return null;
  const [told] = balancesTold(value, 1);
  return [{ part, action: below(-operation.amount, operation.floor, told!) }];
}

/** Without a floor nothing is below it, so that such a refusal never fits. */
function below(delta: number, floor: number | null, told: Told): Action {
  return { type: 'below', delta, floor: floor ?? Number.NEGATIVE_INFINITY, told };
}

/** To whoever counts, nothing written is 0, so either may be told for the other. */
function toldOf(value: Value | undefined): Told {
  if (value === undefined) return null;
  return value === null || value === 0 ? [null, 0] : [value];
}

/** One balance as it is, several as a list. A list that is too long fits nothing. */
function balancesTold(value: Value | undefined, count: number): readonly Told[] {
  const answers = Array.isArray(value) ? (value as readonly Value[]) : value === undefined ? [] : [value];
  const extra = answers.slice(count).some((answer) => answer !== null);
  return Array.from({ length: count }, (_, i) => {
    if (extra) return [];
    const answer = answers[i];
    return answer === undefined || answer === null ? null : toldOf(answer);
  });
}
