import { strategy as lock } from '../../../src/strategies/lock.ts';
import type { Mutant } from '../mutant.ts';
import { inSteps } from '../parts/in-steps.ts';

export const mutant: Mutant = {
  wrong:
    'A transfer is a debit and then a credit, and nobody credits when its coordinator crashes in between.',
  standsFor: 'sagas without a record of what is left to do',
  strategy: inSteps(lock, 'transfer-in-two-steps', (operation, { ask, answer }) => {
    if (operation.type !== 'transfer') return false;
    const { key, to, amount, floor } = operation;
    ask({ type: 'add', key, delta: -amount, floor }, (debit) => {
      if (debit.type !== 'ok') return answer(debit);
      ask({ type: 'add', key: to, delta: amount, floor: null }, (credit) =>
        answer(
          credit.type === 'ok'
            ? { type: 'ok' }
            : { type: 'info', error: 'debited, and perhaps not credited' },
        ),
      );
    });
    return true;
  }),
  original: lock,
  caughtBy: 'atomic-transfers',
  within: 80,
  swarm: { profile: 'crash-storm', kinds: ['read', 'write', 'transfer'], operations: 80 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
