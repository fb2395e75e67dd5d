import type { Strategy } from '../../../src/kernel/strategy.ts';
import type { CrdtMessage } from '../../../src/strategies/crdt.ts';
import { strategy as crdt } from '../../../src/strategies/crdt.ts';
import type { Mutant } from '../mutant.ts';

/** A leaver says that it may go before it has handed over what only it holds. */
const strategy: Strategy<CrdtMessage> = {
  ...crdt,
  name: 'leaves-without-a-word',
  guarantees: (knobs) => crdt.guarantees(knobs),
  create(env, boot, durable) {
    const replica = crdt.create(env, boot, durable);
    const onMembership = replica.onMembership!.bind(replica);
    replica.onMembership = (membership, out) => {
      onMembership(membership, out);
      if (!membership.members.includes(env.id)) out.note({ type: 'settled', epoch: membership.epoch });
    };
    return replica;
  },
};

export const mutant: Mutant = {
  wrong: 'A node that leaves goes at once, and with it the adds that nobody else had heard of.',
  standsFor: 'nodes that are taken out of a cluster without a decommission',
  strategy,
  original: crdt,
  caughtBy: 'no-lost-adds',
  within: 120,
  swarm: { profile: 'membership', kinds: ['read', 'add'], operations: 600 },
};
