import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SpecError } from '../../src/experiment/spec-file.ts';
import { type Draft, type Json, listAt, mapAt, specOf } from '../../src/hunting/draft.ts';
import { drawScenario } from '../../src/hunting/draw/scenario.ts';
import { shrink } from '../../src/hunting/shrink/shrink.ts';
import { sizeOf } from '../../src/hunting/shrink/size.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';
import { propertyPatience, propertyRuns } from '../support/histories.ts';

const { strategy } = strategies.gossip!;
const budget = 2_000;

function drawn(seed: string): Draft {
  const quarry = { word: 'gossip', strategy };
  return drawScenario(seed, quarry, strategies, simRuntime.offers, { trouble: 'mixed' }).draft;
}

/** What a made-up flaw needs in a scenario. */
type Need = (draft: Draft) => boolean;

function showing(need: Need) {
  return async (draft: Draft): Promise<boolean | 'invalid'> => {
    try {
      specOf(draft, strategies);
    } catch (error) {
      if (error instanceof SpecError) return 'invalid';
      throw error;
    }
    return need(draft);
  };
}

const strikes = (kind: string) => (fault: Json) => Object.hasOwn(mapAt(fault), kind);
const operationsOf = (draft: Draft) => Number(mapAt(mapAt(draft.load).closed).operations ?? 1_000);

const seedWithCrashAndPartition = Array.from({ length: 200 }, (_, i) => String(i + 1)).find((seed) => {
  const faults = listAt(drawn(seed).faults);
  return faults.length > 3 && faults.some(strikes('crash')) && faults.some(strikes('partition'));
})!;

describe('a scenario that is made smaller', () => {
  test('keeps only the faults without which it would not show the same', async () => {
    const need: Need = ({ faults }) => {
      return listAt(faults).some(strikes('crash')) && listAt(faults).some(strikes('partition'));
    };

    const { draft } = await shrink(drawn(seedWithCrashAndPartition), showing(need), { budget });

    expect(listAt(draft.faults)).toHaveLength(2);
    expect(need(draft)).toBe(true);
  });

  test('loses everything that does not matter: faults, nodes, keys, knobs, distributions', async () => {
    const { draft } = await shrink(
      drawn('11'),
      showing(() => true),
      { budget },
    );

    const spec = specOf(draft, strategies);
    expect(spec.faults).toEqual([]);
    expect(spec.topology.nodes).toHaveLength(1);
    expect(draft.strategies).toEqual([{ name: 'gossip' }]);
    expect(mapAt(draft.topology).latency).toBeUndefined();
  });

  test('asks as few questions as show the same', async () => {
    const closed = Array.from({ length: 20 }, (_, i) => drawn(String(i + 1))).find(
      (draft) => operationsOf(draft) < 1_000,
    )!;
    const need: Need = (draft) => operationsOf(draft) >= 17;

    const { draft } = await shrink(closed, showing(need), { budget });

    // To ask on without end is the one thing that needs fewer words.
    expect([17, 1_000]).toContain(operationsOf(draft));
  });

  test('stays as it is where nothing smaller shows the same', async () => {
    const before = drawn('3');

    const { draft, runs } = await shrink(
      before,
      showing((one) => one === before),
      { budget: 50 },
    );

    expect(draft).toBe(before);
    expect(runs).toBeLessThanOrEqual(50);
  });

  test('takes no more runs than it may, and tells of each', async () => {
    const told: number[] = [];

    const { runs, exhausted } = await shrink(
      drawn('5'),
      showing(() => true),
      {
        budget: 4,
        onProgress: ({ runs: count }) => told.push(count),
      },
    );

    expect(runs).toBe(4);
    expect(exhausted).toBe(true);
    expect(told).toEqual([1, 2, 3, 4]);
  });

  test('is left as drawn without a budget', async () => {
    const before = drawn('5');

    expect(
      await shrink(
        before,
        showing(() => true),
        { budget: 0 },
      ),
    ).toMatchObject({ draft: before, runs: 0 });
  });

  test(
    'shows the same, is no larger, is a valid file, and is the same again, whatever is needed',
    async () => {
      const needs = fc.record({
        faults: fc.nat(3),
        nodes: fc.integer({ min: 1, max: 3 }),
        seed: fc.nat(1_000),
      });

      await fc.assert(
        fc.asyncProperty(needs, async ({ faults, nodes, seed }) => {
          const before = drawn(String(seed));
          const need: Need = (draft) =>
            listAt(draft.faults).length >= Math.min(faults, listAt(before.faults).length) &&
            specOf(draft, strategies).topology.nodes.length >= nodes;

          const once = await shrink(before, showing(need), { budget: 50 });
          const again = await shrink(before, showing(need), { budget: 50 });

          expect(need(once.draft)).toBe(true);
          expect(sizeOf(once.draft)).toBeLessThanOrEqual(sizeOf(before));
          expect(again).toEqual(once);
        }),
        { numRuns: Math.ceil(propertyRuns / 400) },
      );
    },
    propertyPatience,
  );
});
