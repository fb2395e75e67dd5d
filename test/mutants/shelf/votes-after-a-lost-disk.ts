import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong: 'A node that lost its disk votes again as if it had never promised or accepted anything.',
  standsFor: 'an empty replacement that joins under its old name, as after a wiped data directory',
  strategy: wrapped(
    quorum,
    ({ boot }) => ({ life: { boot: boot === 'replaced' ? 'first' : boot } }),
    'votes-after-a-lost-disk',
  ),
  original: quorum,
  caughtBy: 'linearizable',
  within: 80,
  swarm: { profile: 'disk-loss', faults: ['disk-loss'] },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
