import { addTo } from '../../../src/kernel/operation.ts';
import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import type { Mutant } from '../mutant.ts';
import { inSteps } from '../parts/in-steps.ts';

export const mutant: Mutant = {
  wrong: 'An add is a read and then a write at the coordinator, so of two adds at once one is lost.',
  standsFor: 'counters kept by get and put',
  strategy: inSteps(quorum, 'add-in-two-steps', (operation, { ask, answer }) => {
    if (operation.type !== 'add') return false;
    const { key, delta, floor } = operation;
    ask({ type: 'read', key }, (seen) => {
      if (seen.type !== 'ok') return answer(seen);
      const effect = addTo(seen.value ?? null, delta, floor);
      if (effect.type === 'refused') return answer(effect);
      ask({ type: 'write', key, value: effect.value }, answer);
    });
    return true;
  }),
  original: quorum,
  caughtBy: 'no-lost-adds',
  within: 20,
  swarm: { profile: 'calm', kinds: ['read', 'add'] },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
