import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../../src/runtimes/histogram.ts';

test('a quantile is within a hundredth of the exact one, and the maximum is exact', () => {
  const values = fc.array(fc.oneof(fc.nat(300), fc.nat(2_000_000_000)), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.constantFrom(0.5, 0.9, 0.99, 1), (recorded, share) => {
      const histogram = new Histogram();
      for (const value of recorded) histogram.record(value);
      const exact = [...recorded].sort((a, b) => a - b)[Math.ceil(share * recorded.length) - 1]!;

      expect(Math.abs(histogram.quantile(share) - exact)).toBeLessThanOrEqual(exact / 100);
      expect(histogram.maximum).toBe(Math.max(...recorded));
      expect(histogram.count).toBe(recorded.length);
    }),
  );
});

test('merging adds up what two histograms counted', () => {
  const [a, b] = [new Histogram(), new Histogram()];
  for (let i = 0; i < 10; i += 1) a.record(1);
  for (let i = 0; i < 30; i += 1) b.record(1_000);

  a.merge(b);

  expect([a.count, a.quantile(0.25), a.maximum]).toEqual([40, 1, 1_000]);
});

test('nothing counted is 0 everywhere, and what is beyond the range counts as its end', () => {
  const histogram = new Histogram();
  expect([histogram.count, histogram.quantile(0.5), histogram.maximum]).toEqual([0, 0, 0]);

  histogram.record(-5);
  histogram.record(1e12);

  expect(histogram.count).toBe(2);
  expect(histogram.quantile(0.5)).toBe(0);
});
