import type { VerdictRow } from '../result.ts';
import { csvFile } from './csv-file.ts';

/** One row per trial and guarantee. */
export const verdictsFile = csvFile<VerdictRow>('verdicts.csv', {
  schemaVersion: 'number',
  strategy: 'text',
  trial: 'number',
  guarantee: 'text',
  claimed: 'boolean',
  verdict: 'text',
  violations: 'number?',
  witness: 'text',
  sentence: 'text',
});
