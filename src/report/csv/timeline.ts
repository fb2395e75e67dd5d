import type { TimelineRow } from '../result.ts';
import { csvFile } from './csv-file.ts';

/** One row per trial, region and window of time. */
export const timelineFile = csvFile<TimelineRow>('timeline.csv', {
  schemaVersion: 'number',
  strategy: 'text',
  trial: 'number',
  region: 'text',
  fromMs: 'number',
  windowMs: 'number',
  offered: 'number?',
  okReads: 'number',
  okWrites: 'number',
  refused: 'number',
  failed: 'number',
  info: 'number',
  yield: 'number?',
  completedReads: 'number',
  completedWrites: 'number',
  readLatencyMsP50: 'number?',
  readLatencyMsP99: 'number?',
  writeLatencyMsP50: 'number?',
  writeLatencyMsP99: 'number?',
  judgedReads: 'number',
  staleReads: 'number?',
  staleShare: 'number?',
  stalenessMsP99: 'number?',
  stalenessMsMax: 'number?',
  missedIncrementsMax: 'number?',
});
