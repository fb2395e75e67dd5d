import type { Mutant } from '../mutant.ts';
import { majorityRegister } from '../parts/majority-register.ts';

export const mutant: Mutant = {
  wrong:
    'A session that goes on at another node reads there what is older than what it has seen, since nothing tells that node how far it was.',
  standsFor: 'failover and load balancing without session tokens',
  strategy: majorityRegister('session-that-changes-nodes', {
    readQuorum: () => 1,
    readsWithoutWriteBack: true,
  }),
  original: majorityRegister('majority-register'),
  caughtBy: 'monotonic-reads',
  within: 800,
  swarm: { profile: 'calm', operations: 300 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
