import type { Guarantee } from '../../kernel/guarantee.ts';
import type { History } from '../history.ts';
import { Recorder } from '../recorder.ts';
import type { TrialRecord } from '../trial.ts';
import { HistoryFileError, Mistakes, shown } from './file-error.ts';
import { columnOf, lossyNumber, repeatedField } from './json-place.ts';
import { Lines } from './lines.ts';
import { type HistoryHeader, headerIn, recordFrom } from './ndjson-header.ts';
import { plainRow } from './ndjson-plain-row.ts';
import { type Complain, type Limits, type RowFields, rowIn } from './ndjson-row.ts';

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

/** What keeps a process from asking: an operation under way, or one of unknown outcome, behind which it asks nothing more. */
interface Busy {
  readonly until: number;
  readonly line: number;
  readonly retired: boolean;
}

/** Reads a history line by line into columns; of the text no more than the line under way is kept. */
export class NdjsonReader {
  readonly #source: string;
  readonly #lines: Lines;
  readonly #mistakes: Mistakes;
  readonly #busy = new Map<number, Busy>();
  #header: HistoryHeader | undefined;
  #limits: Limits = { nodes: 0, regions: 0 };
  #recorder = new Recorder(0);
  #lastInvoked = 0;
  #line = 0;
  /** The line under way, for the places of mistakes. */
  #text = '';

  constructor(source: string) {
    this.#source = source;
    this.#mistakes = new Mistakes(source);
    this.#lines = new Lines(source, (text, line) => this.#read(text, line));
  }

  push(chunk: Buffer): void {
    this.#orTellAll(() => this.#lines.push(chunk));
  }

  end(): OwnHistory {
    this.#orTellAll(() => this.#lines.end());
    const header = this.#header;
    if (header === undefined) throw new HistoryFileError(this.#source, null, 'the file is empty');
    const read = this.#line - 1;
    if (read !== header.operations) {
      const what = `the history ends after ${read} of ${header.operations} operations; the file was cut off`;
      if (read < header.operations) this.#mistakes.note(new HistoryFileError(this.#source, this.#line, what));
    }
    this.#mistakes.throwIfAny();
    const history = this.#recorder.history(header.nodes, header.regions);
    return { record: recordFrom(header, history), claimed: header.claimed, history };
  }

  /** What ends the reading comes behind what was found before. */
  #orTellAll(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#mistakes.throwWith(error);
    }
  }

  #read(text: string, line: number): void {
    this.#line = line;
    this.#text = line === 1 ? text.replace(/^\ufeff/, '') : text;
    if (this.#header === undefined) {
      this.#readHeader();
      return;
    }
    try {
      this.#readRow(this.#header.operations);
    } catch (error) {
      this.#mistakes.note(error);
    }
  }

  /** Without it, no line can be understood. */
  #readHeader(): void {
    const header = headerIn(this.#parse(), this.#complain);
    this.#header = header;
    this.#limits = { nodes: header.nodes.length, regions: header.regions.length };
    this.#recorder = this.#recorderFor(header.operations);
  }

  #readRow(promised: number): void {
    const fields = plainRow(this.#text, this.#limits) ?? rowIn(this.#parse(), this.#limits, this.#complain);
    if (this.#line - 1 > promised) {
      throw this.#complain(`the first line promises ${promised} operations; this is one more`);
    }
    this.#refuseDisorder(fields);
    this.#record(fields);
  }

  #record(fields: RowFields): void {
    const { stream, index, process, site, node, attempts, phase, operation, dueAt, invokedAt } = fields;
    const recorder = this.#recorder;
    const row = recorder.begin(stream, index, process, site, node, phase, operation, dueAt, invokedAt);
    for (let attempt = 1; attempt < attempts; attempt += 1) recorder.redirect(row, node);
    if (fields.completion !== null) recorder.end(row, fields.completion, fields.completedAt!);
  }

  #refuseDisorder({ process, invokedAt, completedAt, completion }: RowFields): void {
    const before = this.#busy.get(process);
    const until = completedAt ?? Number.POSITIVE_INFINITY;
    this.#busy.set(process, { until, line: this.#line, retired: completion?.type === 'info' });
    const last = this.#lastInvoked;
    this.#lastInvoked = invokedAt;
    if (invokedAt < last) {
      throw this.#complain(
        `it was invoked at ${invokedAt}, before the line above at ${last}; lines are in the order of invocation`,
        ['invokedAt'],
      );
    }
    if (before === undefined) return;
    if (before.retired) {
      throw this.#complain(
        `process ${process} goes on although the outcome of its operation in line ${before.line} is unknown; "info" retires a process, another one goes on`,
        ['process'],
      );
    }
    if (before.until <= invokedAt) return;
    throw this.#complain(
      `process ${process} invokes again while its invocation in line ${before.line} is open; a process does one thing at a time`,
      ['process'],
    );
  }

  #recorderFor(operations: number): Recorder {
    try {
      return new Recorder(operations);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw this.#complain(`a history of ${operations} operations does not fit in memory`);
    }
  }

  #parse(): unknown {
    const text = this.#text;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      throw this.#complain(
        text.trim() === '' ? 'the line is empty; every line is one operation' : 'the line is no JSON',
      );
    }
    const lossy = lossyNumber(text);
    if (lossy !== null) {
      throw this.#complainAt(
        `${shown(lossy.number)} is no number that a double holds; write it as a text, "${shown(lossy.number)}"`,
        lossy.at + 1,
      );
    }
    const twice = repeatedField(text);
    if (twice !== null) throw this.#complainAt(`"${shown(twice.name)}" is there twice`, twice.at + 1);
    return parsed;
  }

  readonly #complain: Complain = (what, path) =>
    this.#complainAt(what, path === undefined ? null : columnOf(this.#text, path));

  #complainAt(what: string, column: number | null): HistoryFileError {
    return new HistoryFileError(this.#source, this.#line, what, column);
  }
}
