import { strategy as quorum } from '../../../src/strategies/quorum.ts';
import { wrapped } from '../../support/swarm-wrap.ts';
import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  wrong:
    'A proposer tries an add again after a preempted accept without knowing that the value it builds on contains it already.',
  standsFor: 'a retry after an ambiguous answer of something that is not idempotent',
  strategy: wrapped(
    quorum,
    () => ({
      send(to, message, out) {
        out.send(to, 'ancestors' in message ? { ...message, ancestors: [] } : message);
      },
    }),
    'lineage-forgotten',
  ),
  original: quorum,
  caughtBy: 'no-lost-adds',
  within: 80,
  swarm: { profile: 'mixed', kinds: ['read', 'add'] },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
