import type { Mutant } from '../mutant.ts';
import { causalMemory } from '../parts/causal-memory.ts';

export const mutant: Mutant = {
  wrong: 'Updates of one node are applied as they arrive, so a later one can be seen without an earlier one.',
  standsFor: 'replication over several connections, or over parallel consumers of one log',
  strategy: causalMemory('updates-of-one-node-mixed-up', { mixesUpOneNode: true }),
  original: causalMemory('causal-memory'),
  caughtBy: 'monotonic-writes',
  within: 120,
  swarm: { profile: 'reordering', operations: 300 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
