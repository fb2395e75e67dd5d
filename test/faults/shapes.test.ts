import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutsOf } from '../../src/faults/fault.ts';
import { apart, bridge, fewestNodes, halves, majorityRing, type Shape } from '../../src/faults/shapes.ts';

/** Whom each node still hears in both directions, itself included. */
function circleOf(node: number, shape: Shape, nodes: readonly number[]): readonly number[] {
  const cuts = new Set(cutsOf({ type: 'partition', at: 0, until: null, ...shape }).map(String));
  return nodes.filter((other) => !cuts.has(`${node},${other}`) && !cuts.has(`${other},${node}`));
}

const listOf = (count: number) => Array.from({ length: count }, (_, node) => node * 3 + 1);

describe('halves', () => {
  test('leave the majority to the second one, where the number is odd', () => {
    expect(halves([4, 7, 1, 9, 2])).toEqual({
      sides: [
        [4, 7],
        [1, 9, 2],
      ],
      direction: 'both',
    });
  });
});

describe('a majority ring', () => {
  test('shows each node a majority, and no two of them the same one', () => {
    const counts = fc.integer({ min: fewestNodes['majority-ring'], max: 30 });
    fc.assert(
      fc.property(counts, (count) => {
        const nodes = listOf(count);
        const ring = majorityRing(nodes);

        const circles = nodes.map((node) => circleOf(node, ring, nodes));

        for (const circle of circles) {
          expect(circle.length).toBeGreaterThan(count / 2);
          expect(circle.length).toBeLessThan(count);
        }
        expect(new Set(circles.map(String)).size).toBe(count);
      }),
      { numRuns: 100 },
    );
  });

  test('of fewer nodes than four would cut nothing', () => {
    const cuts = cutsOf({ type: 'partition', at: 0, until: null, ...majorityRing([0, 1, 2]) });

    expect(cuts).toEqual([]);
  });
});

test('over a bridge, halves hear each other through one node alone', () => {
  const nodes = [0, 1, 2, 3, 4];

  const circles = nodes.map((node) => circleOf(node, bridge(nodes, 2), nodes));

  expect(circles).toEqual([
    [0, 1, 2],
    [0, 1, 2],
    [0, 1, 2, 3, 4],
    [2, 3, 4],
    [2, 3, 4],
  ]);
});

test('nodes stand apart from all the others', () => {
  expect(apart([1, 3], [0, 1, 2, 3], 'one-way')).toEqual({
    sides: [
      [1, 3],
      [0, 2],
    ],
    direction: 'one-way',
  });
});
