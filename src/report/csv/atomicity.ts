import type { AtomicityRow } from '../result.ts';
import { csvFile } from './csv-file.ts';

/** One row per trial and way of shifting, where any register could be judged. */
export const atomicityFile = csvFile<AtomicityRow>('atomicity.csv', {
  schemaVersion: 'number',
  strategy: 'text',
  trial: 'number',
  measure: 'text',
  shiftMs: 'number',
  registers: 'number',
  atomicRegisters: 'number',
  registerShiftMsP50: 'number',
  registerShiftMsP90: 'number',
  registerShiftMsP99: 'number',
  clusters: 'number',
  atomicClusters: 'number',
  clusterShiftMsP50: 'number',
  clusterShiftMsP90: 'number',
  clusterShiftMsP99: 'number',
  clusterShiftMsP999: 'number',
  inexplicableReads: 'number',
});
