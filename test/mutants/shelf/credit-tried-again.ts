import { milliseconds } from '../../../src/kernel/time.ts';
import { strategy as lock } from '../../../src/strategies/lock.ts';
import type { Mutant } from '../mutant.ts';
import { inSteps } from '../parts/in-steps.ts';

const pause = milliseconds(5);

export const mutant: Mutant = {
  wrong:
    'A credit that is not known to be done is asked for again without a number that tells it from a new one.',
  standsFor: 'at-least-once delivery of payments without an idempotency key',
  strategy: inSteps(lock, 'credit-tried-again', (operation, { ask, after, answer }) => {
    if (operation.type !== 'transfer') return false;
    const { key, to, amount, floor } = operation;
    const credit = (): void =>
      ask({ type: 'add', key: to, delta: amount, floor: null }, (credited) => {
        if (credited.type === 'ok') answer({ type: 'ok' });
        else after(pause, credit);
      });
    ask({ type: 'add', key, delta: -amount, floor }, (debit) => {
      if (debit.type === 'ok') credit();
      else answer(debit);
    });
    return true;
  }),
  original: lock,
  caughtBy: 'atomic-transfers',
  within: 80,
  swarm: { profile: 'crash', kinds: ['read', 'write', 'transfer'], operations: 80 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
