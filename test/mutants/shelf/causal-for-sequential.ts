import type { Mutant } from '../mutant.ts';
import { causalMemory } from '../parts/causal-memory.ts';
import { majorityRegister } from '../parts/majority-register.ts';

export const mutant: Mutant = {
  wrong:
    'Nodes answer at once and tell each other later, in causal order, so two that write and then read what the other wrote may both miss it.',
  standsFor: 'causal stores, and store buffers of processors, that are taken for one memory',
  strategy: causalMemory('causal-for-sequential'),
  original: majorityRegister('majority-register'),
  caughtBy: 'sequential',
  within: 80,
  swarm: { profile: 'calm', operations: 120 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
