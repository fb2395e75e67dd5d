import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/checkers/index.ts';
import { checkLinearizable } from '../../src/checkers/linearizable.ts';
import { checkRecorded } from '../../src/checkers/recorded.ts';
import { callsOf } from '../../src/history/calls.ts';
import type { Completion, Operation, Value } from '../../src/kernel/operation.ts';
import {
  add,
  bruteForce,
  historyOf,
  manyRuns,
  propertyPatience,
  propertyRuns,
  read,
  smallHistory,
  type Told,
  write,
} from '../support/histories.ts';
import { trialOf } from '../support/trial.ts';

const key = 'a';
const listOf = (operation: fc.Arbitrary<Operation>) => fc.array(operation, { minLength: 1, maxLength: 6 });
const registers = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 6 })
  .map((writes) => writes.map((isWrite, i): Operation => (isWrite ? write(key, i + 1) : read(key))));
const counters = listOf(fc.constantFrom(add(key, 1), read(key)));
const values = fc.constantFrom(1, 2);
const cas = fc
  .tuple(fc.constantFrom(null, 1, 2), values)
  .map(([expected, value]): Operation => ({ type: 'cas', key, expected, value }));
const mixed = listOf(
  fc.oneof(
    fc.constant(read(key)),
    values.map((value) => write(key, value)),
    cas,
  ),
);

describe('of operations of one process that touch, the first came before the second', () => {
  test('where it reads what was there before its own write', () => {
    const stale = historyOf([at(1, 6, 21, write('x', 1)), at(1, 21, 30, read('x'), null)]);

    expect(checkLinearizable(stale)).toMatchObject({
      type: 'violated',
      witness: [0, 1],
      sentence:
        'on "x": process 1 read nothing at 0.021 s although process 1\'s write of 1 had completed at 0.021 s',
    });
    expect(checkRecorded(callsOf(stale), 'register')).toMatchObject({ type: 'violated', witness: [0, 1] });
  });

  test('while operations of others that touch are concurrent', () => {
    const fresh = historyOf([at(1, 6, 21, write('x', 1)), at(2, 21, 30, read('x'), null)]);

    expect(checkLinearizable(fresh)).toEqual({ type: 'holds' });
    expect(checkRecorded(callsOf(fresh), 'register')).toEqual({ type: 'holds' });
  });

  test('also where another key was asked in between, in no time', () => {
    const stale = historyOf([
      at(1, 6, 21, write('x', 1)),
      at(1, 21, 21, write('y', 1)),
      at(1, 21, 30, read('x'), null),
    ]);

    expect(checkLinearizable(stale)).toMatchObject({ type: 'violated', witness: [0, 2] });
  });

  test('also where several go on at one instant, and one alone is wrong', () => {
    const stale = historyOf([
      at(1, 6, 21, write('x', 1)),
      at(2, 6, 21, write('x', 2)),
      at(2, 21, 30, read('x'), 2),
      at(1, 21, 30, read('x'), null),
    ]);

    expect(checkLinearizable(stale)).toMatchObject({ type: 'violated', witness: [0, 3] });
  });

  test('but what only several that go on at one instant show together is left to the order of processes', () => {
    // The writer of 1 read 2, so that was written later; and the writer of 2 read 1.
    const open = historyOf([
      at(1, 6, 21, write('x', 1)),
      at(2, 6, 21, write('x', 2)),
      at(2, 21, 30, read('x'), 1),
      at(1, 21, 30, read('x'), 2),
    ]);

    expect(checkLinearizable(open)).toMatchObject({
      type: 'unknown',
      because: expect.stringContaining('several processes were answered and went on at one instant'),
    });
    expect(judge(trialOf(open), []).find(({ guarantee }) => guarantee === 'linearizable')).toMatchObject({
      verdict: { type: 'violated', sentence: expect.stringMatching(/^not even/) },
    });
  });
});

function at(process: number, from: number, to: number, operation: Operation, value?: Value): Told {
  const completion: Completion = value === undefined ? { type: 'ok' } : { type: 'ok', value };
  return { process, from: from * 1_000, to: to * 1_000, operation, completion };
}

describe('agreement with trying every order that keeps the order of each process', {
  timeout: propertyPatience,
}, () => {
  test.each<[string, fc.Arbitrary<readonly Operation[]>]>([
    ['registers with unique values', registers],
    ['counters with equal increments', counters],
    ['registers with compare-and-set', mixed],
  ])('of %s', (_, operations) => {
    const seen = new Set<string>();

    fc.assert(
      fc.property(smallHistory(operations), (drawn) => {
        const rows = byProcess(drawn);
        const expected = hasOrder(rows) ? 'holds' : 'violated';
        const { type } = checkLinearizable(historyOf(rows));
        seen.add(type);
        if (expected === 'violated' && bruteForce(rows)) seen.add('violated by a process alone');
        if (type !== 'unknown' || handoverInstants(rows) < 2) expect(type).toBe(expected);
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) {
      expect([...seen]).toEqual(expect.arrayContaining(['holds', 'violated', 'violated by a process alone']));
    }
  });

  test('of recorded histories', () => {
    fc.assert(
      fc.property(smallHistory(mixed), (drawn) => {
        const rows = byProcess(drawn.filter(({ completion }) => completion?.type !== 'refused'));
        fc.pre(rows.length > 0);
        const { type } = checkRecorded(callsOf(historyOf(rows)), 'cas-register');
        if (type !== 'unknown' || handoverInstants(rows) < 2) {
          expect(type).toBe(hasOrder(rows.map(untold)) ? 'holds' : 'violated');
        }
      }),
      { numRuns: propertyRuns },
    );
  });
});

/** Recorded histories do not tell what an update left. */
function untold(row: Told): Told {
  const tells = row.completion?.type === 'ok' && row.operation.type !== 'read';
  return tells ? { ...row, completion: { type: 'ok' } } : row;
}

/** The same operations by as few processes as can do them one after the other, so that many touch. */
function byProcess(drawn: readonly Told[]): readonly Told[] {
  const free: number[] = [];
  return [...drawn]
    .sort((a, b) => a.from - b.from)
    .map((row) => {
      const found = free.findIndex((until) => until <= row.from);
      const process = found === -1 ? free.length : found;
      const isOver = row.completion !== undefined && row.completion.type !== 'info';
      free[process] = isOver ? row.to! : Number.POSITIVE_INFINITY;
      return { ...row, process };
    });
}

function isAnswered({ completion }: Told): boolean {
  return completion?.type === 'ok' || completion?.type === 'refused';
}

/** The most processes that go on at one instant. */
function handoverInstants(rows: readonly Told[]): number {
  const found = new Map<number, Set<number>>();
  rows.forEach((row, at) => {
    const before = rows.slice(0, at).findLast((other) => other.process === row.process && isAnswered(other));
    if (before?.to === row.from)
      found.set(row.from, (found.get(row.from) ?? new Set()).add(row.process ?? 0));
  });
  return Math.max(0, ...[...found.values()].map(({ size }) => size));
}

/** By brute force: whether the rows, which are in the order of invocation, have an order. */
function hasOrder(rows: readonly Told[]): boolean {
  // An operation of its own process that touches must be over: so it ends a little earlier for that process alone.
  const before = (one: Told, other: Told) =>
    one.to! < other.from ||
    (one.process === other.process && one.to! <= other.from && rows.indexOf(one) < rows.indexOf(other));
  return bruteForce(rows, before);
}
