import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong:
    'Members change as soon as one of them has heard of it, so after two changes a majority may have seen nothing of what was chosen before.',
  standsFor: 'a second change of members before the first is complete',
  strategy: wrapped(
    quorum,
    () => ({
      send(to, message, out) {
        const isList = message.type === 'in-epoch' && message.message.type === 'list';
        if (isList) out.note({ type: 'settled', epoch: message.epoch });
        else out.send(to, message);
      },
    }),
    'epoch-settled-unread',
  ),
  original: quorum,
  caughtBy: 'linearizable',
  within: 60,
  swarm: { profile: 'membership' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
