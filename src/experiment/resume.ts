import { join } from 'node:path';
import { readTrials } from '../report/files.ts';
import type { TrialResult } from '../report/result.ts';
import { ResumeError, readManifest, rowCounts, type TrialEntry } from './manifest.ts';
import type { ExperimentSpec } from './spec.ts';

/** What an interrupted run has measured and need not measure again. */
export interface Measured {
  readonly done: readonly TrialResult[];
  /** The same trials as the manifest has them. */
  readonly entries: readonly TrialEntry[];
}

/**
 * What a folder holds of a run that is gone on with. Throws `ResumeError` where it is a run of another experiment, or
 * where its files are not those that the run has written.
 */
export function resumable(folder: string, spec: ExperimentSpec): Measured {
  const earlier = readManifest(folder);
  if (JSON.stringify(earlier.spec) !== JSON.stringify(spec)) {
    throw new ResumeError(`${folder} holds a run of another experiment, so it cannot be gone on with`);
  }
  const results = readTrials(folder);
  for (const entry of earlier.trials) refuseUnlessWhole(folder, entry, results.find(isOf(entry)));
  // What was cut short is measured again.
  const done = results.filter((result) => result.summary.every((row) => !row.partial));
  return { done, entries: earlier.trials.filter((entry) => done.some(isOf(entry))) };
}

function isOf({ label, trial }: TrialEntry): (result: TrialResult) => boolean {
  return (result) => result.strategy === label && result.trial === trial;
}

/** Rows that were deleted or added would make tables and sentences tell what was never measured. */
function refuseUnlessWhole(
  folder: string,
  { label, trial, rows = {} }: TrialEntry,
  result?: TrialResult,
): void {
  const found = result === undefined ? {} : rowCounts(result);
  // The summary first: where that lacks a trial, its other rows are not read.
  const parts = Object.keys(rows).sort((a, b) => Number(b === 'summary') - Number(a === 'summary'));
  for (const part of parts) {
    const count = found[part] ?? 0;
    if (count === rows[part]) continue;
    throw new ResumeError(
      `${join(folder, `${part}.csv`)}: ${counted(count)} of ${label}, trial ${trial}, where the run wrote ` +
        `${rows[part]}: put back what was written, or measure again into another folder`,
    );
  }
}

function counted(count: number): string {
  return count === 0 ? 'there is no row' : count === 1 ? 'there is 1 row' : `there are ${count} rows`;
}
