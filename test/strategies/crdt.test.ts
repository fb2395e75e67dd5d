import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Operation } from '../../src/kernel/operation.ts';
import {
  type Column,
  joinColumns,
  joinRegisters,
  type Register,
  strategy,
} from '../../src/strategies/crdt.ts';
import { testConversations } from '../support/conversation.ts';
import { holdings, movesArbitrary, type Played, play, settle } from '../support/interleavings.ts';

testConversations(strategy);

const column = fc
  .record({ up: fc.nat(5), down: fc.nat(5) })
  .map((parts): Column => ({ type: 'column', key: 'x', life: 10_000, ...parts }));

// Stamps are unique, so the value is a function of the stamp.
const register = fc
  .record({ time: fc.nat(3), counter: fc.nat(3), node: fc.nat(3) })
  .map((stamp): Register => ({ type: 'register', key: 'x', value: JSON.stringify(stamp), ...stamp }));

describe.each([
  ['columns', column, joinColumns],
  ['registers', register, joinRegisters],
] as const)('the join of %s', (_, arbitrary, join) => {
  const of = join as (a: unknown, b: unknown) => unknown;

  test('is idempotent', () => {
    const property = fc.property(arbitrary, (a) => {
      expect(of(a, { ...a })).toEqual(a);
    });

    fc.assert(property);
  });

  test('is commutative', () => {
    const property = fc.property(arbitrary, arbitrary, (a, b) => {
      expect(of(a, b)).toEqual(of(b, a));
    });

    fc.assert(property);
  });

  test('is associative', () => {
    const property = fc.property(arbitrary, arbitrary, arbitrary, (a, b, c) => {
      expect(of(of(a, b), c)).toEqual(of(a, of(b, c)));
    });

    fc.assert(property);
  });
});

test('every acknowledged add is counted exactly once, whatever is lost, repeated or late, as long as disks are kept', () => {
  fc.assert(
    fc.property(movesArbitrary(['replace']), (moves) => {
      const { world, asked } = play(strategy, moves, addOf);

      settle(world);

      const expected = new Map<string, number>();
      for (const { operation } of asked) {
        if (operation.type === 'add') {
          expected.set(operation.key, (expected.get(operation.key) ?? 0) + operation.delta);
        }
      }
      for (const held of holdings(world)) expect(new Map(held)).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('an add survives the loss of disks as long as one disk holds it', () => {
  fc.assert(
    fc.property(movesArbitrary(), (moves) => {
      const { world } = play(strategy, moves, addOf);
      const expected = sumsOnDisks(world);

      settle(world);

      for (const held of holdings(world)) expect(new Map(held)).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('replicas agree on keys that are both written and added to', () => {
  fc.assert(
    fc.property(movesArbitrary(), (moves) => {
      const { world } = play(strategy, moves, (pick, request) =>
        pick % 2 === 0 ? addOf(pick) : { type: 'write', key: `k${pick % 3}`, value: request },
      );

      settle(world);

      const [first, ...others] = holdings(world);
      for (const other of others) expect(other).toEqual(first);
    }),
    { numRuns: 1_000 },
  );
});

function addOf(pick: number): Operation {
  return { type: 'add', key: `k${pick % 3}`, delta: (pick % 5) - 1, floor: null };
}

/** The sum over all columns of the furthest state that any disk holds. */
function sumsOnDisks({ hosts }: Played<unknown>['world']): Map<string, number> {
  const furthest = new Map<string, Column>();
  for (const { durable } of hosts.values()) {
    for (const [name, record] of durable as unknown as Map<string, Column>) {
      if (record.type !== 'column') continue;
      const known = furthest.get(name);
      furthest.set(name, known === undefined ? record : joinColumns(known, record));
    }
  }
  const sums = new Map<string, number>();
  for (const { key, up, down } of furthest.values()) sums.set(key, (sums.get(key) ?? 0) + up - down);
  return sums;
}
