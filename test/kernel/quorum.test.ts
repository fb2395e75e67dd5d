import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { majorityOf, Tally } from '../../src/kernel/quorum.ts';

describe('a majority', () => {
  test('meets every other majority, and no smaller number does', () => {
    for (let nodes = 1; nodes <= 100; nodes += 1) {
      const majority = majorityOf(nodes);

      expect(2 * majority).toBeGreaterThan(nodes);
      expect(2 * (majority - 1)).toBeLessThanOrEqual(nodes);
    }
  });
});

describe('a tally', () => {
  test('is completed exactly once, by the answer of the last different node that was needed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(6)), (needed, nodes) => {
        const tally = new Tally<number>(needed);
        const seen = new Set<number>();
        let completions = 0;

        for (const [answer, node] of nodes.entries()) {
          const completesIt = !seen.has(node) && seen.size === needed - 1;
          seen.add(node);
          const completed = tally.add(node, answer);
          completions += Number(completed);
          expect(completed).toBe(completesIt);
          expect(tally.complete).toBe(seen.size >= needed);
        }

        expect(completions).toBe(Number(seen.size >= needed));
        expect([...tally.answers.keys()]).toEqual([...seen]);
      }),
      { numRuns: 2000 },
    );
  });

  test('keeps the first answer of a node that repeats itself', () => {
    const tally = new Tally<string>(2);

    tally.add(3, 'first');
    tally.add(3, 'second');

    expect([...tally.answers]).toEqual([[3, 'first']]);
  });
});
