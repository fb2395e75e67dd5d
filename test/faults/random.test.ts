import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomKinds } from '../../src/faults/draws.ts';
import type { Fault } from '../../src/faults/fault.ts';
import { overlapsOf } from '../../src/faults/overlaps.ts';
import { minorityOf, nodesDownBy, type RandomPlan, randomFaults } from '../../src/faults/random.ts';
import { milliseconds, seconds } from '../../src/kernel/time.ts';
import { buildTopology, withNodes } from '../../src/topology/build.ts';
import { topologyPresets } from '../../src/topology/presets.ts';

/** asia-1, asia-2, america-1, america-2, europe-1. */
const topology = buildTopology(withNodes(topologyPresets['world-3x1']!.plan, 5));
const minute = seconds(60);

const plan: RandomPlan = {
  kinds: Object.fromEntries(randomKinds.map((kind) => [kind, { type: 'rate', perSecond: 0.5 }])),
  at: seconds(1),
  until: minute,
  lasting: { minimum: milliseconds(100), maximum: seconds(3) },
  atMost: 2,
};

/** The most nodes that are down at one instant. */
function mostDown(faults: readonly Fault[]): number {
  const at = (time: number) => faults.filter((fault) => fault.at <= time && time <= fault.until!);
  const sizes = faults.map(
    ({ at: time }) => new Set(at(time).flatMap((fault) => nodesDownBy(fault, topology))).size,
  );
  return Math.max(0, ...sizes);
}

describe('a random schedule', () => {
  test('stays inside its time, strikes nobody twice, and never has more nodes down than it may', () => {
    const drawn = fc.record({ seed: fc.nat(), atMost: fc.integer({ min: 0, max: 4 }) });
    fc.assert(
      fc.property(drawn, ({ seed, atMost }) => {
        const faults = randomFaults({ ...plan, atMost }, topology, String(seed));

        expect(overlapsOf(faults, topology)).toEqual([]);
        expect(mostDown(faults)).toBeLessThanOrEqual(atMost);
        for (const { at, until } of faults) {
          expect(at).toBeGreaterThanOrEqual(plan.at);
          expect(until).toBeGreaterThanOrEqual(at);
          expect(until).toBeLessThanOrEqual(plan.until);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is the same again from the same seed, and another from another', () => {
    expect(randomFaults(plan, topology, '7')).toEqual(randomFaults(plan, topology, '7'));
    expect(randomFaults(plan, topology, '7')).not.toEqual(randomFaults(plan, topology, '8'));
  });

  test('holds every kind that it may', () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      for (const fault of randomFaults(plan, topology, String(seed))) {
        found.add(fault.type === 'crash' && fault.disk === 'lost' ? 'disk-loss' : fault.type);
      }
    }

    expect([...found].sort()).toEqual(
      [
        ...['clock-jump', 'clock-skew', 'crash', 'disk-loss', 'duplication', 'leave', 'loss', 'partition'],
        ...['pause', 'reordering', 'restart', 'slow-disk', 'slow-link', 'unsynced-persist'],
      ].sort(),
    );
  });

  test('strikes as often as it says: by a rate, or with a chance in each window', () => {
    const hour = seconds(3_600);
    const often = { ...plan, at: 0, until: hour, lasting: { minimum: 1, maximum: 2 } };

    const rate = randomFaults({ ...often, kinds: { lose: { type: 'rate', perSecond: 0.2 } } }, topology, '1');
    const chance = randomFaults(
      { ...often, kinds: { lose: { type: 'chance', chance: 0.25, window: seconds(1) } } },
      topology,
      '1',
    );

    // 720 and 900 expected, with standard deviations of 27 and 26.
    expect(Math.abs(rate.length - 720)).toBeLessThan(110);
    expect(Math.abs(chance.length - 900)).toBeLessThan(110);
  });

  test('leaves what it holds where it was when another kind comes in', () => {
    const skews = { skew: { type: 'rate', perSecond: 0.5 } } as const;
    const alone = randomFaults({ ...plan, kinds: skews }, topology, '3');

    const both = randomFaults({ ...plan, kinds: { ...skews, ...{ lose: skews.skew } } }, topology, '3');

    expect(both.filter(({ type }) => type === 'clock-skew')).toEqual(alone);
    expect(alone.length).toBeGreaterThan(5);
  });

  test('keeps clear of the faults that are there already', () => {
    const crash: Fault = { type: 'crash', target: { type: 'all' }, at: 0, until: null, disk: 'kept' };
    const kinds = { crash: { type: 'rate', perSecond: 1 } } as const;

    expect(randomFaults({ ...plan, kinds, atMost: 5 }, topology, '1', [crash])).toEqual([]);
    expect(randomFaults({ ...plan, kinds, atMost: 5 }, topology, '1')).not.toEqual([]);
  });

  test('takes less than a majority away, unless it is told otherwise', () => {
    expect(
      [1, 2, 3, 4, 5].map((nodes) =>
        minorityOf(buildTopology(withNodes(topologyPresets['lan-3']!.plan, nodes))),
      ),
    ).toEqual([0, 0, 1, 1, 2]);
  });
});
