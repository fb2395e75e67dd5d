import { isUtf8 } from 'node:buffer';
import { HistoryFileError } from './file-error.ts';

/** A line of a history is one operation: one that is longer than this is something else, and is not collected in memory. */
export const longestLine = 1 << 24;

/** Two different texts of such bytes would be read as one. */
export const notText = 'there are bytes that are no text; a history is UTF-8';

const newline = 0x0a;
const carriageReturn = 0x0d;

/** Parts bytes that come in chunks into lines; nothing but the line under way is kept. */
export class Lines {
  readonly #source: string;
  readonly #each: (text: string, line: number) => void;
  #begun: Buffer[] = [];
  #begunLength = 0;
  #line = 0;

  constructor(source: string, each: (text: string, line: number) => void) {
    this.#source = source;
    this.#each = each;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let to = chunk.indexOf(newline); to >= 0; to = chunk.indexOf(newline, from)) {
      if (this.#begunLength > 0) this.#give(this.#begunWith(chunk.subarray(from, to)));
      else this.#give(chunk, from, to);
      from = to + 1;
    }
    if (from < chunk.length) this.#begin(chunk.subarray(from));
  }

  /** The last line may lack its end. */
  end(): void {
    if (this.#begunLength > 0) this.#give(this.#begunWith(Buffer.alloc(0)));
  }

  #give(bytes: Buffer, from = 0, to = bytes.length): void {
    this.#line += 1;
    if (to - from > longestLine) throw this.#tooLong(this.#line);
    const end = to > from && bytes[to - 1] === carriageReturn ? to - 1 : to;
    const text = bytes.toString('utf8', from, end);
    // What stands for bytes that are no text may also be a character of the text.
    if (text.includes('\ufffd') && !isUtf8(bytes.subarray(from, end))) {
      throw new HistoryFileError(this.#source, this.#line, notText);
    }
    this.#each(text, this.#line);
  }

  #begin(bytes: Buffer): void {
    this.#begun.push(bytes);
    this.#begunLength += bytes.length;
    if (this.#begunLength > longestLine) throw this.#tooLong(this.#line + 1);
  }

  #begunWith(last: Buffer): Buffer {
    const whole = Buffer.concat([...this.#begun, last]);
    this.#begun = [];
    this.#begunLength = 0;
    return whole;
  }

  #tooLong(line: number): HistoryFileError {
    return new HistoryFileError(
      this.#source,
      line,
      `the line is longer than ${longestLine / 2 ** 20} MiB; a line holds one operation`,
    );
  }
}
