import type { Mutant } from '../mutant.ts';
import { plainConsensus } from '../parts/plain-consensus.ts';

export const mutant: Mutant = {
  wrong: 'A proposer builds on the first promise that it hears instead of on the one with the newest value.',
  standsFor: 'recovery that takes any replica for up to date',
  strategy: plainConsensus('builds-on-the-first-answer', { buildsOnFirst: true }),
  original: plainConsensus('plain-consensus'),
  caughtBy: 'linearizable',
  within: 20,
  swarm: { profile: 'calm' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
