import type { Mutant } from '../mutant.ts';
import { causalMemory } from '../parts/causal-memory.ts';

export const mutant: Mutant = {
  wrong:
    'An update waits for earlier ones of its own node and not for what its writer had read of others: the answer is seen before the question.',
  standsFor: 'one ordered stream for each node, with nothing between the streams',
  strategy: causalMemory('reads-are-no-dependencies', { forgetsReads: true }),
  original: causalMemory('causal-memory'),
  caughtBy: 'writes-follow-reads',
  within: 500,
  swarm: { profile: 'reordering', keys: 2, operations: 600 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
