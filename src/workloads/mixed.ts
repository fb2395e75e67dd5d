import { z } from 'zod';
import type { Key, Operation, OperationKind } from '../kernel/operation.ts';
import { Draws } from './draws.ts';
import { complaint, count, share } from './fields.ts';
import { uniqueValue } from './unique.ts';
import type { Workload, WorkloadKind } from './workload.ts';

const most = 10_000;

const parameters = z
  .strictObject({
    registers: count(0, most, 'How many keys are written and read.').default(0),
    counters: count(0, most, 'How many keys are added to and read.').default(0),
    cas: count(
      0,
      most,
      'How many keys are compared and set, and sometimes written; a cas expects what its stream last left there.',
    ).default(0),
    stock: count(
      0,
      most,
      'How many keys are filled up by one and sold from, one or two at a time, never below 0.',
    ).default(0),
    accounts: count(0, most, 'How many keys money moves between: none, or at least two.').default(0),
    anything: count(0, most, 'How many keys are written, added to, compared and set.').default(0),
    reads: share('The share of operations that read.').prefault('40%'),
    'only-increments': z
      .boolean({ error: complaint('true or false') })
      .meta({
        description: 'Whether adds are all of 1; else of other numbers too, some of them with a floor.',
      })
      .default(true),
  })
  .refine((values) => values.accounts !== 1, {
    error: () => '1 account has nobody to give to: none, or at least 2',
    path: ['accounts'],
  })
  .refine((values) => uses.some((use) => values[use] > 0), {
    error: () => `there is no key: give at least one of ${uses.join(', ')}`,
    path: [],
  });

type MixedParameters = z.output<typeof parameters>;

/** How a key is used: what is asked of it decides which promises can be judged on it. */
type Use = 'registers' | 'counters' | 'cas' | 'stock' | 'accounts' | 'anything';
const uses: readonly Use[] = ['registers', 'counters', 'cas', 'stock', 'accounts', 'anything'];

/** What keys of each use are called. */
const prefixes: Readonly<Record<Use, string>> = {
  registers: 'register',
  counters: 'counter',
  cas: 'cas',
  stock: 'stock',
  accounts: 'account',
  anything: 'any',
};

/** Few keys, each used in its own way: what a hunt asks. */
export const mixed: WorkloadKind<MixedParameters> = {
  name: 'mixed',
  summary: 'registers, counters, accounts and more beside each other, on few keys: what hunts ask',
  parameters,
  create: createMixed,
};

const openingBalance = 10;
const drawsPerOperation = 6;

function createMixed(parameters: MixedParameters, seed: string): Workload {
  const questions = new Questions(parameters, seed);
  const { accounts, reads } = parameters;
  const names = Array.from({ length: accounts }, (_, i) => `account:${i}`);
  return {
    kinds: kindsOf(parameters),
    operation: (stream, index) => questions.at(stream, index),
    initial: reads === 1 ? [] : names.map((key) => [key, openingBalance] as const),
    conservedTotal: accounts > 0 && reads < 1 ? accounts * openingBalance : null,
  };
}

class Questions {
  readonly #parameters: MixedParameters;
  readonly #draws: Draws;
  readonly #keys: readonly { readonly key: Key; readonly use: Use }[];

  constructor(parameters: MixedParameters, seed: string) {
    this.#parameters = parameters;
    this.#draws = new Draws(seed, 'mixed', drawsPerOperation);
    this.#keys = uses.flatMap((use) =>
      Array.from({ length: parameters[use] }, (_, i) => ({ key: `${prefixes[use]}:${i}`, use })),
    );
  }

  at(stream: number, index: number): Operation {
    const { key, use } = this.#keyAt(stream, index);
    if (this.#unit(stream, index, 0) < this.#parameters.reads) return { type: 'read', key };
    switch (this.#wayOf(use, stream, index)) {
      case 'write':
        return { type: 'write', key, value: uniqueValue(stream, index) };
      case 'cas':
        return {
          type: 'cas',
          key,
          expected: this.#leftBefore(stream, index),
          value: uniqueValue(stream, index),
        };
      case 'transfer':
        return this.#transfer(stream, index, key);
      case 'add':
        return use === 'stock' ? this.#sale(stream, index, key) : this.#add(stream, index, key);
    }
  }

  #keyAt(stream: number, index: number) {
    return this.#keys[this.#below(stream, index, 1, this.#keys.length)]!;
  }

  /** Which kind of update a question that updates is. */
  #wayOf(use: Use, stream: number, index: number): 'write' | 'add' | 'cas' | 'transfer' {
    const draw = this.#unit(stream, index, 2);
    switch (use) {
      case 'registers':
        return 'write';
      case 'counters':
      case 'stock':
        return 'add';
      case 'accounts':
        return 'transfer';
      case 'cas':
        return draw < 0.3 ? 'write' : 'cas';
      case 'anything':
        return draw < 0.4 ? 'write' : draw < 0.7 ? 'add' : 'cas';
    }
  }

  /** What the stream wrote last to the key of this question, as far back as its block of draws goes. */
  #leftBefore(stream: number, index: number): number | null {
    const { key, use } = this.#keyAt(stream, index);
    for (let before = index - 1; before >= Draws.blockStart(index); before -= 1) {
      if (this.#keyAt(stream, before).key !== key) continue;
      if (this.#unit(stream, before, 0) < this.#parameters.reads) continue;
      if (this.#wayOf(use, stream, before) !== 'add') return uniqueValue(stream, before);
    }
    return null;
  }

  #add(stream: number, index: number, key: Key): Operation {
    if (this.#parameters['only-increments']) return { type: 'add', key, delta: 1, floor: null };
    const delta = [1, 1, 2, 5, -1, -2][this.#below(stream, index, 3, 6)]!;
    return { type: 'add', key, delta, floor: delta < 0 && this.#unit(stream, index, 4) < 0.5 ? 0 : null };
  }

  #sale(stream: number, index: number, key: Key): Operation {
    if (this.#unit(stream, index, 3) < 0.4) return { type: 'add', key, delta: 1, floor: null };
    return { type: 'add', key, delta: -1 - this.#below(stream, index, 4, 2), floor: 0 };
  }

  #transfer(stream: number, index: number, key: Key): Operation {
    const from = Number(key.slice(prefixes.accounts.length + 1));
    const other = this.#below(stream, index, 3, this.#parameters.accounts - 1);
    const to = `${prefixes.accounts}:${other < from ? other : other + 1}`; // Skips the giver, so money always moves.
    const amount = 1 + this.#below(stream, index, 4, 6);
    return { type: 'transfer', key, to, amount, floor: this.#unit(stream, index, 5) < 0.8 ? 0 : null };
  }

  #unit(stream: number, index: number, position: number): number {
    return this.#draws.at(stream, index, position);
  }

  #below(stream: number, index: number, position: number, bound: number): number {
    return Math.floor(this.#unit(stream, index, position) * bound);
  }
}

function kindsOf({
  registers,
  counters,
  cas,
  stock,
  accounts,
  anything,
  reads,
}: MixedParameters): OperationKind[] {
  const kinds: OperationKind[] = [];
  if (reads > 0) kinds.push('read');
  if (reads === 1) return kinds;
  if (registers + cas + anything > 0) kinds.push('write');
  if (counters + stock + anything > 0) kinds.push('add');
  if (cas + anything > 0) kinds.push('cas');
  if (accounts > 0) kinds.push('transfer');
  return kinds;
}
