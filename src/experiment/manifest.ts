import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../report/disk.ts';
import type { TrialResult } from '../report/result.ts';
import type { Runtime } from '../runtimes/cluster.ts';
import { strategies } from '../strategies/index.ts';
import { workloadKinds } from '../workloads/index.ts';
import { describeCommit, describeMachine, hashOfModule, packageVersion } from './machine.ts';
import { clusterNotes, type MatrixResult, type RunEvent } from './run.ts';
import { type ExperimentSpec, specSchemaVersion } from './spec.ts';
import { strategyReference } from './trial.ts';

/** Raised whenever the meaning of `experiment.json` changes. */
export const manifestSchemaVersion = 1;

/** The run in a folder cannot be gone on with; the message says why. */
export class ResumeError extends Error {
  override readonly name = 'ResumeError';
}

/** What the manifest keeps of a trial. */
export interface TrialEntry {
  readonly label: string;
  readonly trial: number;
  /** How many rows each file has of it (`timeline`: of `timeline.csv`); absent in folders of older versions. */
  readonly rows?: Readonly<Record<string, number>>;
  readonly cluster?: unknown;
  readonly broken?: string;
}

/** How many rows each file has of a trial, by the names of the files without `.csv`. */
export function rowCounts(result: TrialResult): Readonly<Record<string, number>> {
  const parts = Object.entries(result).filter(([, rows]) => Array.isArray(rows));
  return Object.fromEntries(parts.map(([part, rows]) => [part, (rows as readonly unknown[]).length]));
}

/** What a folder says of the run that wrote it. */
export interface EarlierRun {
  readonly spec: ExperimentSpec;
  /** The name of the runtime. */
  readonly runtime: string;
  /** The command line that repeats it, where it was run by one. */
  readonly command: string | null;
  /** The trials whose results were written, in that order. */
  readonly trials: readonly TrialEntry[];
}

/** The run of a folder, as its manifest has it. Throws `ResumeError` where that names what does not exist. */
export function readManifest(folder: string): EarlierRun {
  const file = join(folder, 'experiment.json');
  if (!existsSync(file)) throw new ResumeError(`${folder} holds no run: there is no experiment.json in it`);
  const text = readFileSync(file, 'utf8');
  let manifest: ReadManifest;
  try {
    manifest = JSON.parse(text) as ReadManifest;
  } catch {
    throw new ResumeError(`${file} is not JSON; it may have been edited by hand`);
  }
  if (
    manifest?.schemaVersion !== manifestSchemaVersion ||
    manifest.spec?.schemaVersion !== specSchemaVersion
  ) {
    throw new ResumeError(
      `${file} has schema version ${String(manifest?.schemaVersion)}; this pacelc reads ${manifestSchemaVersion}`,
    );
  }
  const { spec, runtime = 'threads', command = null, trials = [] } = manifest;
  const mistake = unknownIn(spec, runtime);
  if (mistake !== null) throw new ResumeError(`${file}${lineOf(mistake.word, text)}: ${mistake.words}`);
  return { spec, runtime, command, trials };
}

interface ReadManifest {
  readonly schemaVersion?: unknown;
  readonly spec: ExperimentSpec;
  readonly runtime?: string;
  readonly command?: string | null;
  readonly trials?: readonly TrialEntry[];
}

const runtimeNames = ['threads', 'sim'];

/** The first name in a manifest that stands for nothing: a file that was edited, or one of a strategy that has gone. */
function unknownIn(
  spec: ExperimentSpec,
  runtime: string,
): { readonly word: string; readonly words: string } | null {
  const unknown = (what: string, word: string, known: readonly string[]) => ({
    word,
    words: `no ${what} "${word}"; there are ${known.join(', ')}`,
  });
  if (!runtimeNames.includes(runtime)) return unknown('runtime', runtime, runtimeNames);
  const { kind } = spec.workload;
  if (!Object.hasOwn(workloadKinds, kind)) return unknown('workload', kind, Object.keys(workloadKinds));
  for (const { name, module } of spec.strategies) {
    if (module === undefined) {
      if (!Object.hasOwn(strategies, name)) return unknown('strategy', name, Object.keys(strategies));
    } else if (!existsSync(fileURLToPath(module))) {
      return { word: module, words: `the module of strategy "${name}" is not there any more: ${module}` };
    }
  }
  return null;
}

/** `:12`, the last line with the word in quotes: the resolved experiment stands after what is told of it. */
function lineOf(word: string, text: string): string {
  const at = text.lastIndexOf(JSON.stringify(word));
  return at < 0 ? '' : `:${text.slice(0, at).split('\n').length}`;
}

interface ManifestOptions {
  readonly spec: ExperimentSpec;
  readonly runtime: Runtime;
  readonly command?: string;
}

/** `experiment.json`: what a reader needs to trust, dismiss or repeat a number. */
export class Manifest {
  readonly #file: string;
  readonly #content: Record<string, unknown>;
  readonly #trials: TrialEntry[];

  /** `earlier`: what an interrupted run has measured, and this one will not measure again. */
  constructor(
    folder: string,
    { spec, runtime, command }: ManifestOptions,
    earlier: readonly TrialEntry[] = [],
  ) {
    this.#trials = [...earlier];
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
      rows: rowCounts(event.result),
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
