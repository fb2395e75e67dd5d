import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Draws } from '../../src/workloads/draws.ts';

const place = fc.tuple(fc.nat(5), fc.nat(2_000), fc.nat(2));

test('a draw is the same in any order of asking', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(place, { maxLength: 50 }), (seed, places) => {
      const inOrder = new Draws(seed, 'test', 3);
      const expected = new Map(places.toSorted(compare).map((at) => [String(at), inOrder.at(...at)]));

      const shuffled = new Draws(seed, 'test', 3);

      for (const at of places) expect(shuffled.at(...at)).toBe(expected.get(String(at)));
    }),
    { numRuns: 200 },
  );
});

function compare(a: readonly number[], b: readonly number[]): number {
  return a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!;
}

test('streams, labels and seeds draw apart', () => {
  const firstOf = (seed: string, label: string, stream: number) => new Draws(seed, label, 1).at(stream, 0, 0);

  const draws = [firstOf('1', 'a', 0), firstOf('2', 'a', 0), firstOf('1', 'b', 0), firstOf('1', 'a', 1)];

  expect(new Set(draws).size).toBe(4);
});

test('draws are uniform over blocks and streams', () => {
  const draws = new Draws('7', 'test', 2);
  const counts = new Array<number>(10).fill(0);

  for (let i = 0; i < 20_000; i += 1) {
    const tenth = Math.floor(draws.at(i % 3, Math.floor(i / 3), i % 2) * 10);
    counts[tenth] = counts[tenth]! + 1;
  }

  // The 99.9999 % point of χ² with nine degrees of freedom is 44.8; the seed is fixed, so this never flickers.
  const chiSquare = counts.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0);
  expect(chiSquare).toBeLessThan(44.8);
});
