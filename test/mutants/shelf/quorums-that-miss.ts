import { majorityOf } from '../../../src/kernel/quorum.ts';
import type { Mutant } from '../mutant.ts';
import { majorityRegister } from '../parts/majority-register.ts';

export const mutant: Mutant = {
  wrong: 'A majority answers a read, but one node fewer than would meet it holds a write: R + W = N.',
  standsFor: 'replicas per write tuned down for latency, with a claim that stayed',
  strategy: majorityRegister('quorums-that-miss', { writeQuorum: (nodes) => nodes - majorityOf(nodes) }),
  original: majorityRegister('majority-register'),
  caughtBy: 'linearizable',
  within: 80,
  swarm: { profile: 'calm' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
