import { SpecError } from '../experiment/file/errors.ts';
import { WorkloadNotFoundError } from '../experiment/file/find.ts';
import { ExperimentRefusedError } from '../experiment/run.ts';
import { ResumeError } from '../experiment/session.ts';
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
];

/** Prints an error as its kind deserves, and returns the exit code that goes with it. */
export function complain(error: unknown): number {
  if (error instanceof Error && usersMistakes.some((kind) => error instanceof kind)) {
    process.stderr.write(`${error.message}\n`);
    return exitCode.usage;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`This is a bug in pacelc; please report it with these lines:\n${stack}\n`);
  return exitCode.internal;
}
