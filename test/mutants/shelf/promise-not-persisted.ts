import type { Mutant } from '../mutant.ts';
import { plainConsensus } from '../parts/plain-consensus.ts';

export const mutant: Mutant = {
  wrong:
    'An acceptor persists what it accepts and not what it promises, so after a restart it votes for ballots that it had ruled out.',
  standsFor: 'a vote that is lost by a restart',
  strategy: plainConsensus('promise-not-persisted', { forgetsPromises: true }),
  original: plainConsensus('plain-consensus'),
  caughtBy: 'linearizable',
  within: 600,
  swarm: { profile: 'crash-storm', kinds: ['read', 'write'], operations: 400, keys: 1 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
