import type { FaultRow } from '../result.ts';
import { csvFile } from './csv-file.ts';

/** One row per trial, fault, region and class of operations. */
export const faultsFile = csvFile<FaultRow>('faults.csv', {
  schemaVersion: 'number',
  strategy: 'text',
  trial: 'number',
  fault: 'number',
  label: 'text',
  type: 'text',
  nodes: 'text',
  region: 'text',
  operations: 'text',
  beganMs: 'number',
  effectiveMs: 'number',
  endedMs: 'number?',
  observedMs: 'number',
  asked: 'number',
  failed: 'number',
  firstErrorMs: 'number?',
  completeDowntimeMs: 'number',
  partialDowntimeMs: 'number?',
  longestGapMs: 'number',
  gapThresholdMs: 'number',
  recovered: 'boolean',
  recoveryMs: 'number?',
  latencyMsP99: 'number?',
  latencyMsMax: 'number?',
  calmLatencyMsP999: 'number?',
});
