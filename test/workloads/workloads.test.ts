import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Operation } from '../../src/kernel/operation.ts';
import { createWorkload, workloadKinds } from '../../src/workloads/index.ts';
import type { Workload } from '../../src/workloads/workload.ts';

const settings = [
  { kind: 'likes', parameters: {} },
  { kind: 'likes', parameters: { tweets: 1, hot: '10%' } },
  { kind: 'registers', parameters: { writes: '40%', cas: '30%' } },
  { kind: 'bank', parameters: { accounts: 2 } },
  { kind: 'bank', parameters: { skew: 0.99 } },
  { kind: 'mixed', parameters: { registers: 1, counters: 2, cas: 1, stock: 1, accounts: 2, anything: 1 } },
  { kind: 'mixed', parameters: { counters: 2, reads: '10%', 'only-increments': false } },
];

describe.each(settings)('$kind with $parameters', (setting) => {
  test('asks the same at the same place, in any order', () => {
    const place = fc.tuple(fc.nat(40), fc.nat(3_000));
    fc.assert(
      fc.property(fc.string(), fc.array(place, { maxLength: 40 }), (seed, places) => {
        const inOrder = createWorkload(setting, seed);
        const asked = places
          .toSorted(([a, i], [b, j]) => a - b || i - j)
          .map((at): [string, Operation] => [String(at), inOrder.operation(...at)]);
        const expected = new Map(asked);

        const workload = createWorkload(setting, seed);

        for (const at of places) expect(workload.operation(...at)).toEqual(expected.get(String(at)));
      }),
      { numRuns: 100 },
    );
  });

  test('asks only the kinds that it names, and each of them', () => {
    const workload = createWorkload(setting, '3');

    const kinds = new Set(firstOperations(workload, 5_000).map((operation) => operation.type));

    expect([...kinds].sort()).toEqual([...workload.kinds].sort());
  });

  test('takes resolved parameters as well as those of a file', () => {
    const kind = workloadKinds[setting.kind]!;
    const resolved = kind.parameters.parse(setting.parameters) as never;

    const again = createWorkload({ kind: setting.kind, parameters: resolved }, '9');

    expect(firstOperations(again, 100)).toEqual(firstOperations(createWorkload(setting, '9'), 100));
  });
});

function firstOperations(workload: Workload, count: number): Operation[] {
  return Array.from({ length: count }, (_, i) => workload.operation(i % 5, Math.floor(i / 5)));
}

function shareOf(operations: readonly Operation[], isCounted: (operation: Operation) => boolean): number {
  return operations.filter(isCounted).length / operations.length;
}

test('a kind that does not exist is named, with those that do', () => {
  const create = () => createWorkload({ kind: 'toString', parameters: {} }, '1');

  expect(create).toThrow('no workload "toString"; there are likes, registers, bank');
});

test('likes go to the hot tweet in its share, and views read the count', () => {
  const workload = createWorkload({ kind: 'likes', parameters: { hot: '60%', likes: '30%' } }, '1');

  const operations = firstOperations(workload, 50_000);

  expect(shareOf(operations, ({ key }) => key === 'tweet:0')).toBeCloseTo(0.6, 2);
  expect(shareOf(operations, ({ type }) => type === 'add')).toBeCloseTo(0.3, 2);
  expect(operations.find(({ type }) => type === 'add')).toMatchObject({ delta: 1, floor: null });
  expect(workload.conservedTotal).toBeNull();
});

test('with one tweet every operation goes to it', () => {
  const workload = createWorkload({ kind: 'likes', parameters: { tweets: 1, hot: '0%' } }, '1');

  expect(shareOf(firstOperations(workload, 1_000), ({ key }) => key === 'tweet:0')).toBe(1);
});

test('no value is written twice', () => {
  const workload = createWorkload({ kind: 'registers', parameters: { writes: '60%', cas: '40%' } }, '1');

  const values = firstOperations(workload, 20_000).map(
    (operation) => 'value' in operation && operation.value,
  );

  expect(new Set(values).size).toBe(20_000);
  for (const value of values) expect(Number.isSafeInteger(value)).toBe(true);
});

test('registers are read and written in their shares', () => {
  const workload = createWorkload({ kind: 'registers', parameters: { writes: '20%', cas: '10%' } }, '1');

  const operations = firstOperations(workload, 50_000);

  expect(shareOf(operations, ({ type }) => type === 'write')).toBeCloseTo(0.2, 2);
  expect(shareOf(operations, ({ type }) => type === 'cas')).toBeCloseTo(0.1, 2);
});

test('a cas expects what its stream last wrote, on the same key', () => {
  const workload = createWorkload({ kind: 'registers', parameters: { writes: '30%', cas: '20%' } }, '1');
  let expectingNothing = 0;

  for (let index = 0; index < 2_000; index += 1) {
    const operation = workload.operation(3, index);
    if (operation.type !== 'cas') continue;
    const before = lastUpdate(workload, 3, index);
    if (operation.expected === null) expectingNothing += 1;
    else expect(operation).toMatchObject({ key: before?.key, expected: before?.value });
  }

  expect(expectingNothing).toBeLessThan(20);
});

function lastUpdate(workload: Workload, stream: number, index: number) {
  for (let i = index - 1; i >= 0; i -= 1) {
    const operation = workload.operation(stream, i);
    if (operation.type === 'write' || operation.type === 'cas') return operation;
  }
  return undefined;
}

test('a kind with all shares used up asks for no read', () => {
  const kindsOf = (parameters: object) =>
    createWorkload({ kind: 'registers', parameters: parameters as never }, '1').kinds;

  expect(kindsOf({ writes: '100%' })).toEqual(['write']);
  expect(kindsOf({ writes: '0%' })).toEqual(['read']);
  expect(kindsOf({ writes: '50%', cas: '50%' })).toEqual(['write', 'cas']);
});

test('transfers move money between two accounts, never below zero, and the total is known', () => {
  const workload = createWorkload({ kind: 'bank', parameters: { accounts: 5, balance: 30, amount: 7 } }, '1');

  const operations = firstOperations(workload, 20_000);

  expect(workload.initial).toHaveLength(5);
  expect(workload.initial.reduce((sum, [, balance]) => sum + (balance as number), 0)).toBe(
    workload.conservedTotal,
  );
  const amounts = new Set<number>();
  for (const operation of operations) {
    if (operation.type !== 'transfer') continue;
    expect(operation.to).not.toBe(operation.key);
    expect(operation.floor).toBe(0);
    amounts.add(operation.amount);
  }
  expect([...amounts].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(shareOf(operations, ({ type }) => type === 'transfer')).toBeCloseTo(0.8, 1);
});
