import { strategy as crdt } from '../../../src/strategies/crdt.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';
import { lazyDisk } from '../parts/lazy-disk.ts';

export const mutant: Mutant = {
  wrong:
    'An add is acknowledged while it is only in memory, and goes with it when the node dies before its peers hear of it.',
  standsFor: 'files that are flushed once in a while',
  strategy: wrapped(crdt, () => lazyDisk(), 'acknowledged-from-memory'),
  original: crdt,
  caughtBy: 'no-lost-adds',
  within: 20,
  swarm: { profile: 'crash-storm', kinds: ['read', 'add'] },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
