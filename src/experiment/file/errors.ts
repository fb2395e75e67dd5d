/** One mistake in a workload file or in what the command line asks of it. */
export interface Problem {
  /** The file, or the option (`--nodes`). */
  readonly file: string;
  /** From 1; null where a whole file or an option is meant. */
  readonly line: number | null;
  readonly column: number | null;
  /** What is wrong, and what is allowed. */
  readonly message: string;
}

/** Every mistake of an experiment at once; the message has a line for each. */
export class SpecError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(lineOf).join('\n'));
    this.name = 'SpecError';
    this.problems = problems;
  }
}

/** A problem as one line that editors and terminals can follow to its place. */
export function lineOf({ file, line, column, message }: Problem): string {
  return line === null ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}
