import { join } from 'node:path';
import { atomicityFile } from './csv/atomicity.ts';
import type { CsvFile } from './csv/csv-file.ts';
import { faultsFile } from './csv/faults.ts';
import { latencyFile } from './csv/latency.ts';
import { stalenessFile } from './csv/staleness.ts';
import { summaryFile } from './csv/summary.ts';
import { timelineFile } from './csv/timeline.ts';
import { verdictsFile } from './csv/verdicts.ts';
import { visibilityFile } from './csv/visibility.ts';
import { makeFolder, readWhole, writeWhole } from './disk.ts';
import type { TrialKey, TrialResult } from './result.ts';

type Part = Exclude<keyof TrialResult, keyof TrialKey>;

export { ResultsUnwritableError } from './disk.ts';

/**
 * The files of a run and the part of a result that each holds. `summary.csv` is written last: a trial counts as
 * done when it is there, and so all its other rows are there too.
 */
const files: readonly { readonly part: Part; readonly file: AnyCsvFile }[] = [
  entry('timeline', timelineFile),
  entry('latency', latencyFile),
  entry('staleness', stalenessFile),
  entry('visibility', visibilityFile),
  entry('atomicity', atomicityFile),
  entry('faults', faultsFile),
  entry('verdicts', verdictsFile),
  entry('summary', summaryFile),
];

type AnyCsvFile = CsvFile<TrialKey>;

/** Every results file, for documentation and checks. */
export const csvFiles: readonly AnyCsvFile[] = files.map(({ file }) => file);

/** What a trial adds to each results file: lines without the header. */
export function csvTexts(result: TrialResult): readonly { readonly name: string; readonly text: string }[] {
  return files.map(({ part, file }) => ({ name: file.name, text: file.write(result[part]) }));
}

/**
 * The CSV files of one run, rewritten as each trial ends. Whatever is in the folder already is kept, except that a
 * trial which is appended again replaces its old rows.
 */
export class ResultFiles {
  readonly #folder: string;
  /** For each file, the lines of each trial, in the order of the trials' first writing. */
  readonly #lines: ReadonlyMap<AnyCsvFile, Map<string, string>>;

  constructor(folder: string) {
    makeFolder(folder);
    this.#folder = folder;
    this.#lines = new Map(files.map(({ file }) => [file, new Map<string, string>()]));
    for (const result of readTrials(folder)) this.#keep(result);
  }

  append(result: TrialResult): void {
    this.#keep(result);
    for (const { file } of files) {
      const lines = this.#lines.get(file)!;
      writeWhole(join(this.#folder, file.name), [file.header, ...lines.values()].join(''));
    }
  }

  #keep(result: TrialResult): void {
    for (const { part, file } of files) {
      this.#lines.get(file)!.set(identityOf(result), file.write(result[part]));
    }
  }
}

/**
 * The results of a folder's trials, in the order of their writing. Rows of a trial that is not in `summary.csv`
 * are left out: their writing was cut off. Throws `ResultsUnreadableError` or `CsvSyntaxError`.
 */
export function readTrials(folder: string): readonly TrialResult[] {
  const results = new Map<string, MutableResult>();
  for (const { schemaVersion, strategy, trial } of readRowsOf(folder, summaryFile)) {
    const key: TrialKey = { schemaVersion, strategy, trial };
    if (!results.has(identityOf(key))) results.set(identityOf(key), emptyResult(key));
  }
  for (const { part, file } of files) {
    for (const row of readRowsOf(folder, file)) {
      results.get(identityOf(row))?.[part].push(row as never);
    }
  }
  return [...results.values()];
}

type MutableResult = TrialKey & { [P in Part]: TrialResult[P][number][] };

function emptyResult(key: TrialKey): MutableResult {
  return {
    ...key,
    summary: [],
    timeline: [],
    latency: [],
    staleness: [],
    visibility: [],
    atomicity: [],
    faults: [],
    verdicts: [],
  };
}

function readRowsOf<Row extends TrialKey>(folder: string, file: CsvFile<Row>): readonly Row[] {
  const path = join(folder, file.name);
  const text = readWhole(path);
  return text === null ? [] : file.read(text, path);
}

function identityOf({ strategy, trial }: TrialKey): string {
  return `${trial} ${strategy}`;
}

/** Ties a part of a result to the file of its rows. */
function entry<P extends Part>(part: P, file: CsvFile<TrialResult[P][number]>) {
  return { part, file: file as unknown as AnyCsvFile };
}
