import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFreshFolder, pointLatestAt } from '../report/disk.ts';
import { ResultFiles } from '../report/files.ts';
import { resultFolderName } from '../report/folder.ts';
import type { Runtime } from '../runtimes/cluster.ts';
import { writeHistory, writePicture } from './history-files.ts';
import { Manifest, ResumeError } from './manifest.ts';
import { resumable } from './resume.ts';
import { type MatrixResult, planMatrix, type RunEvent, runMatrix } from './run.ts';
import type { ExperimentSpec } from './spec.ts';

export interface RunOptions {
  readonly spec: ExperimentSpec;
  readonly runtime: Runtime;
  readonly runtimeOptions?: Readonly<Record<string, string | number | boolean>>;
  /** The folder to write; by default a new one under `results/`, named after the time and the workload. */
  readonly out?: string;
  /** Goes on with the run in `out`: trials that are complete there are not measured again. */
  readonly resume?: boolean;
  /** Also writes the history of each trial, under `history/`. */
  readonly history?: boolean;
  /** So many trials at a time; see `MatrixOptions.workers`. */
  readonly workers?: number;
  /** Runs each trial twice; see `MatrixOptions.checkDeterminism`. */
  readonly checkDeterminism?: boolean;
  /** Draws the first violation of each trial, under `explained/`; only in virtual time. */
  readonly explain?: boolean;
  /** The command line that repeats the run, for the manifest. */
  readonly command?: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

export interface RunResult extends MatrixResult {
  /** Where the files are. */
  readonly folder: string;
}

/**
 * Runs an experiment and writes its folder: `experiment.json`, and the CSV files, which grow as each trial ends, so
 * that an interruption loses at most the trial under way. Throws `ExperimentRefusedError`, `ResumeError` or
 * `ResultsUnwritableError` for what the user can mend.
 */
export async function run(options: RunOptions): Promise<RunResult> {
  await planMatrix(options); // What is refused leaves no folder behind.
  const folder =
    options.out === undefined
      ? resolve(makeFreshFolder('results', resultFolderName(new Date(), options.spec.name)))
      : resolve(options.out);
  if (options.resume !== true && existsSync(join(folder, 'experiment.json'))) {
    throw new ResumeError(
      `${folder} already holds a run: give another folder, or --resume ${folder} to go on with it`,
    );
  }
  const earlier = options.resume === true ? resumable(folder, options.spec) : undefined;
  const files = new ResultFiles(folder);
  const manifest = new Manifest(folder, options, earlier?.entries);
  manifest.write();
  if (options.out === undefined) pointLatestAt(folder);
  const matrix = await runMatrix({
    ...options,
    done: earlier?.done ?? [],
    onEvent: (event) => {
      if (event.type === 'trial-ends') {
        // Before the results: a trial that is done has its history.
        if (options.history === true) writeHistory(folder, event);
        if (event.picture !== undefined) writePicture(folder, event, event.picture);
        files.append(event.result);
        manifest.add(event);
      }
      options.onEvent?.(event);
    },
  });
  manifest.finish(matrix);
  return { ...matrix, folder };
}
