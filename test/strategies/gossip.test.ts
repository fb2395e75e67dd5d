import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stamp } from '../../src/kernel/clock.ts';
import { compareStamps } from '../../src/kernel/clock.ts';
import type { Operation, RequestId, Value } from '../../src/kernel/operation.ts';
import { strategy } from '../../src/strategies/gossip.ts';
import { testConversations } from '../support/conversation.ts';
import { holdings, movesArbitrary, type Played, play, settle } from '../support/interleavings.ts';

type Version = Stamp & { readonly key: string; readonly value: Value };

testConversations(strategy);

test('replicas agree once mail flows again, on the newest version that a disk held', () => {
  fc.assert(
    fc.property(movesArbitrary(), (moves) => {
      const { world } = play(strategy, moves, operationOf);
      const expected = newestOf(world);

      settle(world);

      for (const held of holdings(world)) expect(Object.fromEntries(held)).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('no two versions have the same stamp, whatever clocks and disks do', () => {
  fc.assert(
    fc.property(movesArbitrary(), (moves) => {
      const seen = new Map<string, Value>();

      const { world } = play(strategy, moves, operationOf);

      settle(world);
      for (const { time, counter, node, value } of versionsOn(world)) {
        const stamp = `${time}.${counter}.${node}`;
        expect(seen.get(stamp) ?? value).toBe(value);
        seen.set(stamp, value);
      }
    }),
    { numRuns: 500 },
  );
});

test('without crashes, a single node keeps every change in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 30 }), (deltas) => {
      const moves = deltas.map((delta) => ({ type: 'request' as const, node: 0, pick: delta + 5 }));

      const { asked } = play(strategy, moves, (pick) => ({
        type: 'add',
        key: 'x',
        delta: pick - 5,
        floor: null,
      }));

      const sums = deltas.map((_, i) => deltas.slice(0, i + 1).reduce((sum, delta) => sum + delta, 0));
      expect(asked.map(({ completion }) => completion)).toEqual(sums.map((value) => ({ type: 'ok', value })));
    }),
    { numRuns: 200 },
  );
});

/** Unique values, so that two versions are never alike by chance; some requests read, add or transfer. */
function operationOf(pick: number, request: RequestId): Operation {
  const key = `k${pick % 3}`;
  if (pick % 7 === 0) return { type: 'add', key, delta: 1 + request * 1_000, floor: null };
  if (pick % 11 === 0) return { type: 'transfer', key, to: 'k0', amount: 1 + request * 1_000, floor: null };
  return { type: 'write', key, value: `v${request}` };
}

function versionsOn({ hosts }: Played<unknown>['world']): readonly Version[] {
  return [...hosts.values()].flatMap(({ durable }) => [...durable.values()] as unknown as Version[]);
}

function newestOf(world: Played<unknown>['world']): Record<string, Value> {
  const newest = new Map<string, Version>();
  for (const version of versionsOn(world)) {
    const known = newest.get(version.key);
    if (known === undefined || compareStamps(version, known) > 0) newest.set(version.key, version);
  }
  return Object.fromEntries([...newest].map(([key, { value }]) => [key, value]));
}
