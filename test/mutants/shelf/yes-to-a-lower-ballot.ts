import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong: 'An acceptor says yes to an accept whose ballot is below the one that it has promised.',
  standsFor: 'a missing comparison of terms or ballots before an acknowledgement',
  strategy: wrapped(
    quorum,
    () => {
      let accepting = false;
      return {
        onMessage(from, message, out, inner) {
          accepting = message.type === 'accept';
          inner.onMessage(from, message, out);
        },
        send(to, message, out) {
          if (message.type !== 'rejected' || !accepting) return out.send(to, message);
          const { key, ballot } = message;
          out.send(to, { type: 'accepted', key, ballot });
        },
      };
    },
    'yes-to-a-lower-ballot',
  ),
  original: quorum,
  caughtBy: 'linearizable',
  within: 80,
  swarm: { profile: 'mixed' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
