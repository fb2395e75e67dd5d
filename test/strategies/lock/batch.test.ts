import { describe, expect, test } from 'vitest';
import type { Operation, Value } from '../../../src/kernel/operation.ts';
import { newAsk } from '../../../src/strategies/lock/ask.ts';
import { type Batch, fillBatch } from '../../../src/strategies/lock/batch.ts';
import type { Credit, Ledger, Store, Task } from '../../../src/strategies/lock/message.ts';

const read: Operation = { type: 'read', key: 'a' };
const add = (delta: number): Operation => ({ type: 'add', key: 'a', delta, floor: null });
const move = (to: string, amount: number, floor: number | null = 0): Operation => ({
  type: 'transfer',
  key: 'a',
  to,
  amount,
  floor,
});
const credit = (from: string, number: number, amount: number): Credit => ({
  type: 'credit',
  key: 'a',
  from,
  number,
  amount,
});

describe('a batch', () => {
  test('applies what waits in order, and a read sees what came before it', () => {
    const batch = fill(10, null, [read, add(1), read, { type: 'cas', key: 'a', expected: 5, value: 6 }]);

    expect(outcomes(batch)).toEqual(['ok 10', 'ok 11', 'ok 11', 'refused 11']);
    expect(batch).toMatchObject({ value: 11, changed: true, rest: [] });
  });

  test('changes nothing when all in it only look', () => {
    expect(fill(10, null, [read, move('b', 11), move('a', 3)])).toMatchObject({ value: 10, changed: false });
  });

  test('lets nothing but credits pass a transfer that is under way', () => {
    const batch = fill(10, null, [move('b', 3), read, credit('c', 1, 5), move('d', 1)]);

    expect(outcomes(batch)).toEqual(['none', 'ok undefined']);
    expect(batch.value).toBe(12);
    expect(batch.rest.map(({ task }) => task.type)).toEqual(['read', 'transfer']);
  });

  test('takes several transfers to different keys together', () => {
    const batch = fill(10, null, [move('b', 3), move('c', 4), move('b', 1)]);

    expect(batch.value).toBe(3);
    expect(batch.ledger?.intents.map(({ to, number }) => [to, number])).toEqual([
      ['b', 1],
      ['c', 2],
    ]);
    expect(batch.rest.map(({ task }) => task.type === 'transfer' && task.to)).toEqual(['b']);
  });

  test('does not refuse a transfer because of debits that are not decided to come before it', () => {
    const batch = fill(10, null, [move('b', 8), move('c', 8)]);

    expect(batch.asks).toHaveLength(1);
    expect(batch.rest).toHaveLength(1);
  });

  test('lets no transfer go below the floor of another that may be credited after it', () => {
    const batch = fill(10, null, [move('b', 8, 0), move('c', 8, null)]);

    expect(batch.value).toBe(2);
    expect(batch.rest).toHaveLength(1);
  });

  test('leaves out the intents that are known to be credited, and serves again', () => {
    const ledger: Ledger = {
      sent: 1,
      intents: [{ number: 1, to: 'b', amount: 3, floor: 0 }],
      applied: new Map(),
    };

    const before = fill(7, ledger, [add(1)]);
    const after = fill(7, ledger, [add(1)], [1]);

    expect(before.rest).toHaveLength(1);
    expect(after).toMatchObject({ value: 8, ledger: { sent: 1, intents: [] } });
  });

  test('counts a credit once, however often it is asked for', () => {
    const once = fill(0, null, [credit('b', 1, 5)]);
    const again = fill(once.value, once.ledger, [credit('b', 1, 5), credit('b', 2, 1), credit('c', 1, 2)]);

    expect(again.value).toBe(8);
    expect(again.ledger?.applied).toEqual(
      new Map([
        ['b', 2],
        ['c', 1],
      ]),
    );
  });
});

function fill(value: Value, ledger: Ledger | null, tasks: readonly Task[], cleared: number[] = []): Batch {
  const base: Store = { type: 'store', key: 'a', token: 1, round: 1, sequence: 1, value, ledger };
  return fillBatch(
    tasks.map((task, i) => newAsk(task, 0, i, 0)),
    base,
    new Set(cleared),
  );
}

function outcomes({ asks }: Batch): readonly string[] {
  return asks.map(({ outcome }) =>
    outcome === null ? 'none' : `${outcome.type} ${'value' in outcome ? outcome.value : undefined}`,
  );
}
