import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { majorityOf, NodeSet, Tally } from '../../src/kernel/quorum.ts';

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
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(40)), (needed, nodes) => {
        const tally = new Tally(needed);
        const seen = new Set<number>();
        let completions = 0;

        for (const node of nodes) {
          const completesIt = !seen.has(node) && seen.size === needed - 1;
          seen.add(node);
          const completed = tally.add(node);
          completions += Number(completed);
          expect(completed).toBe(completesIt);
          expect(tally.complete).toBe(seen.size >= needed);
        }

        expect(completions).toBe(Number(seen.size >= needed));
        expect(tally.size).toBe(seen.size);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a set of nodes', () => {
  test('has what a set has, for nodes of any number', () => {
    const node = fc.oneof(fc.constantFrom(0, 30, 31, 32, 999), fc.nat(70));
    fc.assert(
      fc.property(fc.array(fc.option(node, { freq: 9 })), (steps) => {
        const [nodes, model] = [new NodeSet(), new Set<number>()];

        for (const step of steps) {
          if (step === null) {
            nodes.clear();
            model.clear();
          } else {
            expect(nodes.add(step)).toBe(!model.has(step));
            model.add(step);
          }
          expect(nodes.size).toBe(model.size);
          for (const each of [0, 1, 30, 31, 32, 69, 999]) expect(nodes.has(each)).toBe(model.has(each));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
