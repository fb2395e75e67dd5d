import { describe, test } from 'vitest';
import { strategies } from '../../src/strategies/index.ts';
import { runSeeds, swarmPatience } from '../support/swarm.ts';

/** The file that repeats a seed. */
const repeat = 'test/sim/seeds.test.ts';

describe('every claimed guarantee holds on every seed, through crashes, pauses and partitions', () => {
  test.each(Object.values(strategies).map(({ strategy }) => [strategy.name, strategy] as const))(
    '%s keeps its promises',
    async (_, strategy) => {
      await runSeeds({ strategy, seeds: 80, repeat });
    },
    swarmPatience,
  );
});
