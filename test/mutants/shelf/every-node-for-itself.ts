import { strategy as localRegister } from '../../support/local-register.ts';
import type { Mutant } from '../mutant.ts';
import { majorityRegister } from '../parts/majority-register.ts';

export const mutant: Mutant = {
  wrong: 'Every node answers from its own memory and tells nobody.',
  standsFor: 'replication that is configured and never set up',
  strategy: localRegister,
  original: majorityRegister('majority-register'),
  caughtBy: 'no-lost-writes',
  within: 20,
  swarm: { profile: 'calm', kinds: ['read', 'write'] },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
