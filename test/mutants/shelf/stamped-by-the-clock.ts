import type { Mutant } from '../mutant.ts';
import { majorityRegister } from '../parts/majority-register.ts';

export const mutant: Mutant = {
  wrong:
    'A write is stamped by the clock of its coordinator, so one with a slow clock writes what is already overwritten.',
  standsFor: 'last-writer-wins at a quorum with stamps of clients or coordinators',
  strategy: majorityRegister('stamped-by-the-clock', { stampsByClock: true }),
  original: majorityRegister('majority-register'),
  caughtBy: 'no-lost-writes',
  within: 80,
  swarm: { profile: 'clock-skew' },
};

/** So that a hunt or a scenario can name this file. */
export const { strategy } = mutant;
