import { strategy as lock } from '../../../src/strategies/lock.ts';
import type { Mutant } from '../mutant.ts';
import { inSteps } from '../parts/in-steps.ts';

export const mutant: Mutant = {
  wrong: 'A coordinator that does not learn what became of an add asks for it once more.',
  standsFor: 'drivers that retry on a timeout whatever the operation is',
  strategy: inSteps(lock, 'add-tried-again', (operation, { ask, answer }) => {
    if (operation.type !== 'add') return false;
    ask(operation, (first) => (first.type === 'info' ? ask(operation, answer) : answer(first)));
    return true;
  }),
  original: lock,
  caughtBy: 'no-lost-adds',
  within: 80,
  swarm: { profile: 'crash', kinds: ['read', 'add'] },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
