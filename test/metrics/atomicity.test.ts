import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { History } from '../../src/history/history.ts';
import type { Operation } from '../../src/kernel/operation.ts';
import { measureAtomicity } from '../../src/metrics/atomicity.ts';
import { judgeReads } from '../../src/metrics/staleness.ts';
import {
  bruteForce,
  historyOf,
  propertyPatience,
  propertyRuns,
  smallHistory,
  type Told,
} from '../support/histories.ts';
import { draw } from '../support/history.ts';

/** Δ and Γ of the whole history, in milliseconds. */
function shifts(history: History): readonly (number | null)[] {
  const { delta, gamma } = measureAtomicity(history);
  return [delta, gamma].map((shift) => shift && shift.whole / 1_000);
}

describe('the least shift that makes a register atomic', () => {
  it('is nothing where it is atomic', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 -|
      2:                      |- read x 1 -| |- read x 2 -|
    `);

    expect(shifts(history)).toEqual([0, 0]);
  });

  it('is how late a stale read was for Δ, and for Γ perhaps less, for writes may be made to overlap', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 -|
      2:                                     |- read x 1 -|
    `);

    expect(shifts(history)).toEqual([6, 2]);
  });

  it('is the same for both where the writes lie far apart', () => {
    const history = draw(`
      1: |- write x 1 -|            |- write x 2 -|
      2:                                                  |- read x 1 -|
    `);

    expect(shifts(history)).toEqual([8, 8]);
  });

  it('counts a read of nothing from the first write', () => {
    const history = draw(`
      1: |- write x 1 -|
      2:                   |- read x -|
    `);

    expect(shifts(history)).toEqual([4, 4]);
  });

  it('is told for each cluster, and for each register', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 -|
      2:                                     |- read x 1 -|
      3: |- write y 3 -| |- read y 3 -|
    `);

    const { delta } = measureAtomicity(history);

    expect(delta).toMatchObject({
      atomicRegisters: 1,
      registers: { count: 2, maximum: 6_000 },
      atomicClusters: 1,
      clusters: { count: 3, minimum: 0, p50: 6_000 },
    });
  });

  it('leaves out reads that no shift explains, and says how many', () => {
    const history = draw(`
      1:                  |- write x 1 -| |- write x 3 !
      2: |- read x 1 -|                                    |- read x 2 -| |- read x 3 -|
    `);

    expect(measureAtomicity(history)).toMatchObject({ inexplicable: 3, delta: { whole: 0 } });
  });

  it('takes the values that cas make of each other for one, with nothing in between', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 -|
      2:                                   |- cas x 1 3 -|
    `);

    const { delta, inexplicable } = measureAtomicity(history);

    expect(shifts(history)[0]).toBe(4);
    expect(delta).toMatchObject({ clusters: { count: 2 }, atomicClusters: 0 });
    expect(inexplicable).toBe(0);
  });

  it('puts a chain of cas in order, and a read of what it made before it began', () => {
    const history = draw(`
      1: |- cas x null 1 -|                    |- cas x 1 2 -|
      2:                    |- read x 2 -| |- read x 1 -|
    `);

    expect(shifts(history)).toEqual([6, 6]);
  });

  it('explains no second cas that replaced the same value, and no circle of them', () => {
    const forked = draw(`
      1: |- write x 1 -| |- cas x 1 2 -| |- cas x 1 3 -|
      2: |- cas y 4 5 -|
      3: |- cas y 5 4 -|
    `);

    expect(measureAtomicity(forked).inexplicable).toBe(2);
  });

  it('is not measured where no register with unique values was read or written', () => {
    const history = draw(`
      1: |- add x 1 -| |- read x 0 -| |- write y 1 -| |- write y 1 -|
    `);

    expect(measureAtomicity(history)).toEqual({ delta: null, gamma: null, inexplicable: 0 });
  });

  it(
    'is the least that brute force finds by trying',
    () => {
      fc.assert(
        fc.property(smallHistory(questions), (rows) => {
          const explicable = rows.filter((row) => isExplicable(rows, row)).map(withoutEcho);
          const { delta, gamma } = measureAtomicity(historyOf(explicable));

          expect(delta?.whole ?? 0).toBe(leastOf((by) => bruteForce(explicable.map(readsEarlier(by)))));
          expect(gamma?.whole ?? 0).toBe(leastOf((by) => bruteForce(explicable.map(longer(by)))));
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it(
    'is the least that brute force finds where cas make chains of values, or there is none',
    () => {
      let explained = 0;
      fc.assert(
        fc.property(smallHistory(questionsWithCas), (all) => {
          // Of a refused cas that does not tell what it found, nothing is known but what it is not.
          const rows = all.filter(
            ({ completion }) => completion?.type !== 'refused' || 'value' in completion,
          );
          const told = rows.map(withoutEcho);
          const { delta, gamma, inexplicable } = measureAtomicity(historyOf(told));
          const isExplained = bruteForce(told.map(looksEarlier(64)));

          expect(inexplicable === 0).toBe(isExplained);
          if (!isExplained) return;
          explained += (delta?.whole ?? 0) > 0 ? 1 : 0;
          expect(delta?.whole ?? 0).toBe(leastOf((by) => bruteForce(told.map(looksEarlier(by)))));
          expect(gamma?.whole ?? 0).toBe(leastOf((by) => bruteForce(told.map(longer(by)))));
        }),
        { numRuns: propertyRuns },
      );
      expect(explained).toBeGreaterThan(0);
    },
    propertyPatience,
  );

  it(
    'is told for the cluster that needs it most',
    () => {
      fc.assert(
        fc.property(smallHistory(questions), (rows) => {
          const { delta, gamma } = measureAtomicity(historyOf(rows));

          expect(delta?.clusters.maximum).toBe(delta?.whole);
          expect(gamma?.clusters.maximum).toBe(gamma?.whole);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it(
    'is never less for Δ than for Γ, nor than the age of any stale read',
    () => {
      fc.assert(
        fc.property(smallHistory(questions), (rows) => {
          const history = historyOf(rows);
          const { delta, gamma } = measureAtomicity(history);
          const ages = judgeReads(history).age.filter((age) => !Number.isNaN(age));

          expect(delta?.whole ?? 0).toBeGreaterThanOrEqual(gamma?.whole ?? 0);
          expect(delta?.whole ?? 0).toBeGreaterThanOrEqual(Math.max(0, ...ages));
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});

/** Reads and writes of one register, every value another. */
const questions: fc.Arbitrary<readonly Operation[]> = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 7 })
  .map((writes) =>
    writes.map((isWrite, i) =>
      isWrite ? { type: 'write' as const, key: 'x', value: i + 1 } : { type: 'read' as const, key: 'x' },
    ),
  );

/** Reads, writes and cas of one register, every value another. */
const questionsWithCas: fc.Arbitrary<readonly Operation[]> = fc
  .array(fc.tuple(fc.constantFrom('read', 'read', 'write', 'cas', 'cas'), fc.nat(6)), {
    minLength: 1,
    maxLength: 6,
  })
  .map((drafts) =>
    drafts.map(([kind, found], i): Operation => {
      const value = i + 1;
      if (kind === 'read') return { type: 'read', key: 'x' };
      if (kind === 'write') return { type: 'write', key: 'x', value };
      return { type: 'cas', key: 'x', expected: found === 0 ? null : found, value };
    }),
  );

function isExplicable(rows: readonly Told[], { operation, completion, to }: Told): boolean {
  if (operation.type !== 'read' || completion?.type !== 'ok' || completion.value === null) return true;
  const seen = completion.value;
  return rows.some(
    (row) =>
      row.operation.type === 'write' &&
      row.operation.value === seen &&
      row.completion?.type !== 'fail' &&
      row.from <= to!,
  );
}

/** A write says nothing of what it saw, and a cas that was done no more than what it replaced. */
function withoutEcho(row: Told): Told {
  return row.operation.type !== 'read' && row.completion?.type === 'ok'
    ? { ...row, completion: { type: 'ok' } }
    : row;
}

function readsEarlier(by: number): (row: Told) => Told {
  return (row) => (row.operation.type === 'read' ? { ...row, from: row.from - by } : row);
}

function looksEarlier(by: number): (row: Told) => Told {
  return (row) => (row.operation.type === 'write' ? row : { ...row, from: row.from - by });
}

function longer(by: number): (row: Told) => Told {
  return (row) => ({
    ...row,
    from: row.from - by / 2,
    ...(row.to === undefined ? {} : { to: row.to + by / 2 }),
  });
}

/** The least whole number for which it holds, if it holds for all greater ones. */
function leastOf(holds: (by: number) => boolean): number {
  let [low, high] = [0, 64];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
