import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSequential } from '../../src/checkers/sequential.ts';
import type { Operation } from '../../src/kernel/operation.ts';
import {
  add,
  bruteForce,
  historyOf,
  manyRuns,
  ok,
  propertyPatience,
  propertyRuns,
  read,
  smallHistory,
  type Told,
  write,
} from '../support/histories.ts';

const at = (process: number, from: number, operation: Told['operation'], completion = ok()): Told => ({
  process,
  from: from * 1_000,
  to: from * 1_000 + 500,
  operation,
  completion,
});
const check = (...rows: Told[]) => checkSequential(historyOf(rows));
const transfer = (key: string, to: string, amount: number, floor: number | null = null): Operation => ({
  type: 'transfer',
  key,
  to,
  amount,
  floor,
});

const inProgram = (earlier: Told, later: Told) =>
  earlier.process === later.process && earlier.from < later.from;

/** The same operations by few processes, each asking one after the other; a process is retired after an operation without an answer. */
function byFew(rows: readonly Told[], processes: number): readonly Told[] {
  const lives = new Map<number, number>();
  return rows.map((row, i) => {
    const own = row.process! % processes;
    const life = lives.get(own) ?? 0;
    const isAnswered = row.completion?.type !== 'info' && row.completion !== undefined;
    if (!isAnswered) lives.set(own, life + 1);
    const from = i * 100;
    return {
      ...row,
      process: own + life * processes,
      from,
      ...(row.to === undefined ? {} : { to: from + 50 }),
    };
  });
}

const key = fc.constantFrom('a', 'b');
const delta = fc.constantFrom(1, 1, 2, -1);
const floor = fc.constantFrom(null, null, 0);
const value = fc.constantFrom(1, 2, 3);
const kinds = {
  counters: fc.oneof(
    key.map(read),
    fc.tuple(key, delta, floor).map(([name, change, lowest]) => add(name, change, lowest)),
  ),
  'registers with repeated values': fc.oneof(
    key.map(read),
    fc.tuple(key, value).map(([name, one]) => write(name, one)),
    fc
      .tuple(key, value, value)
      .map(([name, expected, one]): Operation => ({ type: 'cas', key: name, expected, value: one })),
  ),
  accounts: fc.oneof(
    key.map(read),
    fc.tuple(key, delta).map(([name, change]) => add(name, change)),
    fc.boolean().map((there) => (there ? transfer('a', 'b', 1, 0) : transfer('b', 'a', 2))),
  ),
  'all of them': fc.oneof(
    fc.constantFrom('a', 'b', 'c').map(read),
    fc.constant(add('a', 1)),
    value.map((one) => write('b', one)),
    fc.constant(transfer('a', 'c', 1, 0)),
  ),
};

describe('sequential consistency of what values do not tell apart', () => {
  test('lets a counter lag behind real time, as long as every process agrees', () => {
    expect(check(at(1, 0, add('c', 1)), at(2, 10, read('c'), ok(0)), at(2, 20, read('c'), ok(1))).type).toBe(
      'holds',
    );
  });

  // process 1   |add x 1| |read y 0|
  // process 2   |add y 1| |read x 0|
  test('shows two processes each of which adds and misses the add of the other', () => {
    const verdict = check(
      at(1, 0, add('x', 1)),
      at(2, 1, add('y', 1)),
      at(1, 2, read('y'), ok(0)),
      at(2, 3, read('x'), ok(0)),
    );

    expect(verdict).toEqual({
      type: 'violated',
      witness: [0, 1, 2, 3],
      sentence:
        'no order that agrees with every process gives these answers: process 1 had its add of 1 acknowledged, then read 0 of y; process 2 had its add of 1 acknowledged, then read 0 of x',
    });
  });

  test('shows two adds that both made the same count, on the key alone', () => {
    const verdict = check(
      at(1, 0, write('z', 9)),
      at(1, 1, add('x', 1), ok(1)),
      at(2, 2, add('x', 1), ok(1)),
      at(3, 3, read('z'), ok(9)),
    );

    expect(verdict).toMatchObject({
      type: 'violated',
      witness: [1, 2],
      sentence: expect.stringContaining('no order on x that agrees with every process'),
    });
  });

  test('does not blame a value that something which was asked for later may have brought back', () => {
    const rows = [
      at(1, 0, write('x', 5)),
      at(1, 1, add('x', 1), ok(6)),
      at(2, 2, add('x', 1), ok(6)),
      at(3, 9, add('x', -1)),
    ];

    expect(check(...rows).type).toBe('holds');
    expect(check(...rows.slice(0, 3)).type).toBe('violated');
  });

  test('is undecided after so many steps, and says how far the search came', () => {
    const rows = Array.from({ length: 20 }, (_, i) => at(i, i, add('x', 1)));

    expect(checkSequential(historyOf(rows), undefined, 40)).toEqual({
      type: 'unknown',
      because: expect.stringMatching(
        /all keys gave up after 10 steps, with at most \d+ of 20 operations in order/,
      ),
    });
  });

  test.each(Object.keys(kinds) as (keyof typeof kinds)[])(
    'agrees with trying every interleaving of %s',
    (name) => {
      const seen = new Set<string>();

      fc.assert(
        fc.property(
          smallHistory(fc.array(kinds[name], { minLength: 2, maxLength: 6 })),
          fc.integer({ min: 2, max: 3 }),
          (drawn, processes) => {
            const rows = byFew(drawn, processes);
            const verdict = checkSequential(historyOf(rows));
            seen.add(verdict.type);
            expect(verdict.type).toBe(bruteForce(rows, inProgram) ? 'holds' : 'violated');
          },
        ),
        { numRuns: propertyRuns },
      );

      if (manyRuns) expect([...seen].sort()).toEqual(['holds', 'violated']);
    },
    propertyPatience,
  );
});
