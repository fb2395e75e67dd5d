/** So many mistakes of one file are told; of the others, how many there are. */
const mostTold = 20;

/** A history in a file that cannot be read: `file:line:column: what is wrong, what is allowed`, for whoever wrote the file. */
export class HistoryFileError extends Error {
  override readonly name = 'HistoryFileError';

  /** `line` and `column` are counted from 1; null where the whole file or the whole line is meant. */
  constructor(source: string, line: number | null, what: string, column: number | null = null) {
    const place = [source, line, line === null ? null : column].filter((part) => part !== null).join(':');
    super(`${place}: ${what}`);
  }
}

/** Collects the mistakes of a file, so that all of them are told at once and not one a try. */
export class Mistakes {
  readonly #source: string;
  readonly #told: string[] = [];
  #count = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get count(): number {
    return this.#count;
  }

  /** Notes what a reader complained about; whatever else was thrown is a bug of ours, and goes on. */
  note(error: unknown): void {
    if (!(error instanceof HistoryFileError)) throw error;
    this.#count += 1;
    if (this.#told.length < mostTold) this.#told.push(error.message);
  }

  /** Throws all that was noted, as one error with a line for each mistake. */
  throwIfAny(): void {
    if (this.#count === 0) return;
    const rest = this.#count - this.#told.length;
    const more =
      rest === 0 ? [] : [`${this.#source}: and ${rest} more ${rest === 1 ? 'mistake' : 'mistakes'}`];
    throw Object.assign(new HistoryFileError(this.#source, null, ''), {
      message: [...this.#told, ...more].join('\n'),
    });
  }

  /** The same with a last mistake, behind which nothing can be read. */
  throwWith(error: unknown): never {
    this.note(error);
    this.throwIfAny();
    throw error;
  }
}

/** At most this much of a user's text is shown in a message. */
const shownLength = 60;

/** A piece of a file as a message shows it: short, and with no character that a terminal would obey. */
export function shown(text: string): string {
  const cut = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return cut.replace(/[\p{Control}\p{Surrogate}\u2028\u2029]/gu, '·');
}
