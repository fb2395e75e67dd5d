import { numberIn, sameValue, type Value } from '../../kernel/operation.ts';
import type { SequentialObject } from '../search/call.ts';

/** The answers that would be right: several where two values are told alike; null where nothing was told. */
export type Told = readonly Value[] | null;

/** What an operation did to one cell of a store, and what was told of the value that it left there. */
export type Action =
  | { readonly type: 'read'; readonly told: readonly Value[] }
  | { readonly type: 'write'; readonly value: Value; readonly told: Told }
  | { readonly type: 'add'; readonly delta: number; readonly floor: number | null; readonly told: Told }
  | { readonly type: 'cas'; readonly expected: Value; readonly value: Value; readonly told: Told }
  /** `within`: a text that is the beginning of every later one or has every earlier one as its beginning. */
  | { readonly type: 'append'; readonly text: string; readonly within: string; readonly told: Told }
  /** The refusals: the cell did not hold what was expected; the sum would have been below the floor. */
  | { readonly type: 'mismatch'; readonly expected: Value; readonly told: Told }
  | { readonly type: 'below'; readonly delta: number; readonly floor: number; readonly told: Told }
  /** There was enough to take `delta` away, and it came back at once. */
  | { readonly type: 'spare'; readonly delta: number; readonly floor: number | null; readonly told: Told }
  /** One after the other, at one instant. */
  | { readonly type: 'all'; readonly actions: readonly Action[]; readonly told: null };

/** Cells that hold plain values, `null` before the first update. */
export const cells: SequentialObject<Action> = {
  initial: () => null,
  step: stepCell,
  observes: observesCell,
};

/** Whether the action leaves every cell as it is. */
export function observesCell(action: Action): boolean {
  if (action.type === 'all') return action.actions.every(observesCell);
  return ['read', 'mismatch', 'below', 'spare'].includes(action.type);
}

/** What a cell holds after an action; undefined where the action cannot be. */
export function stepCell(state: Value, action: Action): Value | undefined {
  const after = effectOn(state, action);
  if (after === undefined || action.told === null) return after;
  return action.told.some((value) => sameValue(value, after)) ? after : undefined;
}

function effectOn(state: Value, action: Action): Value | undefined {
  switch (action.type) {
    case 'read':
      return state;
    case 'write':
      return action.value;
    case 'add':
      return isBelow(state, action.delta, action.floor) ? undefined : numberIn(state) + action.delta;
    case 'spare':
      return isBelow(state, action.delta, action.floor) ? undefined : state;
    case 'below':
      return isBelow(state, action.delta, action.floor) ? state : undefined;
    case 'cas':
      return sameValue(state, action.expected) ? action.value : undefined;
    case 'mismatch':
      return sameValue(state, action.expected) ? undefined : state;
    case 'all':
      return action.actions.reduce<Value | undefined>(
        (before, next) => (before === undefined ? undefined : stepCell(before, next)),
        state,
      );
    case 'append':
      return appended(state, action.text, action.within);
  }
}

function appended(state: Value, text: string, within: string): Value | undefined {
  const after = (typeof state === 'string' ? state : '') + text;
  return after.startsWith(within) || within.startsWith(after) ? after : undefined;
}

function isBelow(state: Value, delta: number, floor: number | null): boolean {
  return floor !== null && numberIn(state) + delta < floor;
}
