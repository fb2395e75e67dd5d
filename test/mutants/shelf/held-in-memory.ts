import type { Mutant } from '../mutant.ts';
import { majorityRegister } from '../parts/majority-register.ts';

export const mutant: Mutant = {
  wrong:
    'A node says that it holds a version which is only in its memory, so a restart makes it say the opposite.',
  standsFor: 'acknowledging before fsync',
  strategy: majorityRegister('held-in-memory', { forgets: true }),
  original: majorityRegister('majority-register'),
  caughtBy: 'no-lost-writes',
  within: 80,
  swarm: { profile: 'crash-storm' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
