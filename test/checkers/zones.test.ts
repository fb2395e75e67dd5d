import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conflictOf, orderOf, sortedBy, type Zones } from '../../src/checkers/zones.ts';
import { manyRuns, propertyPatience, propertyRuns } from '../support/histories.ts';

const time = fc.oneof(
  { weight: 8, arbitrary: fc.nat(60) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NEGATIVE_INFINITY, 0.5, 1e15) },
);

/** Half of them short and one behind the other, so that some are in order. */
const zones = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(time, time, fc.nat(9)), { maxLength: 30 }))
  .map(([tidy, pairs]): Zones => {
    const placed = pairs.map(([f, s, share], i) =>
      tidy ? [i * 70 + (f % 60), i * 70 + (s % 60), share] : [f, s, share],
    );
    return {
      count: pairs.length,
      f: Float64Array.from(placed, ([f]) => (Number.isNaN(f) ? 0 : f!)),
      s: Float64Array.from(placed, ([, s]) => (Number.isNaN(s) ? 0 : s!)),
      counts: Uint8Array.from(placed, ([, , share]) => (share === 0 ? 0 : 1)),
    };
  });

const isBefore = ({ f, s }: Zones, a: number, b: number) => f[a]! < s[b]!;
const counted = ({ count, counts }: Zones) =>
  Array.from({ length: count }, (_, zone) => zone).filter((zone) => counts[zone] === 1);

describe('zones', { timeout: propertyPatience }, () => {
  test('are at odds exactly when two of them come before each other', () => {
    const seen = new Set<boolean>();

    fc.assert(
      fc.property(zones, (some) => {
        const all = counted(some);
        const atOdds = all.filter((a) =>
          all.some((b) => a !== b && isBefore(some, a, b) && isBefore(some, b, a)),
        );

        const conflict = conflictOf(some);

        seen.add(conflict === null);
        expect(conflict === null).toBe(atOdds.length === 0);
        if (conflict === null) return;
        expect(isBefore(some, conflict.outer, conflict.inner)).toBe(true);
        expect(isBefore(some, conflict.inner, conflict.outer)).toBe(true);
        expect(conflict.count).toBeGreaterThan(0);
        expect(conflict.count).toBeLessThan(atOdds.length);
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect(seen.size).toBe(2);
  });

  test('that are not at odds stand in an order that keeps each before those it comes before', () => {
    fc.assert(
      fc.property(zones, (some) => {
        if (conflictOf(some) !== null) return;

        const order = [...orderOf(some)];

        expect([...order].sort((a, b) => a - b)).toEqual(counted(some));
        order.forEach((later, i) => {
          for (const earlier of order.slice(0, i)) expect(isBefore(some, later, earlier)).toBe(false);
        });
      }),
      { numRuns: propertyRuns },
    );
  });

  test('are sorted as a comparison would, whether or not times are whole', () => {
    fc.assert(
      fc.property(fc.array(time), (times) => {
        const items = Int32Array.from(times, (_, i) => i);

        const sorted = sortedBy(Float64Array.from(times), items);

        const compared = [...items].sort((a, b) =>
          times[a]! < times[b]! ? -1 : times[a]! > times[b]! ? 1 : a - b,
        );
        expect([...sorted]).toEqual(compared);
      }),
    );
  });
});
