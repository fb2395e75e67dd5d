import type { NodeId } from '../../../src/kernel/operation.ts';
import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong: 'A proposer counts messages instead of nodes, so one vote that arrives twice counts as two.',
  standsFor: 'vote counters without a set of voters, on networks that retransmit',
  strategy: wrapped(
    quorum,
    ({ env }) => {
      const voters = new Map<string, Set<NodeId>>();
      return {
        onMessage(from, message, out, inner) {
          if (message.type !== 'accepted' && message.type !== 'promised')
            return inner.onMessage(from, message, out);
          const round = `${message.type} ${message.ballot} ${message.key}`;
          const heard = voters.get(round) ?? new Set<NodeId>();
          voters.set(round, heard);
          // Whoever speaks again takes the place of somebody who has not spoken.
          const counted = heard.has(from) ? env.peers.find((peer) => !heard.has(peer)) : from;
          if (counted === undefined) return;
          heard.add(counted);
          inner.onMessage(counted, message, out);
        },
      };
    },
    'vote-counted-twice',
  ),
  original: quorum,
  caughtBy: 'linearizable',
  within: 200,
  swarm: { profile: 'duplication' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
