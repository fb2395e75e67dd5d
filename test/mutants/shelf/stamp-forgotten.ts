import type { Plain } from '../../../src/kernel/operation.ts';
import { strategy as gossip } from '../../../src/strategies/gossip.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong:
    'After a restart a node knows its values but not their stamps, so older values of its peers win over them.',
  standsFor: 'backups that carry values without their timestamps',
  strategy: wrapped(
    gossip,
    ({ durable }) => ({
      life: { durable: new Map([...durable].map(([key, record]) => [key, withoutStamp(record)])) },
    }),
    'stamp-forgotten',
  ),
  original: gossip,
  caughtBy: 'no-lost-writes',
  within: 200,
  swarm: { profile: 'crash-storm', kinds: ['read', 'write'] },
};

function withoutStamp(record: Plain): Plain {
  return { ...(record as object), time: 0, counter: 0, node: 0 };
}

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
