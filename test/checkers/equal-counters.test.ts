import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalCounter } from '../../src/checkers/equal-counters.ts';
import type { Operation } from '../../src/kernel/operation.ts';
import { seconds } from '../../src/kernel/time.ts';
import {
  add,
  historyOf,
  info,
  manyRuns,
  ok,
  propertyPatience,
  propertyRuns,
  read,
  smallHistory,
  type Told,
  write,
} from '../support/histories.ts';
import { isMinimal } from '../support/witnesses.ts';

const check = (...rows: Told[]) =>
  equalCounter(
    historyOf(rows),
    Uint32Array.from(rows, (_, row) => row),
  );
const did = (process: number, operation: Operation, from: number, to: number, completion = ok()): Told => ({
  process,
  from: seconds(from),
  to: seconds(to),
  operation,
  completion,
});
const saw = (process: number, count: number, from: number, to: number) =>
  did(process, read('x'), from, to, ok(count));
const increment = add('x', 1);

const increments = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 7 })
  .map((adds) => adds.map((isAdd): Operation => (isAdd ? increment : read('x'))));

describe('a counter with equal increments', () => {
  test('shows a read that missed an increment completed before it began', () => {
    expect(check(did(1, increment, 1, 2.071), saw(3, 0, 2.104, 2.2))).toEqual({
      type: 'violated',
      witness: [0, 1],
      sentence: `process 3 read 0 at 2.104 s although process 1's add of 1 had completed at 2.071 s`,
    });
  });

  test('shows a read that missed one of several increments', () => {
    const rows = [did(1, increment, 1, 2), did(2, increment, 1, 3), did(3, increment, 1, 2.5)];

    expect(check(...rows, saw(4, 2, 4, 5))).toMatchObject({
      witness: [0, 1, 2, 3],
      sentence: 'process 4 read 2 at 4.000 s although 3 increments had completed at 3.000 s',
    });
  });

  // read 2            |--|
  // add                    |--|
  // read 2                      |--|
  test('shows an increment that two reads of one count lie around, however many came before', () => {
    const before = [did(1, increment, 1, 2), did(2, increment, 1, 2)];

    expect(check(...before, saw(3, 2, 3, 4), did(4, increment, 5, 6), saw(5, 2, 7, 8))).toMatchObject({
      witness: [2, 3, 4],
      sentence: `process 5 read 2 at 7.000 s although process 4's add of 1, begun after process 3's read of 2 had completed, had completed at 6.000 s`,
    });
  });

  test('shows a count that goes back', () => {
    const rows = [did(1, increment, 1, 9), saw(2, 1, 2, 3), saw(3, 0, 4, 5)];

    expect(check(...rows)).toMatchObject({
      witness: [1, 2],
      sentence: `process 3 read 0 at 4.000 s although process 2's read of 1 had completed at 3.000 s`,
    });
  });

  test('shows a count of increments that nobody had asked for yet, or ever', () => {
    expect(check(saw(1, 1, 1, 2), did(2, increment, 3, 4))).toMatchObject({
      witness: [0],
      sentence: 'process 1 read 1 by 2.000 s although no increment can have happened by then',
    });
    expect(check(did(2, increment, 1, 2), saw(1, 1e15, 3, 4))).toMatchObject({ witness: [1] });
  });

  test('shows two increments that were told the same count', () => {
    expect(check(did(1, increment, 1, 2, ok(1)), did(2, increment, 1, 2, ok(1)))).toMatchObject({
      witness: [0, 1],
      sentence: 'process 1 and process 2 were both told that theirs made the count 1',
    });
  });

  test('lets an unanswered increment count late, or never, but not come and go', () => {
    const unanswered = did(1, increment, 1, 2, info);

    expect(check(unanswered, saw(2, 0, 3, 4))?.type).toBe('holds');
    expect(check(unanswered, saw(2, 0, 3, 4), saw(3, 1, 5, 6))?.type).toBe('holds');
    expect(check(unanswered, saw(2, 1, 3, 4), saw(3, 0, 5, 6))?.type).toBe('violated');
  });

  test('counts from what the setup wrote, unless an answer may be older', () => {
    const setup: Told = { ...did(1, write('x', 10), 1, 2), phase: 'setup' };

    expect(check(setup, did(2, increment, 3, 4), saw(3, 11, 5, 6))?.type).toBe('holds');
    expect(check(setup, saw(3, 0, 1.5, 3))).toBeNull();
  });

  test('leaves unequal, floored and broken increments to others', () => {
    expect(check(did(1, increment, 1, 2), did(1, add('x', 2), 1, 2))).toBeNull();
    expect(check(did(1, add('x', 1, 0), 1, 2))).toBeNull();
    expect(check(did(1, add('x', 0.1), 1, 2))).toBeNull();
    expect(check(did(1, add('x', -1), 1, 2))).toBeNull();
  });

  test(
    'shows rows that contradict each other, none of which could be left out',
    () => {
      let shown = 0;

      fc.assert(
        fc.property(smallHistory(increments), (answered) => {
          const rows = answered.map(withoutNumber);
          const verdict = check(...rows);
          if (verdict?.type !== 'violated' || /can have happened|that were asked for/.test(verdict.sentence))
            return;
          shown += 1;
          expect(isMinimal(rows, verdict.witness)).toBe(true);
        }),
        { numRuns: propertyRuns },
      );

      if (manyRuns) expect(shown).toBeGreaterThan(propertyRuns / 50);
    },
    propertyPatience,
  );
});

/** An increment that is answered without its place in the count: where it tells one, more may be needed to contradict it. */
function withoutNumber(row: Told): Told {
  return row.operation.type === 'add' && row.completion?.type === 'ok' ? { ...row, completion: ok() } : row;
}
