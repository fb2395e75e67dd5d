import { SpecError } from '../experiment/file/errors.ts';
import { WorkloadNotFoundError } from '../experiment/file/find.ts';
import { ResumeError } from '../experiment/manifest.ts';
import { ExperimentRefusedError } from '../experiment/run.ts';
import { HistoryFileError } from '../history/codecs/file-error.ts';
import { HuntStuckError } from '../hunting/hunt.ts';
import { ResultsUnreadableError } from '../report/csv/csv-file.ts';
import { CsvSyntaxError } from '../report/csv/parse.ts';
import { ResultsUnwritableError } from '../report/disk.ts';
import { exitCode } from './exit-codes.ts';

/** A user's mistake, said in one clear line or a few; never with a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What the user can mend; everything else that is thrown is a bug of ours. */
const usersMistakes = [
  UsageError,
  SpecError,
  WorkloadNotFoundError,
  ExperimentRefusedError,
  ResumeError,
  ResultsUnwritableError,
  ResultsUnreadableError,
  CsvSyntaxError,
  HistoryFileError,
  HuntStuckError,
];

/** What goes wrong, in words for a person, and the exit code that goes with it. */
export interface Complaint {
  readonly words: string;
  readonly code: number;
}

/** What to say of an error, as its kind deserves. */
export function complaintOf(error: unknown): Complaint {
  if (error instanceof Error && usersMistakes.some((kind) => error instanceof kind)) {
    return { words: error.message, code: exitCode.usage };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    words: `This is a bug in pacelc; please report it with these lines:\n${stack}`,
    code: exitCode.internal,
  };
}

/** Says it on stderr; where stdout is to hold JSON alone, it also gets a document that tells of the error. */
export function complain({ words, code }: Complaint, json: boolean): void {
  process.stderr.write(`${words}\n`);
  if (json)
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, exitCode: code, error: words }, null, 2)}\n`);
}
