import { milliseconds } from '../../../src/kernel/time.ts';
import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import type { Mutant } from '../mutant.ts';
import { inSteps } from '../parts/in-steps.ts';

const patience = milliseconds(30);

export const mutant: Mutant = {
  wrong:
    'A cas that is slow to answer is tried again as a plain write, since its condition was looked at the first time.',
  standsFor: 'retries below a driver that drop the condition of a conditional update',
  strategy: inSteps(quorum, 'cas-retried-as-a-write', (operation, { ask, after, answer }) => {
    if (operation.type !== 'cas') return false;
    const { key, value } = operation;
    ask(operation, answer);
    after(patience, () => ask({ type: 'write', key, value }, answer));
    return true;
  }),
  original: quorum,
  caughtBy: 'linearizable',
  within: 20,
  swarm: { profile: 'mixed', kinds: ['read', 'write', 'cas'] },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
