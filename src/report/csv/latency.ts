import type { LatencyRow } from '../result.ts';
import { csvFile } from './csv-file.ts';

/** One row per trial, region, class of operations and way of counting. */
export const latencyFile = csvFile<LatencyRow>('latency.csv', {
  schemaVersion: 'number',
  strategy: 'text',
  trial: 'number',
  region: 'text',
  operations: 'text',
  counted: 'text',
  answered: 'number',
  unanswered: 'number',
  latencyMsMin: 'number?',
  latencyMsMean: 'number?',
  latencyMsP50: 'number?',
  latencyMsP90: 'number?',
  latencyMsP99: 'number?',
  latencyMsP999: 'number?',
  latencyMsP9999: 'number?',
  latencyMsMax: 'number?',
});
