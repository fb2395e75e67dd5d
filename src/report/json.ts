import { type ComparisonRow, summarise } from './comparison.ts';
import { resultSchemaVersion, type TrialResult } from './result.ts';

/** What a program needs to know of a run besides its numbers. */
export interface RunFacts {
  /** It was interrupted before its last trial had ended. */
  readonly partial: boolean;
  /** Where its files are. */
  readonly folder: string;
  /** The command line that asks the same again. */
  readonly repeat: string;
  /** What running each trial twice has shown, where that was asked for. */
  readonly determinism?: readonly unknown[];
}

/** A whole run as one document. */
export interface JsonReport extends Partial<RunFacts> {
  readonly schemaVersion: number;
  readonly comparison: readonly ComparisonRow[];
  readonly findings: readonly string[];
  readonly trials: readonly TrialResult[];
}

/** The document and the same as text, its numbers as in the CSV files, `null` where nothing was measured. */
export function toJson(
  results: readonly TrialResult[],
  findings: readonly string[],
  facts?: RunFacts,
): string {
  const report: JsonReport = {
    schemaVersion: resultSchemaVersion,
    ...facts,
    comparison: summarise(results),
    findings,
    trials: results,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
