import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Random, randomStream } from '../../src/kernel/random.ts';

const draws = 20_000;

function sample(draw: (random: Random) => number, label = 'sample'): number[] {
  const random = randomStream(1, label);
  return Array.from({ length: draws }, () => draw(random));
}

/**
 * The largest distance between the distribution of a sample and a closed form (Kolmogorov and Smirnov). The streams are
 * seeded, so this passes always or never; 1.95/√n would be passed by 999 of 1,000 streams.
 */
function distance(values: readonly number[], cumulative: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.max(
    ...sorted.map((x, i) =>
      Math.max(
        Math.abs(cumulative(x) - i / sorted.length),
        Math.abs((i + 1) / sorted.length - cumulative(x)),
      ),
    ),
  );
}

const close = 1.95 / Math.sqrt(draws);

/** The normal distribution function to 1.5e-7 (Abramowitz and Stegun 7.1.26). */
function normalCumulative(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-z * z)) / 2;
  return x > 0 ? 1 - tail : tail;
}

describe('a stream of draws', () => {
  test('repeats itself for the same seed and label, and differs for any other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (seedA, labelA, seedB, labelB) => {
        const a = randomStream(seedA, labelA);
        const again = randomStream(seedA, labelA);
        const other = randomStream(seedB, labelB);
        const same = `${seedA}/${labelA}` === `${seedB}/${labelB}`;

        const three = [a.unit(), a.unit(), a.unit()];

        expect([again.unit(), again.unit(), again.unit()]).toEqual(three);
        expect(JSON.stringify([other.unit(), other.unit(), other.unit()]) === JSON.stringify(three)).toBe(
          same,
        );
      }),
      { numRuns: 300 },
    );
  });

  test('reads a numeric seed as its digits', () => {
    expect(randomStream(7, 'net').unit()).toBe(randomStream('7', 'net').unit());
  });

  test('unit is uniform from 0 to below 1', () => {
    const values = sample((random) => random.unit());

    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(distance(values, (x) => x)).toBeLessThan(close);
  });

  test('below is a uniform integer under its bound', () => {
    const counts = new Array<number>(7).fill(0);

    for (const value of sample((random) => random.below(7))) counts[value]! += 1;

    expect(counts).toHaveLength(7);
    for (const count of counts) expect(Math.abs(count - draws / 7)).toBeLessThan(4 * Math.sqrt(draws / 7));
  });

  test('chance is true with its probability', () => {
    const hits = sample((random) => Number(random.chance(0.3))).reduce((a, b) => a + b);

    expect(Math.abs(hits - 0.3 * draws)).toBeLessThan(4 * Math.sqrt(draws * 0.3 * 0.7));
    expect(sample((random) => Number(random.chance(0))).every((hit) => hit === 0)).toBe(true);
    expect(sample((random) => Number(random.chance(1))).every((hit) => hit === 1)).toBe(true);
  });

  test('exponential has the exponential distribution of its mean', () => {
    const values = sample((random) => random.exponential(25));

    expect(distance(values, (x) => 1 - Math.exp(-x / 25))).toBeLessThan(close);
  });

  test('normal has the standard normal distribution, and neighbours are independent', () => {
    const values = sample((random) => random.normal());

    const products = values.slice(1).map((x, i) => x * values[i]!);
    expect(distance(values, normalCumulative)).toBeLessThan(close);
    expect(Math.abs(products.reduce((a, b) => a + b) / products.length)).toBeLessThan(4 / Math.sqrt(draws));
  });

  test('logNormal has its median and its sigma', () => {
    const values = sample((random) => random.logNormal(40, 0.5));

    expect(distance(values, (x) => normalCumulative(Math.log(x / 40) / 0.5))).toBeLessThan(close);
  });

  test('pareto has its minimum and its tail', () => {
    const values = sample((random) => random.pareto(3, 1.5));

    expect(Math.min(...values)).toBeGreaterThanOrEqual(3);
    expect(distance(values, (x) => 1 - (3 / x) ** 1.5)).toBeLessThan(close);
  });

  test('pick takes every choice equally often, and refuses to pick from nothing', () => {
    const picked = sample((random) => random.pick([10, 20, 30]));

    for (const choice of [10, 20, 30]) {
      const count = picked.filter((each) => each === choice).length;
      expect(Math.abs(count - draws / 3)).toBeLessThan(4 * Math.sqrt(draws / 3));
    }
    expect(() => randomStream(1, 'nothing').pick([])).toThrow(RangeError);
  });

  test('shuffled keeps the items, leaves its argument alone, and reaches every order equally often', () => {
    const random = randomStream(1, 'shuffle');
    const items = ['a', 'b', 'c', 'd'];
    const counts = new Map<string, number>();

    for (let i = 0; i < draws; i += 1) {
      const order = random.shuffled(items).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }

    expect(items).toEqual(['a', 'b', 'c', 'd']);
    expect(counts.size).toBe(24);
    for (const count of counts.values()) {
      expect(Math.abs(count - draws / 24)).toBeLessThan(4.5 * Math.sqrt(draws / 24));
    }
  });
});
