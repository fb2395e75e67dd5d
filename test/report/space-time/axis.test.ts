import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisOf } from '../../../src/report/space-time/axis.ts';
import { propertyRuns } from '../../support/histories.ts';

describe('the axis of a space-time diagram', () => {
  test('puts later moments further to the right, whatever lies between them', () => {
    const moments = fc.array(fc.nat(1_000_000_000), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(moments, (times) => {
        const { x, width } = axisOf(times, 600, []);
        const sorted = [...new Set(times)].sort((a, b) => a - b);
        const steps = sorted.slice(1).map((time, i) => x(time) - x(sorted[i]!));
        expect(Math.min(...steps, 4)).toBeGreaterThan(3.9);
        expect(x(sorted[0]!)).toBe(0);
        expect(x(sorted.at(-1)!)).toBe(width);
      }),
      { numRuns: propertyRuns },
    );
  });

  test('leaves room between two moments for what stands there', () => {
    const axis = axisOf([0, 1, 2, 1_000], 100, [{ from: 0, to: 2, pixels: 90 }]);

    expect(axis.x(2) - axis.x(0)).toBeGreaterThanOrEqual(90);
  });

  test('gives long gaps more room than short ones, though not in proportion, and says how long they were', () => {
    const axis = axisOf([0, 100, 200, 300, 1_000_300], 400, []);

    const [short, long] = [axis.x(100), axis.x(1_000_300) - axis.x(300)];
    expect(long).toBeGreaterThan(2 * short);
    expect(long).toBeLessThan(100 * short);
    expect(axis.shortened).toEqual([{ from: axis.x(300), to: axis.x(1_000_300), lasts: 1_000_000 }]);
  });

  test('lets time run evenly between two moments', () => {
    const axis = axisOf([0, 100], 400, []);

    expect(axis.x(50)).toBe(axis.width / 2);
    expect(axis.x(200)).toBe(axis.width);
  });
});
