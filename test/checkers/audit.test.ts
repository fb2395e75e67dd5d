import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNoLostAdds } from '../../src/checkers/adds.ts';
import { checkNoLostWrites } from '../../src/checkers/writes.ts';
import { propertyPatience, propertyRuns } from '../support/histories.ts';
import { draw, type Told, tell } from '../support/history.ts';

describe('a lost write', () => {
  it('may be a cas, and may have been replaced by one', () => {
    const history = draw(`
      1: |- write x 1 -| |- cas x 1 2 -|
      final 2:                            |- read x 1 -|
    `);

    expect(checkNoLostWrites(history)).toMatchObject({ type: 'violated', witness: [0, 1, 2], count: 1 });
  });

  it('is newer than an unanswered write that had been seen before it began', () => {
    const history = draw(`
      1: |- write x 1 ?
      2:                 |- read x 1 -| |- write x 2 -|
      final 3:                                          |- read x 1 -|
    `);

    expect(checkNoLostWrites(history)).toMatchObject({
      type: 'violated',
      witness: [0, 2, 3],
      sentence: expect.stringContaining("process 1's write of 1 had been seen before it began, at 0.038 s"),
    });
  });

  it('is not proven where the write that is shown was never answered, and seen in the end alone', () => {
    const history = draw(`
      1: |- write x 1 ?
      2:                 |- write x 2 -|
      final 3:                           |- read x 1 -|
    `);

    expect(checkNoLostWrites(history)).toEqual({ type: 'holds' });
  });

  it('is not looked for where the final value is one that nobody wrote', () => {
    const history = draw(`
      1: |- write x 2 -|
      final 3:           |- read x 9 -|
    `);

    expect(checkNoLostWrites(history)).toEqual({ type: 'holds' });
  });

  it(
    'is found wherever it was planted, and nowhere else',
    () => {
      const plan = fc.record({
        writes: fc.array(fc.constantFrom('ok', 'ok', 'info', 'fail'), { minLength: 1, maxLength: 8 }),
        shown: fc.nat(8),
      });
      fc.assert(
        fc.property(plan, ({ writes, shown }) => {
          // One after the other, so that which is newer is never in doubt.
          const final = shown % (writes.length + 1);
          const rows = writes.map((fate, i): Told => {
            const completion =
              fate === 'ok'
                ? ({ type: 'ok' } as const)
                : ({ type: fate as 'info' | 'fail', error: 'late' } as const);
            return {
              from: i * 10,
              to: i * 10 + 5,
              operation: { type: 'write', key: 'x', value: i + 1 },
              completion,
            };
          });
          const read: Told = {
            phase: 'final',
            from: 1_000,
            to: 1_001,
            operation: { type: 'read', key: 'x' },
            completion: { type: 'ok', value: final === 0 ? null : final },
          };

          const isNamed = final === 0 || writes[final - 1] === 'ok';
          const lost = isNamed ? writes.slice(final).filter((fate) => fate === 'ok').length : 0;
          expect(checkNoLostWrites(tell([...rows, read]))).toMatchObject(
            lost > 0 ? { type: 'violated', count: lost } : { type: 'holds' },
          );
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});

describe('a lost or duplicated add', () => {
  it(
    'is found by its amount wherever it was planted, unless an unanswered one may explain it',
    () => {
      const plan = fc.record({
        delta: fc.integer({ min: 1, max: 5 }),
        fate: fc.constantFrom('ok', 'ok', 'ok', 'info'),
        times: fc.constantFrom(1, 1, 1, 1, 0, 2),
      });
      fc.assert(
        fc.property(fc.array(plan, { minLength: 1, maxLength: 8 }), (adds) => {
          const rows = adds.map(
            ({ delta, fate }, i): Told => ({
              from: i * 10,
              to: i * 10 + 5,
              operation: { type: 'add', key: 'x', delta, floor: null },
              completion: fate === 'ok' ? { type: 'ok' } : { type: 'info', error: 'late' },
            }),
          );
          const final = adds.reduce((sum, { delta, times }) => sum + delta * times, 0);
          const read: Told = {
            phase: 'final',
            from: 1_000,
            to: 1_001,
            operation: { type: 'read', key: 'x' },
            completion: { type: 'ok', value: final },
          };

          const sure = adds.reduce((sum, { delta, fate }) => sum + (fate === 'ok' ? delta : 0), 0);
          const most = adds.reduce((sum, { delta }) => sum + delta, 0);
          const damage = Math.max(0, sure - final) + Math.max(0, final - most);
          expect(checkNoLostAdds(tell([...rows, read]))).toMatchObject(
            damage > 0 ? { type: 'violated', count: damage } : { type: 'holds' },
          );
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});
