import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import type { Mutant } from '../mutant.ts';
import { inSteps } from '../parts/in-steps.ts';

export const mutant: Mutant = {
  wrong:
    'It takes first and looks afterwards: what was too much is given back, but until then everybody sees a stock below its floor.',
  standsFor: 'compensation in place of a condition, as in sagas',
  strategy: inSteps(quorum, 'takes-first-and-gives-back', (operation, { ask, answer }) => {
    if (operation.type !== 'add' || operation.floor === null) return false;
    const { key, delta, floor } = operation;
    ask({ type: 'add', key, delta, floor: null }, (taken) => {
      if (taken.type !== 'ok') return answer(taken);
      const left = typeof taken.value === 'number' ? taken.value : 0;
      if (left >= floor) return answer(taken);
      ask({ type: 'add', key, delta: -delta, floor: null }, (given) =>
        answer(
          given.type === 'ok'
            ? { type: 'refused', because: 'below-floor' }
            : { type: 'info', error: 'half done' },
        ),
      );
    });
    return true;
  }),
  original: quorum,
  caughtBy: 'never-below-floor',
  within: 20,
  swarm: { profile: 'calm', kinds: ['read', 'add'], use: 'stock' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
