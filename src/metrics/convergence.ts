import type { TrialRecord } from '../history/trial.ts';
import type { Micros } from '../kernel/time.ts';

/** Whether and when replicas agreed after the load; null throughout where nobody looked. */
export interface Convergence {
  readonly agreed: boolean | null;
  readonly took: Micros | null;
  readonly allowed: Micros | null;
}

export function measureConvergence({ convergence }: TrialRecord): Convergence {
  return convergence ?? { agreed: null, took: null, allowed: null };
}
