import { addTo } from '../../../src/kernel/operation.ts';
import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import type { Mutant } from '../mutant.ts';
import { inSteps } from '../parts/in-steps.ts';

export const mutant: Mutant = {
  wrong:
    'Whether enough is left is looked up first and not asked again when it is taken, so two buyers get the last one.',
  standsFor: 'stock that is checked when the page is shown',
  strategy: inSteps(quorum, 'sold-on-an-old-count', (operation, { ask, answer }) => {
    if (operation.type !== 'add' || operation.floor === null) return false;
    const { key, delta, floor } = operation;
    ask({ type: 'read', key }, (seen) => {
      if (seen.type !== 'ok') return answer(seen);
      const effect = addTo(seen.value ?? null, delta, floor);
      if (effect.type === 'refused') return answer({ ...effect, value: seen.value ?? null });
      ask({ type: 'add', key, delta, floor: null }, answer);
    });
    return true;
  }),
  original: quorum,
  caughtBy: 'never-oversold',
  within: 80,
  swarm: { profile: 'calm', kinds: ['read', 'add'], use: 'stock' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
