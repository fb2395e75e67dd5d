import { strategy as gossip } from '../../../src/strategies/gossip.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong: 'Whoever misses an update is never told of it again.',
  standsFor: 'best-effort replication, and hints that expired',
  strategy: wrapped(
    gossip,
    ({ env }) => ({
      life: { env: { ...env, knobs: { ...env.knobs, 'anti-entropy': 0 } } },
    }),
    'no-anti-entropy',
  ),
  original: gossip,
  caughtBy: 'convergent',
  within: 120,
  swarm: { profile: 'partition' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
