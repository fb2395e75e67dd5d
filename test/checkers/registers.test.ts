import { describe, expect, test } from 'vitest';
import { checkLinearizable } from '../../src/checkers/linearizable.ts';
import { seconds } from '../../src/kernel/time.ts';
import { add, fail, historyOf, info, ok, read, type Told, write } from '../support/histories.ts';

const check = (...rows: Told[]) => checkLinearizable(historyOf(rows));
const wrote = (process: number, value: number, from: number, to: number): Told => ({
  process,
  from: seconds(from),
  to: seconds(to),
  operation: write('x', value),
  completion: ok(),
});
const saw = (process: number, value: number | null, from: number, to: number): Told => ({
  process,
  from: seconds(from),
  to: seconds(to),
  operation: read('x'),
  completion: ok(value),
});

describe('a register with unique values', () => {
  // write 17 |--|
  // write 18      |--|
  // read 17             |--|
  test('shows a read that missed a write completed before it began', () => {
    const verdict = check(wrote(1, 17, 1, 1.5), wrote(1, 18, 2, 2.071), saw(3, 17, 2.104, 2.2));

    expect(verdict).toEqual({
      type: 'violated',
      witness: [0, 1, 2],
      sentence: `on "x": process 3 read 17 at 2.104 s although process 1's write of 18 had completed at 2.071 s`,
      count: 1,
    });
  });

  // write 17 |--|
  // write 18      |-----------|
  // read 18         |--|
  // read 17               |--|
  test('shows a read that goes back behind another read', () => {
    const verdict = check(wrote(1, 17, 1, 1.5), wrote(2, 18, 2, 4), saw(3, 18, 2.1, 2.3), saw(4, 17, 2.5, 3));

    expect(verdict).toEqual({
      type: 'violated',
      witness: [0, 2, 3],
      sentence: `on "x": process 4 read 17 at 2.500 s although process 3's read of 18 had completed at 2.300 s`,
      count: 1,
    });
  });

  test('shows a read of nothing after a completed write', () => {
    const verdict = check(wrote(1, 17, 1, 1.5), saw(2, null, 2, 3));

    expect(verdict).toMatchObject({
      type: 'violated',
      sentence: `on "x": process 2 read nothing at 2.000 s although process 1's write of 17 had completed at 1.500 s`,
    });
  });

  test('shows a read of what nobody wrote, and of what had certainly failed', () => {
    const failed: Told = { from: 0, to: 1, operation: write('x', 5), completion: fail };

    expect(check(saw(1, 5, 1, 2))).toMatchObject({ type: 'violated', witness: [0] });
    expect(check(failed, saw(1, 5, 1, 2))).toMatchObject({ type: 'violated', witness: [1] });
  });

  test('lets an unanswered write take effect late, or never', () => {
    const unanswered: Told = { from: 0, to: seconds(1), operation: write('x', 5), completion: info };

    expect(check(unanswered, saw(1, null, 2, 3), saw(1, 5, 4, 5)).type).toBe('holds');
    expect(check(unanswered, saw(1, null, 2, 3)).type).toBe('holds');
  });

  test('does not let an unanswered write come and go', () => {
    const unanswered: Told = { from: 0, to: seconds(1), operation: write('x', 5), completion: info };

    expect(check(unanswered, saw(1, 5, 2, 3), saw(1, null, 4, 5)).type).toBe('violated');
  });

  test('takes operations that touch at one instant for concurrent', () => {
    expect(check(wrote(1, 1, 1, 2), saw(2, null, 2, 3)).type).toBe('holds');
  });

  test('holds apart what is written to different keys', () => {
    const other: Told = { from: seconds(1), to: seconds(2), operation: write('y', 1), completion: ok() };

    expect(check(wrote(1, 1, 1, 2), other, saw(2, 1, 3, 4)).type).toBe('holds');
  });

  test('counts the values that were seen after newer ones, over all keys', () => {
    const elsewhere = (row: Told): Told => ({ ...row, operation: { ...row.operation, key: 'y' } });
    const rows = [wrote(1, 1, 1, 2), wrote(1, 2, 3, 4), wrote(1, 3, 5, 6)];
    const stale = [saw(2, 1, 7, 8), saw(2, 1, 9, 10), saw(2, 2, 11, 12)];

    const verdict = check(...rows, ...stale, ...[...rows, saw(2, 2, 7, 8)].map(elsewhere));

    expect(verdict).toMatchObject({ type: 'violated', count: 3 });
  });

  test('gives no count where some key would need a search for it', () => {
    const unequal = [1, 2].map((delta): Told => {
      return { from: seconds(9), to: seconds(10), operation: add('y', delta), completion: ok() };
    });

    expect(check(wrote(1, 1, 1, 2), saw(2, null, 3, 4), ...unequal)).toMatchObject({
      type: 'violated',
      witness: [0, 1],
    });
    expect(check(wrote(1, 1, 1, 2), saw(2, null, 3, 4), ...unequal)).not.toHaveProperty('count');
  });
});
