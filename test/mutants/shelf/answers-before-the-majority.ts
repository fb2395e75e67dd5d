import type { NodeId } from '../../../src/kernel/operation.ts';
import { type QuorumMessage, strategy as quorum } from '../../../src/strategies/quorum.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong:
    'A proposer takes an accept for done as soon as it is sent, so it answers before a majority holds the value.',
  standsFor: 'asynchronous replication behind an acknowledgement that promises more',
  strategy: wrapped(
    quorum,
    () => {
      const early: { readonly from: NodeId; readonly vote: QuorumMessage }[] = [];
      return {
        send(to, message, out) {
          out.send(to, message);
          if (message.type !== 'accept') return;
          const { key, ballot } = message;
          early.push({ from: to, vote: { type: 'accepted', key, ballot } });
        },
        afterStep(out, inner) {
          for (const { from, vote } of early.splice(0)) inner.onMessage(from, vote, out);
        },
      };
    },
    'answers-before-the-majority',
  ),
  original: quorum,
  caughtBy: 'linearizable',
  within: 80,
  swarm: { profile: 'mixed' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
