/** A history in a file that cannot be read: `file:line: what is wrong, what is allowed`, for whoever wrote the file. */
export class HistoryFileError extends Error {
  override readonly name = 'HistoryFileError';

  /** `line` is counted from 1; null where the whole file is meant. */
  constructor(source: string, line: number | null, what: string) {
    super(line === null ? `${source}: ${what}` : `${source}:${line}: ${what}`);
  }
}

/** At most this much of a user's text is shown in a message. */
const shownLength = 60;

/** A piece of a file as a message shows it: short, and with no character that a terminal would obey. */
export function shown(text: string): string {
  const cut = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return cut.replace(/[\p{Control}\p{Surrogate}\u2028\u2029]/gu, '·');
}
