import { simRuntime } from '../runtimes/sim/runtime.ts';
import type { Job } from '../runtimes/workforce/protocol.ts';
import { type CheckedTrial, checkTrial } from './determinism.ts';
import { endTrial, type TrialJob, type TrialNews } from './one-trial.ts';

/** A trial in virtual time as a job for another thread. */
export interface TrialTask {
  readonly job: TrialJob;
  /** Whether it runs twice, to see whether the same happens. */
  readonly twice: boolean;
}

/** Runs one trial on the thread where it is called. */
export const job: Job<TrialTask, TrialNews, CheckedTrial | null> = (task, { signal, tell }) => {
  const watch = { signal, onNews: tell };
  return task.twice ? checkTrial(task.job, watch) : endTrial(task.job, simRuntime, watch);
};
