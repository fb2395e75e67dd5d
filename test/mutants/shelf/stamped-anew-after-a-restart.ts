import type { Plain } from '../../../src/kernel/operation.ts';
import type { Micros } from '../../../src/kernel/time.ts';
import { strategy as gossip } from '../../../src/strategies/gossip.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong:
    'After a restart a node stamps what is on its disk as if it had been written just now, so old values come back.',
  standsFor: 'zombies: replicas that were away and write their old data, or deleted rows, back',
  strategy: wrapped(
    gossip,
    ({ env, durable }) => ({
      life: {
        durable: new Map([...durable].map(([key, record]) => [key, stampedAt(env.wallClock(), record)])),
      },
    }),
    'stamped-anew-after-a-restart',
  ),
  original: gossip,
  caughtBy: 'no-lost-writes',
  within: 200,
  swarm: { profile: 'crash-storm', kinds: ['read', 'write'] },
};

function stampedAt(time: Micros, record: Plain): Plain {
  return { ...(record as object), time };
}

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
