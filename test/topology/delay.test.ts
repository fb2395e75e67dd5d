import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../src/kernel/random.ts';
import { type Delay, drawDelay, medianDelay, shareWithin } from '../../src/topology/delay.ts';
import { propertyRuns } from '../support/histories.ts';

const threefold: Delay = {
  type: 'mixture',
  parts: [
    { share: 0.4, delay: { type: 'log-normal', median: 1_000, sigma: 0.2 } },
    { share: 0.5, delay: { type: 'uniform', minimum: 1_000, maximum: 3_000 } },
    { share: 0.1, delay: { type: 'pareto', minimum: 20_000, alpha: 1.5 } },
  ],
};
const measured: Delay = {
  type: 'quantiles',
  points: [
    { share: 0, value: 200 },
    { share: 0.5, value: 480 },
    { share: 0.99, value: 5_000 },
    { share: 1, value: 40_000 },
  ],
};
const delays: Readonly<Record<string, Delay>> = {
  uniform: { type: 'uniform', minimum: 2_000, maximum: 9_000 },
  exponential: { type: 'exponential', minimum: 500, mean: 3_000 },
  'log-normal': { type: 'log-normal', median: 50_000, sigma: 0.5 },
  pareto: { type: 'pareto', minimum: 4_000, alpha: 2 },
  'a mixture': threefold,
  measured: measured,
};

const draws = 20_000;
/** Kolmogorov's distance stays below this in all but one of ten thousand tries; rounding to whole microseconds adds little. */
const distanceAtMost = 2.2 / Math.sqrt(draws) + 0.002;

describe.each(Object.entries(delays))('a delay that is %s', (name, delay) => {
  const random = randomStream('delays', name);
  const drawn = Array.from({ length: draws }, () => drawDelay(delay, random)).sort((a, b) => a - b);

  test('is drawn as its distribution says', () => {
    const distances = drawn.map((value, i) => Math.abs(shareWithin(delay, value) - (i + 0.5) / draws));

    expect(Math.max(...distances)).toBeLessThan(distanceAtMost);
  });

  test('has its median where half of the distribution lies below', () => {
    expect(shareWithin(delay, medianDelay(delay))).toBeCloseTo(0.5, 11);
  });
});

const closed: fc.Arbitrary<Delay> = fc.oneof(
  fc.record({ type: fc.constant('constant'), value: fc.nat(100_000) }),
  fc
    .tuple(fc.nat(100_000), fc.integer({ min: 1, max: 100_000 }))
    .map(([minimum, more]): Delay => ({ type: 'uniform', minimum, maximum: minimum + more })),
  fc
    .tuple(fc.nat(100_000), fc.integer({ min: 1, max: 100_000 }))
    .map(([minimum, more]): Delay => ({ type: 'exponential', minimum, mean: minimum + more })),
  fc.record({
    type: fc.constant('log-normal'),
    median: fc.integer({ min: 1, max: 100_000 }),
    sigma: fc.double({ min: 0.01, max: 2, noNaN: true }),
  }),
  fc.record({
    type: fc.constant('pareto'),
    minimum: fc.integer({ min: 1, max: 100_000 }),
    alpha: fc.double({ min: 0.5, max: 20, noNaN: true }),
  }),
);

const mixture = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 100 }), closed), { minLength: 1, maxLength: 5 })
  .map((parts): Delay => {
    const sum = parts.reduce((total, [weight]) => total + weight, 0);
    return { type: 'mixture', parts: parts.map(([weight, delay]) => ({ share: weight / sum, delay })) };
  });

const quantiles = fc
  .array(fc.nat(100_000), { minLength: 2, maxLength: 20 })
  .map((values) => values.sort((a, b) => a - b))
  .map((values): Delay => {
    const points = values.map((value, i) => ({ share: i / (values.length - 1), value }));
    return { type: 'quantiles', points };
  });

test('the median of any mixture parts it: less than half is below, at least half is at most that', () => {
  fc.assert(
    fc.property(mixture, (delay) => {
      const median = medianDelay(delay);

      expect(shareWithin(delay, median)).toBeGreaterThanOrEqual(0.5 - 1e-9);
      expect(shareWithin(delay, median - 0.001 - median * 1e-9)).toBeLessThan(0.5 + 1e-9);
    }),
    { numRuns: propertyRuns },
  );
});

test('a mixture of one delay is that delay', () => {
  fc.assert(
    fc.property(closed, fc.integer(), (delay, seed) => {
      const alone: Delay = { type: 'mixture', parts: [{ share: 1, delay }] };
      const random = randomStream(seed, 'alone');
      // A mixture draws which part it is.
      random.unit();

      expect(drawDelay(alone, randomStream(seed, 'alone'))).toBe(drawDelay(delay, random));
      expect(medianDelay(alone)).toBe(medianDelay(delay));
    }),
    { numRuns: propertyRuns },
  );
});

test('shares never fall as the limit rises, from nothing to all', () => {
  fc.assert(
    fc.property(fc.oneof(closed, mixture, quantiles), fc.nat(200_000), fc.nat(200_000), (delay, a, b) => {
      const lower = shareWithin(delay, Math.min(a, b));
      const upper = shareWithin(delay, Math.max(a, b));

      expect(lower).toBeGreaterThanOrEqual(0);
      expect(upper).toBeLessThanOrEqual(1 + 1e-12);
      expect(lower).toBeLessThanOrEqual(upper + 1e-12);
      expect(shareWithin(delay, -1)).toBe(0);
    }),
    { numRuns: propertyRuns },
  );
});

test('what was measured is drawn between the least and the largest, and halves at the middle one', () => {
  fc.assert(
    fc.property(quantiles, fc.integer(), (delay, seed) => {
      const points = delay.type === 'quantiles' ? delay.points : [];
      const drawn = drawDelay(delay, randomStream(seed, 'measured'));

      expect(drawn).toBeGreaterThanOrEqual(points[0]!.value);
      expect(drawn).toBeLessThanOrEqual(points.at(-1)!.value);
      const middle = points[(points.length - 1) / 2];
      if (middle !== undefined) expect(medianDelay(delay)).toBe(middle.value);
    }),
    { numRuns: propertyRuns },
  );
});

test('several measurements of one value make it as likely as they are many', () => {
  const delay: Delay = {
    type: 'quantiles',
    points: [
      { share: 0, value: 100 },
      { share: 0.2, value: 300 },
      { share: 0.7, value: 300 },
      { share: 1, value: 900 },
    ],
  };
  const random = randomStream('values', 'again');
  const drawn = Array.from({ length: 10_000 }, () => drawDelay(delay, random));

  expect(medianDelay(delay)).toBe(300);
  expect([shareWithin(delay, 299.9), shareWithin(delay, 300)].map((share) => share.toFixed(2))).toEqual([
    '0.20',
    '0.70',
  ]);
  expect(drawn.filter((value) => value === 300).length / 10_000).toBeCloseTo(0.5, 1);
});
