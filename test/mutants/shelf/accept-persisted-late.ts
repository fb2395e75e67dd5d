import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';
import { lazyDisk } from '../parts/lazy-disk.ts';

export const mutant: Mutant = {
  wrong:
    'An acceptor answers first and persists a little later, so a crash in between takes back what it said.',
  standsFor: 'write-behind caches and disks that lie about a flush',
  strategy: wrapped(quorum, () => lazyDisk(), 'accept-persisted-late'),
  original: quorum,
  caughtBy: 'linearizable',
  within: 20,
  swarm: { profile: 'crash-storm' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
