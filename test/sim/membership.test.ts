import { describe, test } from 'vitest';
import { membershipFaults } from '../../src/kernel/strategy.ts';
import { strategies } from '../../src/strategies/index.ts';
import { runSeeds, swarmPatience } from '../support/swarm.ts';

/** The file that repeats a seed. */
const repeat = 'test/sim/membership.test.ts';

const movable = Object.values(strategies)
  .map(({ strategy }) => strategy)
  .filter(({ tolerates }) => membershipFaults.every((kind) => tolerates.includes(kind)));

describe('every claimed guarantee holds on every seed while nodes join and leave, crash and are cut off', () => {
  test.each(movable.map((strategy) => [`${strategy.name} through membership`, strategy] as const))(
    '%s',
    async (_, strategy) => {
      await runSeeds({ strategy, seeds: 30, profile: 'membership', repeat });
    },
    swarmPatience,
  );
});
