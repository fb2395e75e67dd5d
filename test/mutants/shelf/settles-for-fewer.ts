import type { Mutant } from '../mutant.ts';
import { majorityRegister } from '../parts/majority-register.ts';

export const mutant: Mutant = {
  wrong:
    'A coordinator that waits too long goes on with the nodes that answered, so both sides of a partition go on.',
  standsFor: 'split brain: minorities that take themselves for the cluster',
  strategy: majorityRegister('settles-for-fewer', { settlesForFewer: true }),
  original: majorityRegister('majority-register'),
  caughtBy: 'linearizable',
  within: 80,
  swarm: { profile: 'partition' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
