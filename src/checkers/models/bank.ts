import type { RecordedCall } from '../../history/recorded.ts';
import type { Plain, Value } from '../../kernel/operation.ts';
import type { Touch } from '../search/call.ts';
import { type Action, stepCell, type Told } from './cell.ts';
import { entriesOf, functionOf, inWords, numberOf, type RecordedModel, UnknownCallError } from './model.ts';
import { refuseOddAnswer, toldBy } from './shapes.ts';

const unknown = 'unknown';

/**
 * Accounts and transfers between them. What an account held at first is not in a history of others: it is whatever the first
 * answer shows, and until then a state is `[unknown, moved, least]`: what was moved since, and the least that it must have held
 * at first for every floor to be kept.
 */
export const bank: RecordedModel = {
  summary: 'accounts: transfer of {from to amount}, read of one account or of all, add, write',
  functions: ['transfer', 'read', 'add', 'write'],
  object: { initial: () => [unknown, 0, null], step: stepAccount, observes: ({ type }) => type === 'spare' },
  keys: 'some',
  prepare: () => ({ answered, unanswered }),
};

/** Opening balances are what the first answer shows, so a read may change what is known. */
function stepAccount(state: Value, action: Action): Value | undefined {
  if (!Array.isArray(state)) return stepCell(state, action);
  const [, moved, least] = state as unknown as readonly [string, number, number | null];
  const told = action.told?.find((value) => typeof value === 'number') as number | undefined;
  switch (action.type) {
    case 'read':
      return told === undefined ? undefined : opened(told, told - moved, least);
    case 'write':
      return action.value;
    case 'add': {
      const needed = action.floor === null ? null : action.floor - action.delta - moved;
      const bound = needed === null ? least : Math.max(needed, least ?? needed);
      if (told !== undefined) return opened(told, told - action.delta - moved, bound);
      return [unknown, moved + action.delta, bound];
    }
    default:
      return undefined;
  }
}

function opened(balance: number, atFirst: number, least: number | null): Value | undefined {
  return least !== null && atFirst < least ? undefined : balance;
}

function answered(call: RecordedCall): readonly Touch<Action>[] {
  if (functionOf(call) !== 'read') return updateOf(call);
  const told = toldBy(call);
  const entries = call.key === null ? entriesOf(told) : null;
  if (entries === null) return [readOf(call, accountOf(call), told)];
  return entries.map(([account, balance]) => readOf(call, account, balance));
}

function unanswered(call: RecordedCall): readonly Touch<Action>[] {
  return functionOf(call) === 'read' ? [] : updateOf({ ...call, output: undefined });
}

function readOf(call: RecordedCall, account: string, balance: Plain): Touch<Action> {
  const told = [numberOf(call, balance === null ? 0 : balance, 'the balance')];
  return { part: account, action: { type: 'read', told } };
}

function updateOf(call: RecordedCall): readonly Touch<Action>[] {
  const name = functionOf(call);
  if (name === 'transfer') return transferOf(call);
  const amount = numberOf(call, call.input, 'the amount');
  const part = accountOf(call);
  if (name === 'write') return [{ part, action: { type: 'write', value: amount, told: null } }];
  return [{ part, action: { type: 'add', delta: amount, floor: null, told: null } }];
}

function transferOf(call: RecordedCall): readonly Touch<Action>[] {
  const given = new Map(entriesOf(call.input) ?? listed(call));
  const from = given.get('from') ?? call.key;
  const to = given.get('to');
  if (from === null || from === undefined || to === null || to === undefined) throw notTransfer(call);
  const amount = numberOf(call, given.get('amount'), 'the amount');
  const lowest = floorIn(call, given.get('floor'));
  refuseUndone(call);
  const [left, arrived] = balancesTold(call.output);
  if (String(from) === String(to)) return [];
  return [
    { part: String(from), action: { type: 'add', delta: -amount, floor: lowest, told: left } },
    { part: String(to), action: { type: 'add', delta: amount, floor: null, told: arrived } },
  ];
}

function accountOf(call: RecordedCall): string {
  if (call.key !== null) return call.key;
  throw new UnknownCallError(call, `${call.function} of one account names it by its :key`);
}

function floorIn(call: RecordedCall, floor: Plain): number | null {
  return floor === undefined || floor === null ? null : numberOf(call, floor, 'the floor');
}

function listed(call: RecordedCall): readonly (readonly [string, Plain])[] {
  if (!Array.isArray(call.input) || call.input.length !== 3) throw notTransfer(call);
  const [from, to, amount] = call.input as readonly Plain[];
  return [
    ['from', from],
    ['to', to],
    ['amount', amount],
  ];
}

/** A transfer may tell the balances that it left, `[from, to]`, `null` for one that it does not know. */
function balancesTold(output: Plain): readonly [Told, Told] {
  const answers: readonly Plain[] = Array.isArray(output) && output.length === 2 ? output : [];
  const [left, arrived] = answers;
  return [typeof left === 'number' ? [left] : null, typeof arrived === 'number' ? [arrived] : null];
}

function refuseUndone(call: RecordedCall): void {
  if (call.output === false) refuseOddAnswer(call);
}

function notTransfer(call: RecordedCall): UnknownCallError {
  return new UnknownCallError(
    call,
    `a transfer takes {from, to, amount} or [from to amount], not ${inWords(call.input)}`,
  );
}
