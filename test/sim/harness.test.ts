import { describe, expect, test } from 'vitest';
import { strategy as localRegister } from '../support/local-register.ts';
import { problemsOf, runSeed, runSeeds } from '../support/swarm.ts';

describe('the seed harness', () => {
  test('catches a strategy that answers from local memory and promises everything', async () => {
    const run = await runSeed({ strategy: localRegister, seed: 1, kinds: ['read', 'write'] });

    expect(problemsOf(run).join('\n')).toMatch(/^linearizable: on "register/m);
  });

  test('says how to repeat the seed that failed', async () => {
    const running = runSeeds({ strategy: localRegister, seeds: 5, repeat: 'test/sim/harness.test.ts' });

    await expect(running).rejects.toThrow(/SEED=\d+ npx vitest run test\/sim\/harness\.test\.ts/);
  });

  test('gives the same history for the same seed', async () => {
    const [one, two] = [
      await runSeed({ strategy: localRegister, seed: 5 }),
      await runSeed({ strategy: localRegister, seed: 5 }),
    ];

    expect(one.history.columns).toEqual(two.history.columns);
    expect(one.events).toBe(two.events);
  });
});
