import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../src/kernel/random.ts';
import {
  aliasTable,
  type Distribution,
  uniform,
  zipfian,
  zipfProbabilities,
} from '../../src/workloads/distributions.ts';

/**
 * The exact probability of each rank: picks change only where the scaled draw crosses a column or its threshold, so
 * bisection inside each column finds how much of the unit interval leads to which rank.
 */
function exactProbabilities(distribution: Distribution): number[] {
  const { size } = distribution;
  const probabilities = new Array<number>(size).fill(0);
  const add = (rank: number, part: number) => {
    probabilities[rank] = probabilities[rank]! + part;
  };
  for (let column = 0; column < size; column += 1) {
    let low = (column + 1e-13) / size; // Rounding may put the very edge into the column before.
    let high = (column + 1) / size - 1e-15;
    const first = distribution.pick(low);
    const last = distribution.pick(high);
    if (first === last) {
      add(first, 1 / size);
      continue;
    }
    for (let i = 0; i < 60; i += 1) {
      const middle = (low + high) / 2;
      if (distribution.pick(middle) === first) low = middle;
      else high = middle;
    }
    add(first, low - column / size);
    add(last, (column + 1) / size - low);
  }
  return probabilities;
}

test('the alias table gives every rank exactly its probability', () => {
  const sizes = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(sizes, (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      fc.pre(total > 0.01);
      const probabilities = weights.map((weight) => weight / total);

      const found = exactProbabilities(aliasTable(probabilities));

      found.forEach((probability, rank) => {
        expect(probability).toBeCloseTo(probabilities[rank]!, 11);
      });
    }),
    { numRuns: 500 },
  );
});

test.each([
  [1, 0.99],
  [2, 1],
  [100, 0.99],
  [1_000, 1.5],
  [50, 0.3],
])('zipfian over %i ranks with exponent %f follows the closed form', (size, exponent) => {
  const harmonic = Array.from({ length: size }, (_, i) => (i + 1) ** -exponent).reduce((a, b) => a + b, 0);

  const found = exactProbabilities(zipfian(size, exponent));

  found.forEach((probability, rank) => {
    expect(probability).toBeCloseTo((rank + 1) ** -exponent / harmonic, 11);
  });
});

test('probabilities of Zipf sum to one', () => {
  const sum = zipfProbabilities(100_000, 0.99).reduce((a, b) => a + b, 0);

  expect(sum).toBeCloseTo(1, 12);
});

test('exponent 0 is uniform', () => {
  const found = exactProbabilities(zipfian(8, 0));

  for (const probability of found) expect(probability).toBeCloseTo(1 / 8, 12);
});

test('every draw below one picks a rank that exists', () => {
  const almostOne = 1 - 2 ** -53;

  expect(uniform(3).pick(almostOne)).toBe(2);
  expect(zipfian(1_000_000, 0.99).pick(almostOne)).toBeLessThan(1_000_000);
  expect(zipfian(7, 0.99).pick(0)).toBeGreaterThanOrEqual(0);
});

test('a million draws come as often as the closed form says', () => {
  const size = 20;
  const distribution = zipfian(size, 0.99);
  const random = randomStream('11', 'zipf');
  const counts = new Array<number>(size).fill(0);

  for (let i = 0; i < 1_000_000; i += 1) {
    const rank = distribution.pick(random.unit());
    counts[rank] = counts[rank]! + 1;
  }

  const expected = zipfProbabilities(size, 0.99).map((probability) => probability * 1_000_000);
  const chiSquare = counts.reduce(
    (sum, count, rank) => sum + (count - expected[rank]!) ** 2 / expected[rank]!,
    0,
  );
  expect(chiSquare).toBeLessThan(65); // The 99.9999 % point for 19 degrees of freedom is 63.
});
