import { type ComparisonRow, summarise } from './comparison.ts';
import { resultSchemaVersion, type TrialResult } from './result.ts';

/** A whole run as one document. */
export interface JsonReport {
  readonly schemaVersion: number;
  readonly comparison: readonly ComparisonRow[];
  readonly findings: readonly string[];
  readonly trials: readonly TrialResult[];
}

/** The document and the same as text, its numbers as in the CSV files, `null` where nothing was measured. */
export function toJson(results: readonly TrialResult[], findings: readonly string[]): string {
  const report: JsonReport = {
    schemaVersion: resultSchemaVersion,
    comparison: summarise(results),
    findings,
    trials: results,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
