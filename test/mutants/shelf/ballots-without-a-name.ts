import type { Mutant } from '../mutant.ts';
import { plainConsensus } from '../parts/plain-consensus.ts';

export const mutant: Mutant = {
  wrong: 'Two proposers can use the same ballot, and each takes the promises of it as its own.',
  standsFor: 'terms or epochs drawn by a counter alone, without who drew them',
  strategy: plainConsensus('ballots-without-a-name', { sharesBallots: true }),
  original: plainConsensus('plain-consensus'),
  caughtBy: 'linearizable',
  within: 80,
  swarm: { profile: 'calm' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
