import type { Mutant } from '../mutant.ts';
import { majorityRegister } from '../parts/majority-register.ts';

export const mutant: Mutant = {
  wrong: 'A read answers from the node that was asked, which may not have heard of the last write.',
  standsFor: 'local reads of a replicated log that are taken for linearizable',
  strategy: majorityRegister('read-of-one-node', { readQuorum: () => 1, readsWithoutWriteBack: true }),
  original: majorityRegister('majority-register'),
  caughtBy: 'linearizable',
  within: 80,
  swarm: { profile: 'calm' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
