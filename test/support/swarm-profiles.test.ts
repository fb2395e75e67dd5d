import { describe, expect, test } from 'vitest';
import { troublesFor } from '../../src/hunting/draw/trouble.ts';
import { faultKinds } from '../../src/kernel/strategy.ts';
import { strategies } from '../../src/strategies/index.ts';
import { problemsOf, runSeed, runSeeds, swarmPatience } from './swarm.ts';

/** The file that repeats a seed. */
const repeat = 'test/support/swarm-profiles.test.ts';

const pairs = Object.values(strategies).flatMap(({ strategy }) =>
  troublesFor(strategy.tolerates).map((profile) => [strategy.name, profile, strategy] as const),
);

describe('every claimed guarantee holds under each kind of trouble that a strategy tolerates', () => {
  test.each(pairs)(
    '%s keeps its promises in a swarm of kind %s',
    async (_, profile, strategy) => {
      const shared = troublesFor(strategy.tolerates).length;
      await runSeeds({ strategy, profile, seeds: 4, shared, repeat });
    },
    swarmPatience,
  );
});

describe('a kind of trouble', () => {
  const { strategy } = strategies.gossip!;

  test('is left out when the strategy does not tolerate it', async () => {
    const run = await runSeed({ strategy, seed: 1, profile: 'crash-storm', faults: ['pause'] });

    expect(run.faults).toEqual([]);
  });

  test('is drawn from the seed among those that are allowed', async () => {
    const run = await runSeed({ strategy, seed: 1, profile: 'any', faults: ['pause'] });

    expect(['mixed', 'calm', 'pause']).toContain(run.profile);
  });

  test('is the same for the same seed', async () => {
    const one = await runSeed({ strategy, seed: 3, profile: 'any' });
    const other = await runSeed({ strategy, seed: 3, profile: 'any' });

    expect(one.history.columns).toEqual(other.history.columns);
  });

  test.each(troublesFor(faultKinds))(
    '%s leaves all nodes alive and all links whole in the end',
    async (profile) => {
      const run = await runSeed({ strategy, seed: 2, profile });

      expect(problemsOf(run)).toEqual([]);
      // Whoever has left for good stores nothing that counts.
      if (profile === 'membership') expect(run.contents.size).toBeGreaterThan(0);
      else expect(run.contents.size).toBe(run.topology.nodes.length);
    },
  );

  test('called a crash storm kills every node many times for a moment', async () => {
    const run = await runSeed({ strategy, seed: 2, profile: 'crash-storm' });
    const shortest = Math.min(...run.faults.map(({ at, until }) => (until ?? 0) - at));

    expect(run.faults.length).toBeGreaterThan(10);
    expect(shortest).toBeLessThan(5_000);
  });
});
