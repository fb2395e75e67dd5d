import { z } from 'zod';
import type { Operation, OperationKind } from '../kernel/operation.ts';
import { zipfian } from './distributions.ts';
import { Draws } from './draws.ts';
import { count, number, share } from './fields.ts';
import type { Workload, WorkloadKind } from './workload.ts';

const parameters = z.strictObject({
  accounts: count(2, 1_000_000, 'How many accounts there are.').default(50),
  balance: count(0, 1_000_000, 'What each account holds at the start.').default(100),
  amount: count(
    1,
    1_000_000,
    'The largest amount of one transfer; amounts are uniform from 1 to this.',
  ).default(20),
  transfers: share('The share of operations that are transfers; the others read a balance.').prefault('80%'),
  skew: number(0, 5, "The exponent of Zipf's law by which accounts are chosen; 0 is uniform.").default(0),
});

type BankParameters = z.output<typeof parameters>;

/** Money moves between accounts, none may fall below zero, and the sum over all of them never changes. */
export const bank: WorkloadKind<BankParameters> = {
  name: 'bank',
  summary:
    'transfers between accounts, none of which may fall below zero; the sum of all balances never changes',
  parameters,
  create: createBank,
};

const drawsPerOperation = 4;

function createBank({ accounts, balance, amount, transfers, skew }: BankParameters, seed: string): Workload {
  const draws = new Draws(seed, 'bank', drawsPerOperation);
  const keys = Array.from({ length: accounts }, (_, i) => `account:${i}`);
  const reads = keys.map((key): Operation => ({ type: 'read', key }));
  const popularity = zipfian(accounts, skew);
  const others = zipfian(accounts - 1, skew);
  const operation = (stream: number, index: number): Operation => {
    const from = popularity.pick(draws.at(stream, index, 1));
    if (draws.at(stream, index, 0) >= transfers) return reads[from]!;
    const other = others.pick(draws.at(stream, index, 2));
    const to = other < from ? other : other + 1; // Skips the giver, so money always moves.
    const moved = 1 + Math.floor(draws.at(stream, index, 3) * amount);
    return { type: 'transfer', key: keys[from]!, to: keys[to]!, amount: moved, floor: 0 };
  };
  const kinds: OperationKind[] = [];
  if (transfers > 0) kinds.push('transfer');
  if (transfers < 1) kinds.push('read');
  return {
    kinds,
    operation,
    initial: keys.map((key) => [key, balance] as const),
    conservedTotal: accounts * balance,
  };
}
