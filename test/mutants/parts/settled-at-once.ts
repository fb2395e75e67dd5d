import type { Strategy } from '../../../src/kernel/strategy.ts';

/** The same strategy, but that whoever hears of a change of members says at once that it is settled, if `says` so of the node. */
export function settledAtOnce<M>(
  strategy: Strategy<M>,
  name: string,
  says: (isMember: boolean) => boolean,
): Strategy<M> {
  return {
    ...strategy,
    name,
    guarantees: (knobs) => strategy.guarantees(knobs),
    create(env, boot, durable) {
      const replica = strategy.create(env, boot, durable);
      const onMembership = replica.onMembership!.bind(replica);
      replica.onMembership = (membership, out) => {
        onMembership(membership, out);
        const { epoch, members } = membership;
        if (says(members.includes(env.id))) out.note({ type: 'settled', epoch });
      };
      return replica;
    },
  };
}
