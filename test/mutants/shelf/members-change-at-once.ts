import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import type { Mutant } from '../mutant.ts';
import { settledAtOnce } from '../parts/settled-at-once.ts';

export const mutant: Mutant = {
  wrong:
    'A change of members counts as settled as soon as it is heard of, before new majorities hold what old ones chose.',
  standsFor: 'nodes added or removed several at once, without joint majorities and without catching up',
  strategy: settledAtOnce(quorum, 'members-change-at-once', () => true),
  original: quorum,
  caughtBy: 'linearizable',
  within: 200,
  swarm: { profile: 'membership', kinds: ['read', 'write'], operations: 600 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
