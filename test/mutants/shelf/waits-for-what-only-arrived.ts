import type { Mutant } from '../mutant.ts';
import { causalMemory } from '../parts/causal-memory.ts';

export const mutant: Mutant = {
  wrong:
    'An update is applied once what it depends on has arrived, although that may itself be waiting for something.',
  standsFor: 'dependency checks that ask whether a version was received instead of whether it can be read',
  strategy: causalMemory('waits-for-what-only-arrived', { waitsForArrival: true }),
  original: causalMemory('causal-memory'),
  caughtBy: 'causal',
  within: 120,
  swarm: { profile: 'reordering', operations: 400 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
