import type { Plain } from '../kernel/operation.ts';

/** Functions and values as somebody else's recorder wrote them: a model gives them their meaning. */
export interface RecordedCall {
  /** A client that does one thing at a time; `info` ends it. */
  readonly process: string;
  /** The name of the function, as the file has it: `read`, `write`, `cas`, `append`. */
  readonly function: string;
  /** The object that is asked, where the file names one (a key of a map); null where there is one object only. */
  readonly key: string | null;
  readonly input: Plain;
  /** What was answered; undefined where nothing was. */
  readonly output: Plain;
  /** `info` and calls that never completed may take effect at any later time, or never; `fail` certainly never did. */
  readonly outcome: 'ok' | 'fail' | 'info';
  /** Times where the file has them, else the order of the lines: only comparisons count, and equal times overlap. */
  readonly invokedAt: number;
  /** Infinity where no answer came. */
  readonly completedAt: number;
  /** The line of the invocation, from 1. */
  readonly line: number;
}

/** A history that a file held, in the order of invocation. */
export interface RecordedHistory {
  /** The name of the file, for messages. */
  readonly source: string;
  readonly calls: readonly RecordedCall[];
  /** Whether the file had times, in nanoseconds as Jepsen counts them; else times are the order of the lines. */
  readonly timed: boolean;
}
