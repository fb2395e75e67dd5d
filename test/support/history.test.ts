import { describe, expect, it } from 'vitest';
import { rowOf } from '../../src/history/history.ts';
import { draw } from './history.ts';

describe('a drawn history', () => {
  it('has a row per bar, in the order of invocation, one column per millisecond', () => {
    const history = draw(`
      7@europe:   |- add x -2 0 ---/
      warm-up 8: |-- write x one --|  |- read x one --|
    `);

    expect(rowOf(history, 0)).toMatchObject({
      process: 8,
      site: 0,
      phase: 'warm-up',
      operation: { type: 'write', key: 'x', value: 'one' },
      invokedAt: 17_000,
      completedAt: 35_000,
      completion: { type: 'ok' },
    });
    expect(rowOf(history, 1)).toMatchObject({
      site: 2,
      operation: { type: 'add', key: 'x', delta: -2, floor: 0 },
      completion: { type: 'refused' },
    });
    expect(rowOf(history, 2)).toMatchObject({ completion: { type: 'ok', value: 'one' } });
  });

  it('knows every end of a bar', () => {
    const history = draw(`
      1: |- read x -| |- write x 1 ? |- write x 2 ! |- cas x 1 2 / |- transfer x y 3 ~
    `);

    const ends = [0, 1, 2, 3, 4].map((row) => rowOf(history, row).completion?.type ?? 'open');
    expect(ends).toEqual(['ok', 'info', 'fail', 'refused', 'open']);
  });
});
