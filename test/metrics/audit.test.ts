import { describe, expect, it } from 'vitest';
import { audit } from '../../src/metrics/audit.ts';
import { sumDifference } from '../../src/metrics/conservation.ts';
import { measureConvergence } from '../../src/metrics/convergence.ts';
import { measureCost } from '../../src/metrics/cost.ts';
import { draw } from '../support/history.ts';
import { trialOf } from '../support/trial.ts';

describe('the audit of adds', () => {
  it('counts acknowledged increments that the final value lacks', () => {
    const history = draw(`
      1: |- add x 1 -| |- add x 1 -| |- add x 3 -|
      final 2:                                      |- read x 4 -|
    `);

    expect(audit(history)).toMatchObject({
      acknowledgedIncrements: 5,
      lostIncrements: 1,
      surplusIncrements: 0,
      unexplainedKeys: 1,
    });
  });

  it('lets an unanswered add be there or not', () => {
    const drawing = (final: number) =>
      draw(`
        1: |- add x 1 -| |- add x 1 ? |- add x 1 !
        final 2:                                    |- read x ${final} -|
      `);

    expect(audit(drawing(1))).toMatchObject({ lostIncrements: 0, surplusIncrements: 0, unexplainedKeys: 0 });
    expect(audit(drawing(2))).toMatchObject({ lostIncrements: 0, surplusIncrements: 0 });
    expect(audit(drawing(3))).toMatchObject({ lostIncrements: 0, surplusIncrements: 1 });
    expect(audit(drawing(0))).toMatchObject({ lostIncrements: 1, surplusIncrements: 0 });
  });

  it('takes the final read that shows most', () => {
    const history = draw(`
      1: |- add x 1 -|
      final 2:          |- read x 0 -|
      final 3:                          |- read x 1 -|
    `);

    expect(audit(history).lostIncrements).toBe(0);
  });

  it('is not made where no final read tells', () => {
    const history = draw(`
      1: |- add x 1 -|
      final 2:          |- read x ?
    `);

    expect(audit(history)).toMatchObject({ acknowledgedIncrements: null, lostIncrements: null });
  });

  it('sees a lost sale of a stock that only falls', () => {
    const history = draw(`
      setup 1: |- write x 9 -|
      1:                       |- add x -2 0 -| |- add x -1 0 -|
      final 2:                                                    |- read x 8 -|
    `);

    expect(audit(history)).toMatchObject({ acknowledgedIncrements: 3, lostIncrements: 2 });
  });
});

describe('the audit of writes', () => {
  it('counts acknowledged writes that are newer than the final value', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 -| |- write x 3 -|
      final 2:                                             |- read x 1 -|
    `);

    expect(audit(history)).toMatchObject({ acknowledgedWrites: 3, lostWrites: 2, phantomReads: 0 });
  });

  it('excuses a write that overlapped the final one, and an unanswered one', () => {
    const history = draw(`
      1: |- write x 1 ----|
      2:   |- write x 2 -|   |- write x 3 ?
      final 3:                              |- read x 1 -|
    `);

    expect(audit(history)).toMatchObject({ acknowledgedWrites: 2, lostWrites: 0 });
  });

  it('counts reads of what was never written, or had certainly not been done', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 ! |- read x 3 -| |- read x 2 -|
      final 2:                                                         |- read x 1 -|
    `);

    expect(audit(history)).toMatchObject({ phantomReads: 2, lostWrites: 0 });
  });

  it('has nothing to say of reads alone', () => {
    const history = draw(`
      1: |- read x -|
    `);

    expect(Object.values(audit(history)).every((value) => value === null)).toBe(true);
  });
});

describe('conservation', () => {
  const setup = `
      setup 1: |- write a 9 -| |- write b 9 -|
      1:                                        |- transfer a b 5 ?`;

  it('compares the sums before and after, whatever became of the transfers', () => {
    const kept = draw(`${setup}
      final 2:                                                       |- read a 9 -| |- read b 9 -|`);
    const broken = draw(`${setup}
      final 2:                                                       |- read a 4 -| |- read b 9 -|`);

    expect(sumDifference(kept)).toBe(0);
    expect(sumDifference(broken)).toBe(-5);
  });

  it('is not measured where an account was not read again, or where others change the sum', () => {
    const unread = draw(`${setup}
      final 2:                                                       |- read a 9 -|`);
    const added = draw(`${setup} |- add a 1 -|
      final 2:                                                                 |- read a 9 -| |- read b 9 -|`);

    expect(sumDifference(unread)).toBeNull();
    expect(sumDifference(added)).toBeNull();
  });
});

describe('cost and convergence', () => {
  const cost = { messages: 6, bytes: 600, crossRegionMessages: 4, crossRegionBytes: 400 };

  it('are shared among answered operations of the load', () => {
    const history = draw(`
      setup 1: |- write x 1 -|
      1:                       |- read x 1 -| |- write x 2 / |- read x !
    `);

    expect(measureCost(trialOf(history, { cost }))).toEqual({
      messages: 3,
      bytes: 300,
      crossRegionMessages: 2,
      crossRegionBytes: 200,
    });
  });

  it('are not measured where nothing was answered or nobody looked', () => {
    const history = draw(`
      1: |- read x !
    `);

    expect(measureCost(trialOf(history, { cost }))).toBeNull();
    expect(measureConvergence(trialOf(history))).toEqual({ agreed: null, took: null, allowed: null });
  });
});
