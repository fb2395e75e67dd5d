import { strategy as crdt } from '../../../src/strategies/crdt.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong:
    'A node that lost its disk counts again from nothing in the column of its former life, and peers remember that one as larger.',
  standsFor: 'an actor id that is used again with an empty state',
  strategy: wrapped(
    crdt,
    ({ env, boot }) => ({
      life: { env: boot === 'replaced' ? { ...env, incarnation: 1 } : env },
    }),
    'old-name-after-a-lost-disk',
  ),
  original: crdt,
  caughtBy: 'no-lost-adds',
  within: 120,
  swarm: { profile: 'replacement', kinds: ['read', 'add'], faults: ['disk-loss'] },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
