import { strategy as crdt } from '../../../src/strategies/crdt.ts';
import type { Mutant } from '../mutant.ts';
import { settledAtOnce } from '../parts/settled-at-once.ts';

export const mutant: Mutant = {
  wrong: 'A node that leaves goes at once, and with it the adds that nobody else had heard of.',
  standsFor: 'nodes that are taken out of a cluster without a decommission',
  strategy: settledAtOnce(crdt, 'leaves-without-a-word', (isMember) => !isMember),
  original: crdt,
  caughtBy: 'no-lost-adds',
  within: 120,
  swarm: { profile: 'membership', kinds: ['read', 'add'], operations: 600 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
