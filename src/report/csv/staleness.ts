import type { StalenessRow } from '../result.ts';
import { csvFile } from './csv-file.ts';

/** One row per trial and region. */
export const stalenessFile = csvFile<StalenessRow>('staleness.csv', {
  schemaVersion: 'number',
  strategy: 'text',
  trial: 'number',
  region: 'text',
  okReads: 'number',
  judgedReads: 'number',
  staleReads: 'number?',
  staleShare: 'number?',
  stalenessMsP50: 'number?',
  stalenessMsP90: 'number?',
  stalenessMsP99: 'number?',
  stalenessMsP999: 'number?',
  stalenessMsMax: 'number?',
  stalenessOfStaleMsP50: 'number?',
  missedVersionsP50: 'number?',
  missedVersionsP99: 'number?',
  missedVersionsMax: 'number?',
  missedIncrementsP50: 'number?',
  missedIncrementsP99: 'number?',
  missedIncrementsMax: 'number?',
  behindIncrementsP50: 'number?',
  behindIncrementsP99: 'number?',
  behindIncrementsMax: 'number?',
  harvest: 'number?',
  tVisibilityMsP99: 'number?',
  tVisibilityMsP999: 'number?',
});
