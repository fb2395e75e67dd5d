import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeReads } from '../../src/metrics/staleness.ts';
import { blankColumns } from '../../src/metrics/staleness-columns.ts';
import { measureVisibility, wilsonInterval } from '../../src/metrics/visibility.ts';
import { propertyPatience, propertyRuns } from '../support/histories.ts';
import { draw } from '../support/history.ts';

/** For each read: how long before it the latest update was over, in milliseconds, and whether it was seen. */
function samples(drawing: string): readonly (readonly [number, boolean])[] {
  const { elapsed, unseen } = judgeReads(draw(drawing));
  return [...elapsed].flatMap((at, row) => (Number.isNaN(at) ? [] : [[at / 1_000, unseen[row] === 0]]));
}

interface Sample {
  readonly at: number;
  readonly seen: boolean;
}

function measured(reads: readonly Sample[]) {
  const columns = blankColumns(reads.length);
  reads.forEach(({ at, seen }, row) => {
    columns.elapsed[row] = at;
    columns.unseen[row] = seen ? 0 : 1;
  });
  return measureVisibility(columns, Uint32Array.from(reads.keys()));
}

describe('what a read tells of visibility', () => {
  it('is whether it saw the latest write that was over before it began, and how long that was ago', () => {
    expect(
      samples(`
        1: |- write x 1 -| |- write x 2 -|
        2:                                   |- read x 1 -|   |- read x 2 -|
      `),
    ).toEqual([
      [4, false],
      [21, true],
    ]);
  });

  it('counts what may be newer as newer', () => {
    expect(
      samples(`
        1: |- write x 1 --------------|
        2:   |- write x 2 -|   |- write x 3 -|
        3:                                      |- read x 1 -| |- read x 2 -|
      `),
    ).toEqual([
      [3, true],
      [18, false],
    ]);
  });

  it('is nothing before the first write is over', () => {
    expect(
      samples(`
        1: |- write x 1 -------|
        2:        |- read x 1 -|
      `),
    ).toEqual([]);
  });

  it('is for a counter whether nothing is known to be missing', () => {
    expect(
      samples(`
        1: |- add x 1 -| |- add x 1 -|
        2:                               |- read x 1 -|  |- read x 2 -|
      `),
    ).toEqual([
      [4, false],
      [20, true],
    ]);
  });
});

describe('the curve of visibility', () => {
  it('counts reads by decades of one, two and five milliseconds', () => {
    const reads = [0, 99, 100, 4_999, 5_000, 20_000].map((at) => ({ at, seen: at !== 99 }));

    const { curve } = measured(reads);

    expect(curve.map(({ from, to, reads: all, visible }) => [from, to, all, visible])).toEqual([
      [0, 100, 2, 1],
      [100, 200, 1, 1],
      [2_000, 5_000, 1, 1],
      [5_000, 10_000, 1, 1],
      [20_000, 50_000, 1, 1],
    ]);
  });

  it('has a band that is known from the tables of Wilson', () => {
    const { low, high } = wilsonInterval(9, 10);

    expect(low).toBeCloseTo(0.5958, 4);
    expect(high).toBeCloseTo(0.9821, 4);
    expect(wilsonInterval(0, 5).low).toBe(0);
    expect(wilsonInterval(5, 5).high).toBe(1);
  });

  it(
    'has a band around the share, narrower the more reads there are',
    () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 1_000 }), fc.nat(), (reads, pick) => {
          const visible = pick % (reads + 1);
          const { low, high } = wilsonInterval(visible, reads);
          const more = wilsonInterval(visible * 4, reads * 4);

          expect(low).toBeLessThanOrEqual(visible / reads);
          expect(high).toBeGreaterThanOrEqual(visible / reads);
          expect(more.high - more.low).toBeLessThan(high - low);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});

describe('the time after which 99 % of reads see', () => {
  const atOnce = (count: number, at: number, seen: boolean) =>
    Array.from({ length: count }, () => ({ at, seen }));

  it('is the first from which on the share is that high', () => {
    const reads = [...atOnce(10, 1_000, false), ...atOnce(1, 2_000, false), ...atOnce(150, 2_000, true)];

    expect(measured(reads)).toMatchObject({ at99: 2_000, at999: null });
  });

  it('is not told where too few reads began so late', () => {
    const reads = [...atOnce(500, 1_000, false), ...atOnce(99, 2_000, true)];

    expect(measured(reads).at99).toBeNull();
    expect(measured([...reads, ...atOnce(1, 3_000, true)]).at99).toBe(2_000);
  });

  it(
    'is that of the likeliest shares that never fall with time',
    () => {
      const sample = fc.record({ at: fc.nat(12), seen: fc.boolean() });
      fc.assert(
        fc.property(fc.array(sample, { maxLength: 24 }), fc.nat(20), (few, late) => {
          const reads = [...few, ...atOnce(100, late, true)];

          expect(measured(reads).at99).toBe(byMinimaOfMaxima(reads));
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});

/** The isotonic share at a time is the least upper mean from the greatest lower start (Robertson et al. 1988, theorem 1.4.4). */
function byMinimaOfMaxima(reads: readonly Sample[]): number | null {
  const times = [...new Set(reads.map(({ at }) => at))].sort((a, b) => a - b);
  const mean = (from: number, to: number) => {
    const within = reads.filter(({ at }) => at >= from && at <= to);
    return within.filter(({ seen }) => seen).length / within.length;
  };
  const share = (at: number) =>
    Math.max(
      ...times
        .filter((from) => from <= at)
        .map((from) => Math.min(...times.filter((to) => to >= at).map((to) => mean(from, to)))),
    );
  const first = times.find((at) => share(at) >= 0.99);
  if (first === undefined) return null;
  return reads.filter(({ at }) => at >= first).length >= 100 ? first : null;
}
