import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { History } from '../../src/history/history.ts';
import { audit } from '../../src/metrics/audit.ts';
import { sumDifference } from '../../src/metrics/conservation.ts';
import { measureConvergence } from '../../src/metrics/convergence.ts';
import { measureCost } from '../../src/metrics/cost.ts';
import { propertyPatience, propertyRuns } from '../support/histories.ts';
import { draw, type Told, tell } from '../support/history.ts';
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

  it('counts reads that show what nobody had asked by then, too much or too little', () => {
    const history = draw(`
      setup 1: |- write x 5 -|
      1:                       |- read x 6 -| |- add x 1 -| |- add x 9 !
      2:                                        |- read x 6 -| |- read x 7 -| |- read x 4 -| |- read x 0 -| |- read x -1 -|
    `);

    expect(audit(history)).toMatchObject({ phantomReads: 3, lostIncrements: null });
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

describe('what became of a lost write', () => {
  it('is told apart by whether somebody had seen it: then an older one came back', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 -| |- read x 2 -| |- write x 3 -|
      final 2:                                                          |- read x 1 -|
    `);

    expect(audit(history)).toMatchObject({ lostWrites: 2, overwrittenWrites: 1, resurrectedWrites: 1 });
  });

  it('is a return as well where the newer write was never acknowledged', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 ? |- read x 2 -|
      final 2:                                         |- read x 1 -|
    `);

    expect(audit(history)).toMatchObject({ lostWrites: 0, overwrittenWrites: 0, resurrectedWrites: 1 });
  });

  it('is seen by a cas too', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 -| |- cas x 2 3 ?
      2:                                                 |- cas x 2 4 -|
      final 3:                                                           |- read x 1 -|
    `);

    expect(audit(history)).toMatchObject({ lostWrites: 2, overwrittenWrites: 1, forkedCas: 0 });
  });

  it('is no return where the newer one may have come first', () => {
    const history = draw(`
      1: |- write x 1 -----------|
      2:   |- write x 2 -| |- read x 2 -|
      final 3:                             |- read x 1 -|
    `);

    expect(audit(history)).toMatchObject({ lostWrites: 0, resurrectedWrites: 0 });
  });
});

describe('the audit of cas', () => {
  it('counts those that replaced what another had replaced', () => {
    const history = draw(`
      1: |- write x 1 -| |- cas x 1 2 -| |- cas x 1 3 -| |- cas x 1 4 / |- cas x 3 5 -|
      2: |- cas y null 6 -| |- cas y null 7 -|
    `);

    expect(audit(history)).toMatchObject({ forkedCas: 2, phantomReads: 0 });
  });

  it('takes what a cas says it found for read', () => {
    const history = draw(`
      1: |- write x 1 -| |- cas x 9 2 -|
    `);

    expect(audit(history)).toMatchObject({ phantomReads: 1 });
  });
});

describe('the audit of accounts', () => {
  it('says how far balances lie from what can be explained', () => {
    const history = draw(`
      setup 1: |- write a 9 -| |- write b 9 -|
      1:                                       |- transfer a b 5 -| |- transfer a b 1 ?
      final 2:                                                                          |- read a 9 -| |- read b 14 -|
    `);

    expect(audit(history)).toMatchObject({ unexplainedKeys: 1, unexplainedAmount: 5 });
  });
});

describe('a store that damages what it was told', () => {
  it(
    'is found out in every lost, returned and forked write that the final state and reads show',
    () => {
      fc.assert(
        fc.property(fc.array(damagedStep, { maxLength: 12 }), fc.nat(), (steps, pick) => {
          const { history, expected } = playDamaged(steps, pick);

          expect(audit(history)).toMatchObject(expected);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});

describe('a counter that loses some adds and counts others twice', () => {
  const plan = fc.record({
    delta: fc.integer({ min: 1, max: 5 }),
    fate: fc.constantFrom('ok', 'ok', 'ok', 'info'),
    times: fc.constantFrom(1, 1, 1, 0, 2),
  });

  it(
    'is found out by no more than it did, and by all of it where it did only one of both',
    () => {
      fc.assert(
        fc.property(fc.array(plan, { minLength: 1, maxLength: 8 }), (adds) => {
          const sure = adds.filter(({ fate }) => fate === 'ok');
          const lost = sum(sure.filter(({ times }) => times === 0));
          const twice = sum(adds.filter(({ times }) => times === 2));
          const isPlain = sure.length === adds.length && (lost === 0 || twice === 0);

          const { lostIncrements, surplusIncrements } = audit(counted(adds));

          expect(lostIncrements).toBeLessThanOrEqual(lost);
          expect(surplusIncrements).toBeLessThanOrEqual(twice);
          if (isPlain) expect([lostIncrements, surplusIncrements]).toEqual([lost, twice]);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  const sum = (adds: readonly { readonly delta: number }[]) =>
    adds.reduce((all, { delta }) => all + delta, 0);

  function counted(adds: readonly { delta: number; fate: string; times: number }[]): History {
    const rows = adds.map(
      ({ delta, fate }, i): Told => ({
        from: i * 10,
        to: i * 10 + 5,
        operation: { type: 'add', key: 'x', delta, floor: null },
        completion: fate === 'ok' ? { type: 'ok' } : { type: 'info', error: 'late' },
      }),
    );
    const value = adds.reduce((all, { delta, times }) => all + delta * times, 0);
    const operation = { type: 'read', key: 'x' } as const;
    return tell([
      ...rows,
      { phase: 'final', from: 1_000, to: 1_001, operation, completion: { type: 'ok', value } },
    ]);
  }
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

const damagedStep = fc.record({
  kind: fc.constantFrom('write' as const, 'read' as const, 'cas' as const),
  fate: fc.constantFrom('ok' as const, 'ok' as const, 'info' as const),
  /** Which of the values asked so far a read or a cas finds. */
  found: fc.nat(12),
});
type DamagedStep = typeof damagedStep extends fc.Arbitrary<infer T> ? T : never;

/**
 * One operation after the other, so that which write is newer is never in doubt, and a store that shows any of them at any time.
 * Position 0 is the initial value.
 */
function playDamaged(steps: readonly DamagedStep[], pick: number) {
  const acknowledged: boolean[] = [true];
  const seenFirst: number[] = [Number.POSITIVE_INFINITY];
  const replaced: number[] = [];
  const rows: Told[] = [];
  const nothingOr = (position: number) => (position === 0 ? null : position);
  const see = (position: number, at: number) => {
    seenFirst[position] = Math.min(seenFirst[position]!, at);
  };
  steps.forEach(({ kind, fate, found }, i) => {
    const times = { from: i * 10, to: i * 10 + 5 };
    const position = found % acknowledged.length;
    const answered = fate === 'ok' ? ({ type: 'ok' } as const) : ({ type: 'info', error: 'late' } as const);
    if (kind === 'read') {
      see(position, i);
      const operation = { type: 'read', key: 'x' } as const;
      rows.push({ ...times, operation, completion: { type: 'ok', value: nothingOr(position) } });
      return;
    }
    const value = acknowledged.length;
    const operation =
      kind === 'write'
        ? ({ type: 'write', key: 'x', value } as const)
        : ({ type: 'cas', key: 'x', expected: nothingOr(position), value } as const);
    if (kind === 'cas' && fate === 'ok') {
      see(position, i);
      replaced.push(position);
    }
    acknowledged.push(fate === 'ok');
    seenFirst.push(Number.POSITIVE_INFINITY);
    rows.push({ ...times, operation, completion: answered });
  });
  const last = pick % acknowledged.length;
  rows.push({
    phase: 'final',
    from: 1_000,
    to: 1_001,
    operation: { type: 'read', key: 'x' },
    completion: { type: 'ok', value: nothingOr(last) },
  });
  return {
    history: tell(rows) as History,
    expected: expectedOf(acknowledged, seenFirst, replaced, last, rows),
  };
}

/** The definitions, by position; a write that nobody acknowledged is over when it is first seen, perhaps after others began. */
function expectedOf(
  acknowledged: readonly boolean[],
  seenFirst: readonly number[],
  replaced: readonly number[],
  last: number,
  rows: readonly Told[],
) {
  const isUpdate = (row: Told) => row.operation.type !== 'read';
  const beganAt = [Number.NEGATIVE_INFINITY, ...rows.flatMap((row, i) => (isUpdate(row) ? [i] : []))];
  const over = acknowledged[last] ? beganAt[last]! : seenFirst[last]!;
  const isNewer = (position: number) => beganAt[position]! > over;
  const positions = [...acknowledged.keys()].slice(1);
  const lost = positions.filter((position) => acknowledged[position] && isNewer(position));
  const isSeen = (position: number) => Number.isFinite(seenFirst[position]!);
  if (positions.length === 0) return { lostWrites: null, forkedCas: null };
  return {
    acknowledgedWrites: positions.filter((position) => acknowledged[position]).length,
    lostWrites: lost.length,
    overwrittenWrites: lost.filter(isSeen).length,
    resurrectedWrites: positions.some((position) => isSeen(position) && isNewer(position)) ? 1 : 0,
    forkedCas: replaced.length === 0 ? null : replaced.length - new Set(replaced).size,
    phantomReads: 0,
  };
}
