import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { historyFileName } from '../../experiment/history-files.ts';
import { readManifest } from '../../experiment/manifest.ts';
import type { Expected, Recorded } from '../../hunting/replay.ts';
import { type Guarantee, guarantees } from '../../kernel/guarantee.ts';
import { readTrials } from '../../report/files.ts';
import type { TrialResult } from '../../report/result.ts';
import type { ReplayFlags } from '../replay.ts';
import { UsageError } from '../usage.ts';
import type { ToReplay } from './to-replay.ts';

/** A run of the simulator: its verdicts are expected again, and its histories where they were kept. */
export function folderToReplay(folder: string, { seed, strategy }: ReplayFlags): ToReplay {
  const { spec, runtime } = readManifest(folder);
  if (runtime !== 'sim') {
    throw new UsageError(
      `${folder} is a run on ${runtime}, which nothing repeats; runs of --runtime sim can be replayed`,
    );
  }
  const names = strategy?.split(',').map((name) => name.trim());
  const labels = spec.strategies.map(({ label }) => label);
  const unknown = names?.find((name) => !labels.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--strategy: "${unknown}" is not in the run, which has ${labels.join(', ')}`);
  }
  if (seed !== undefined) {
    throw new UsageError('--seed: a run is repeated with its own seed; replay its workload file for another');
  }
  const results = readTrials(folder);
  const strategies = spec.strategies.filter(({ label }) => names === undefined || names.includes(label));
  return {
    spec: { ...spec, strategies },
    source: folder,
    recordedOf: ({ label }, trial) => {
      const result = results.find((one) => one.strategy === label && one.trial === trial);
      return result === undefined ? null : recordedIn(folder, result);
    },
  };
}

function recordedIn(folder: string, { strategy, trial, verdicts }: TrialResult): Recorded {
  const expected = verdicts.flatMap(({ guarantee, verdict }): Expected[] =>
    isGuarantee(guarantee) ? [{ guarantee, verdict }] : [],
  );
  const file = join(folder, 'history', historyFileName(strategy, trial));
  return { expected, hash: existsSync(file) ? hashOfFile(file) : null };
}

function hashOfFile(file: string): string {
  try {
    return createHash('sha256')
      .update(gunzipSync(readFileSync(file)))
      .digest('hex');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function isGuarantee(name: string): name is Guarantee {
  return guarantees.some((guarantee) => guarantee === name);
}
