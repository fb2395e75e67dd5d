import type { Guarantee } from '../../kernel/guarantee.ts';
import type { History } from '../history.ts';
import { Recorder } from '../recorder.ts';
import type { TrialRecord } from '../trial.ts';
import { HistoryFileError } from './file-error.ts';
import { Lines } from './lines.ts';
import { type HistoryHeader, headerIn, recordFrom } from './ndjson-header.ts';
import { type RowFields, rowIn } from './ndjson-row.ts';

/** A history that pacelc wrote, and what its file tells of the trial. */
export interface OwnHistory {
  readonly record: TrialRecord;
  /** What the strategy promised; null where the file does not say. */
  readonly claimed: readonly Guarantee[] | null;
  readonly history: History;
}

/** The line of a row: the header is the first, and every line is one operation. */
export function lineOfRow(row: number): number {
  return row + 2;
}

/** Reads a history line by line into columns; of the text no more than the line under way is kept. */
export class NdjsonReader {
  readonly #source: string;
  readonly #lines: Lines;
  /** When each process becomes free again, and the row that keeps it. */
  readonly #busy = new Map<number, { readonly until: number; readonly row: number }>();
  #header: HistoryHeader | undefined;
  #recorder = new Recorder(0);
  #last = 0;
  #line = 0;

  constructor(source: string) {
    this.#source = source;
    this.#lines = new Lines(source, (text, line) => this.#read(text, line));
  }

  push(chunk: Buffer): void {
    this.#lines.push(chunk);
  }

  end(): OwnHistory {
    this.#lines.end();
    const header = this.#header;
    if (header === undefined) throw new HistoryFileError(this.#source, null, 'the file is empty');
    if (this.#recorder.length !== header.operations) {
      throw this.#complain(
        `the history ends after ${this.#recorder.length} of ${header.operations} operations; the file was cut off`,
      );
    }
    const history = this.#recorder.history(header.nodes, header.regions);
    return { record: recordFrom(header, history), claimed: header.claimed, history };
  }

  #read(text: string, line: number): void {
    this.#line = line;
    const complain = (what: string) => this.#complain(what);
    const parsed = this.#parse(line === 1 ? text.replace(/^\ufeff/, '') : text);
    if (this.#header === undefined) {
      this.#header = headerIn(parsed, complain);
      this.#recorder = this.#recorderFor(this.#header.operations);
      return;
    }
    const { nodes, regions, operations } = this.#header;
    if (this.#recorder.length === operations) {
      throw complain(`the first line promises ${operations} operations; this is one more`);
    }
    this.#record(rowIn(parsed, { nodes: nodes.length, regions: regions.length }, complain));
  }

  #record(fields: RowFields): void {
    const { stream, index, process, site, node, attempts, phase, operation, dueAt, invokedAt } = fields;
    this.#refuseDisorder(fields);
    const recorder = this.#recorder;
    const row = recorder.begin(stream, index, process, site, node, phase, operation, dueAt, invokedAt);
    for (let attempt = 1; attempt < attempts; attempt += 1) recorder.redirect(row, node);
    if (fields.completion !== null) recorder.end(row, fields.completion, fields.completedAt!);
    this.#busy.set(process, { until: fields.completedAt ?? Number.POSITIVE_INFINITY, row });
  }

  #refuseDisorder({ process, invokedAt }: RowFields): void {
    if (invokedAt < this.#last) {
      throw this.#complain(
        `it was invoked at ${invokedAt}, before the line above at ${this.#last}; lines are in the order of invocation`,
      );
    }
    this.#last = invokedAt;
    const before = this.#busy.get(process);
    if (before !== undefined && before.until > invokedAt) {
      throw this.#complain(
        `process ${process} invokes again while its invocation in line ${lineOfRow(before.row)} is open; a process does one thing at a time`,
      );
    }
  }

  #recorderFor(operations: number): Recorder {
    try {
      return new Recorder(operations);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw this.#complain(`a history of ${operations} operations does not fit in memory`);
    }
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.#complain(
        text.trim() === '' ? 'the line is empty; every line is one operation' : 'the line is no JSON',
      );
    }
  }

  #complain(what: string): HistoryFileError {
    return new HistoryFileError(this.#source, this.#line, what);
  }
}
