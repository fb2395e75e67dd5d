import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFreshFolder, pointLatestAt, writeWhole } from '../report/disk.ts';
import { ResultFiles, readTrials } from '../report/files.ts';
import { resultFolderName } from '../report/folder.ts';
import type { TrialResult } from '../report/result.ts';
import type { Runtime } from '../runtimes/cluster.ts';
import { writeHistory } from './history-files.ts';
import { describeCommit, describeMachine, hashOfModule, packageVersion } from './machine.ts';
import { clusterNotes, type MatrixResult, planMatrix, type RunEvent, runMatrix } from './run.ts';
import { type ExperimentSpec, specSchemaVersion } from './spec.ts';
import { strategyReference } from './trial.ts';

/** Raised whenever the meaning of `experiment.json` changes. */
export const manifestSchemaVersion = 1;

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
  /** The command line that repeats the run, for the manifest. */
  readonly command?: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

export interface RunResult extends MatrixResult {
  /** Where the files are. */
  readonly folder: string;
}

/** The run in a folder cannot be gone on with; the message says why. */
export class ResumeError extends Error {
  override readonly name = 'ResumeError';
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
  const done = options.resume === true ? resumable(folder, options.spec) : [];
  const files = new ResultFiles(folder);
  const manifest = new Manifest(folder, options);
  manifest.write();
  if (options.out === undefined) pointLatestAt(folder);
  const matrix = await runMatrix({
    ...options,
    done,
    onEvent: (event) => {
      if (event.type === 'trial-ends') {
        // Before the results: a trial that is done has its history.
        if (options.history === true) writeHistory(folder, event);
        files.append(event.result);
        manifest.add(event);
      }
      options.onEvent?.(event);
    },
  });
  manifest.finish(matrix);
  return { ...matrix, folder };
}

/** What a folder says of the run that wrote it. */
export interface EarlierRun {
  readonly spec: ExperimentSpec;
  /** The name of the runtime. */
  readonly runtime: string;
  /** The command line that repeats it, where it was run by one. */
  readonly command: string | null;
}

/** The run of a folder, as its manifest has it. */
export function readManifest(folder: string): EarlierRun {
  const file = join(folder, 'experiment.json');
  if (!existsSync(file)) throw new ResumeError(`${folder} holds no run: there is no experiment.json in it`);
  let manifest: { schemaVersion?: unknown; spec?: ExperimentSpec; runtime?: string; command?: string | null };
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as typeof manifest;
  } catch {
    throw new ResumeError(`${file} is not JSON; it may have been edited by hand`);
  }
  if (
    manifest.schemaVersion !== manifestSchemaVersion ||
    manifest.spec?.schemaVersion !== specSchemaVersion
  ) {
    throw new ResumeError(
      `${file} has schema version ${String(manifest.schemaVersion)}; this pacelc reads ${manifestSchemaVersion}`,
    );
  }
  return { spec: manifest.spec, runtime: manifest.runtime ?? 'threads', command: manifest.command ?? null };
}

function resumable(folder: string, spec: ExperimentSpec): readonly TrialResult[] {
  const before = readManifest(folder).spec;
  if (JSON.stringify(before) !== JSON.stringify(spec)) {
    throw new ResumeError(`${folder} holds a run of another experiment, so it cannot be gone on with`);
  }
  // What was cut short is measured again.
  return readTrials(folder).filter((result) => result.summary.every((row) => !row.partial));
}

/** `experiment.json`: what a reader needs to trust, dismiss or repeat a number. */
class Manifest {
  readonly #file: string;
  readonly #content: Record<string, unknown>;
  readonly #trials: unknown[] = [];

  constructor(folder: string, { spec, runtime, command }: RunOptions) {
    this.#file = join(folder, 'experiment.json');
    this.#content = {
      schemaVersion: manifestSchemaVersion,
      pacelc: packageVersion(),
      ...describeCommit(),
      startedAt: new Date().toISOString(),
      command: command ?? null,
      runtime: runtime.name,
      machine: describeMachine(),
      strategies: spec.strategies.map((choice) => ({
        label: choice.label,
        name: choice.name,
        hash: hashOfModule(strategyReference(choice).module),
      })),
      spec,
    };
  }

  add(event: RunEvent & { type: 'trial-ends' }): void {
    this.#trials.push({
      label: event.label,
      trial: event.trial,
      ...(event.outcome === undefined ? {} : { cluster: clusterNotes(event.outcome) }),
      ...(event.broken === undefined ? {} : { broken: event.broken }),
    });
    this.write();
  }

  finish({ partial, leftOut }: MatrixResult): void {
    Object.assign(this.#content, { finishedAt: new Date().toISOString(), partial, leftOut });
    this.write();
  }

  write(): void {
    writeWhole(this.#file, `${JSON.stringify({ ...this.#content, trials: this.#trials }, null, 2)}\n`);
  }
}
