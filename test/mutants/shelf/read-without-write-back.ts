import type { Mutant } from '../mutant.ts';
import { majorityRegister } from '../parts/majority-register.ts';

export const mutant: Mutant = {
  wrong:
    'A read answers with the newest version of a majority without seeing that a majority holds it, so a later read can show an older one.',
  standsFor: 'quorum reads whose read repair happens in the background, as in stores after Dynamo',
  strategy: majorityRegister('read-without-write-back', { readsWithoutWriteBack: true }),
  original: majorityRegister('majority-register'),
  caughtBy: 'linearizable',
  within: 80,
  swarm: { profile: 'crash-storm', operations: 300 },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
