import { describe, expect, test } from 'vitest';
import { kindsNeeded } from '../../src/faults/schedule.ts';
import { type Draft, listAt, mapAt, specOf } from '../../src/hunting/draft.ts';
import { usesOf } from '../../src/hunting/draw/questions.ts';
import { drawScenario, servedBy, type Wanted } from '../../src/hunting/draw/scenario.ts';
import { troublesFor } from '../../src/hunting/draw/trouble.ts';
import { faultKinds } from '../../src/kernel/strategy.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';
import { createWorkload } from '../../src/workloads/index.ts';

const names = Object.keys(strategies);
const seeds = Array.from({ length: 60 }, (_, i) => String(i + 1));

function draw(name: string, seed: string, wanted: Wanted = {}): Draft {
  const { strategy } = strategies[name]!;
  return drawScenario(seed, { word: name, strategy }, strategies, simRuntime.offers, wanted).draft;
}

function specsOf(name: string, wanted: Wanted = {}) {
  return seeds.map((seed) => specOf(draw(name, seed, wanted), strategies));
}

describe('a scenario that a seed draws', () => {
  test.each(names)('is a valid workload file, whatever the seed, for %s', (name) => {
    expect(specsOf(name)).toHaveLength(seeds.length);
  });

  test.each(names)('is the same for the same seed, and another for another, for %s', (name) => {
    expect(draw(name, '17')).toEqual(draw(name, '17'));
    expect(draw(name, '17')).not.toEqual(draw(name, '18'));
  });

  test.each(names)(
    'makes no fault that the strategy does not tolerate or the runtime lacks, for %s',
    (name) => {
      const made = new Set(specsOf(name).flatMap((spec) => kindsNeeded(spec.faults)));
      const { tolerates } = strategies[name]!.strategy;

      expect(made.size).toBeGreaterThan(2);
      for (const kind of made) expect(tolerates).toContain(kind);
      for (const kind of made) expect(simRuntime.offers).toContain(kind);
    },
  );

  test.each(names)('asks nothing that the strategy refuses, for %s', (name) => {
    const served = servedBy(strategies[name]!.strategy);
    const asked = new Set(specsOf(name).flatMap((spec) => createWorkload(spec.workload, '1').kinds));

    for (const kind of asked) expect(served).toContain(kind);
  });

  test('leaves some kinds of fault out and has several at once, by turns', () => {
    const numbers = specsOf('gossip', { trouble: 'mixed' }).map((spec) => kindsNeeded(spec.faults).length);

    expect(Math.min(...numbers)).toBe(0);
    expect(Math.max(...numbers)).toBeGreaterThan(1);
  });

  test('turns knobs within their limits, and leaves them alone where they are given', () => {
    const turned = seeds.filter(
      (seed) => Object.keys(mapAt(listAt(draw('lock', seed).strategies)[0])).length > 1,
    );
    const left = specsOf('lock', { knobs: {} }).map((spec) => spec.strategies[0]!.knobs);

    expect(turned.length).toBeGreaterThan(5);
    expect(new Set(left.map((knobs) => JSON.stringify(knobs))).size).toBe(1);
  });

  test('keeps the nodes, the length and the questions that are wanted', () => {
    const specs = specsOf('quorum', { nodes: 4, duration: 700_000, kinds: ['read', 'add'], trouble: 'calm' });

    for (const spec of specs) {
      expect(spec.topology.nodes).toHaveLength(4);
      expect(spec.duration).toBe(700_000);
      expect(createWorkload(spec.workload, '1').kinds).toEqual(['read', 'add']);
    }
  });

  test('keeps what a workload file says but its seed and faults', () => {
    const base: Draft = {
      schemaVersion: 1,
      name: 'mine',
      summary: 'A file of somebody.',
      topology: 'lan-5',
      workload: { kind: 'registers', keys: 3 },
      load: { closed: { 'clients-per-region': 2, operations: 50 } },
      duration: '1s',
      faults: [{ crash: 'lan-1', at: '1ms' }],
      strategies: ['gossip'],
    };

    const { faults: _, seed, strategies: entries, ...kept } = draw('quorum', '5', { bases: [base] });
    const { faults: __, strategies: ___, ...said } = base;

    expect(kept).toEqual({ ...said, trials: 1 });
    expect(seed).toBe('5');
    expect(mapAt(listAt(entries)[0]).name).toBe('quorum');
  });
});

describe('a kind of trouble', () => {
  test('is left out when it needs faults that are not allowed', () => {
    const calm = draw('gossip', '3', { trouble: 'crash-storm', faults: ['pause'] });

    expect(calm.faults).toBeUndefined();
    expect(troublesFor(['pause'])).toEqual(['mixed', 'calm', 'pause']);
  });

  test.each(troublesFor(faultKinds))('called %s is a valid workload file', (trouble) => {
    expect(specsOf('gossip', { trouble })).toHaveLength(seeds.length);
  });

  test('called a crash storm kills nodes many times for a moment', () => {
    const { faults } = specOf(draw('gossip', '2', { trouble: 'crash-storm' }), strategies);
    const lengths = faults.map(({ at, until }) => (until ?? Number.POSITIVE_INFINITY) - at);

    expect(faults.length).toBeGreaterThan(10);
    expect(Math.min(...lengths)).toBeLessThan(5_000);
  });
});

test('a strategy that serves no pair of kinds to ask is refused in words', () => {
  expect(() => usesOf(['read'])).toThrow('no way to use keys with read alone');
});
