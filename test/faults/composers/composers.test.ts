import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flapping } from '../../../src/faults/composers/flapping.ts';
import { regionOutage } from '../../../src/faults/composers/outage.ts';
import { rollingRestart } from '../../../src/faults/composers/rolling-restart.ts';
import { shortestSwizzle, swizzle } from '../../../src/faults/composers/swizzle.ts';
import { cutsOf } from '../../../src/faults/fault.ts';
import { faultLabel } from '../../../src/faults/labels.ts';
import { overlapsOf } from '../../../src/faults/overlaps.ts';
import { edgesOf } from '../../../src/faults/schedule.ts';
import { apart } from '../../../src/faults/shapes.ts';
import { randomStream } from '../../../src/kernel/random.ts';
import { milliseconds, seconds } from '../../../src/kernel/time.ts';
import { buildTopology, withNodes } from '../../../src/topology/build.ts';
import { topologyPresets } from '../../../src/topology/presets.ts';

/** asia-1, asia-2, america-1, america-2, europe-1. */
const topology = buildTopology(withNodes(topologyPresets['world-3x1']!.plan, 5));
const all = [0, 1, 2, 3, 4];

describe('a rolling restart', () => {
  const restart = rollingRestart({
    nodes: [2, 0, 1],
    at: seconds(1),
    down: milliseconds(500),
    every: seconds(2),
    disk: 'kept',
  });

  test('takes nodes down one after the other, each for as long', () => {
    expect(restart.map(({ target, at, until }) => [target, at, until])).toEqual([
      [{ type: 'node', node: 2 }, seconds(1), seconds(1.5)],
      [{ type: 'node', node: 0 }, seconds(3), seconds(3.5)],
      [{ type: 'node', node: 1 }, seconds(5), seconds(5.5)],
    ]);
  });

  test('says where each crash came from', () => {
    expect(faultLabel(restart[0]!, topology)).toBe('crash of america-1 (rolling restart)');
  });
});

describe('the outage of a region', () => {
  const outage = { region: 'asia', at: seconds(1), until: seconds(2), disk: 'kept' } as const;

  test('is a crash of its nodes, or cuts them off from the world', () => {
    expect(faultLabel(regionOutage({ ...outage, as: 'crash' }, topology), topology)).toBe(
      'crash of asia (outage)',
    );
    expect(regionOutage({ ...outage, as: 'partition' }, topology)).toMatchObject({
      type: 'partition',
      sides: [
        [0, 1],
        [2, 3, 4],
      ],
    });
  });
});

test('a flapping link is down and up by turns, and up again at the end', () => {
  const flaps = flapping({
    shape: apart([0], all),
    at: seconds(1),
    until: seconds(2.5),
    down: milliseconds(300),
    up: milliseconds(200),
  });

  expect(flaps.map(({ at, until }) => [at, until].map((time) => time! / 1_000))).toEqual([
    [1_000, 1_300],
    [1_500, 1_800],
    [2_000, 2_300],
  ]);
  expect(overlapsOf(flaps, topology)).toEqual([]);
});

test('the last flap is cut short by the end', () => {
  const flaps = flapping({
    shape: apart([0], all),
    at: 0,
    until: milliseconds(600),
    down: milliseconds(300),
    up: milliseconds(200),
  });

  expect(flaps.at(-1)).toMatchObject({ at: milliseconds(500), until: milliseconds(600) });
});

describe('a swizzle', () => {
  const every = milliseconds(100);
  const swizzles = fc.record({
    nodes: fc.shuffledSubarray(all, { minLength: 1 }),
    longer: fc.integer({ min: 1, max: seconds(1) }),
    seed: fc.nat(),
  });

  test('cuts every node off and heals it, one at a time, in two orders', () => {
    fc.assert(
      fc.property(swizzles, ({ nodes, longer, seed }) => {
        const until = seconds(1) + shortestSwizzle(nodes.length, every) + longer;
        const span = { at: seconds(1), until, every };

        const faults = swizzle({ nodes, all, ...span }, randomStream(seed, 'swizzle'));

        const edges = edgesOf(faults, topology);
        const starts = edges.filter(({ type }) => type === 'start');
        const ends = edges.filter(({ type }) => type === 'end');
        expect(new Set(faults.map(({ sides }) => sides[0]![0]))).toEqual(new Set(nodes));
        expect(starts.map(({ at }) => at)).toEqual(nodes.map((_, place) => seconds(1) + place * every));
        expect(ends.map(({ at }) => at)).toEqual(
          nodes.map((_, place) => until - (nodes.length - 1 - place) * every),
        );
        expect(Math.max(...starts.map(({ at }) => at))).toBeLessThan(Math.min(...ends.map(({ at }) => at)));
        expect(overlapsOf(faults, topology)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('heals in another order than it cut, with one seed or another', () => {
    const orders = Array.from({ length: 10 }, (_, seed) => {
      const span = { at: 0, until: seconds(10), every };
      const faults = swizzle({ nodes: all, all, ...span }, randomStream(seed, 'swizzle'));
      const healed = [...faults].sort((a, b) => a.until! - b.until!);
      return [faults, healed].map((order) => order.map(({ sides }) => sides[0]![0]).join(' '));
    });

    expect(orders.some(([cut, healed]) => cut !== healed)).toBe(true);
    expect(new Set(orders.map(([cut]) => cut)).size).toBeGreaterThan(1);
  });

  test('cuts the links between two nodes twice, which hold until both are healed', () => {
    const span = { at: 0, until: seconds(10), every };
    const [first, second] = swizzle({ nodes: [0, 1], all, ...span }, randomStream(1, 'swizzle'));

    const both = [first!, second!].map((fault) => cutsOf(fault).map(String));

    expect(both[0]).toContain('0,1');
    expect(both[1]).toContain('0,1');
  });
});
