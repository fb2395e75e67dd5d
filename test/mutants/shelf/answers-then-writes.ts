import { milliseconds } from '../../../src/kernel/time.ts';
import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import type { Mutant } from '../mutant.ts';
import { inSteps } from '../parts/in-steps.ts';

const queueFor = milliseconds(20);

export const mutant: Mutant = {
  wrong: 'A write is answered when it is queued, and whoever wrote it may read what was there before.',
  standsFor: 'write-behind queues in front of a store',
  strategy: inSteps(quorum, 'answers-then-writes', (operation, { ask, after, answer }) => {
    if (operation.type !== 'write') return false;
    answer({ type: 'ok' });
    after(queueFor, () => ask(operation, () => {}));
    return true;
  }),
  original: quorum,
  caughtBy: 'read-your-writes',
  within: 20,
  swarm: { profile: 'calm', kinds: ['read', 'write'] },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
