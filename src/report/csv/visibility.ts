import type { VisibilityRow } from '../result.ts';
import { csvFile } from './csv-file.ts';

/** One row per trial, region and stretch of time in which any read began. */
export const visibilityFile = csvFile<VisibilityRow>('visibility.csv', {
  schemaVersion: 'number',
  strategy: 'text',
  trial: 'number',
  region: 'text',
  fromMs: 'number',
  toMs: 'number',
  reads: 'number',
  visibleReads: 'number',
  visibleShare: 'number',
  visibleShareLow: 'number',
  visibleShareHigh: 'number',
});
