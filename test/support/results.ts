import { measureTrial } from '../../src/report/measure.ts';
import type { FaultRow, SummaryRow, TrialResult, VerdictRow } from '../../src/report/result.ts';
import { tell } from './history.ts';
import { trialOf } from './trial.ts';

/** A result in which nothing was asked, with the given columns of its measured row. */
export function resultOf(
  known: Partial<SummaryRow> = {},
  parts: Partial<Pick<TrialResult, 'strategy' | 'trial'>> & {
    readonly faults?: readonly Partial<FaultRow>[];
    readonly verdicts?: readonly Partial<VerdictRow>[];
  } = {},
): TrialResult {
  const label = parts.strategy ?? 'gossip';
  const trial = parts.trial ?? 1;
  const blank = measureTrial(trialOf(tell([]), { label, trial, openLoop: true }), []);
  const key = { schemaVersion: blank.schemaVersion, strategy: label, trial };
  return {
    ...blank,
    summary: blank.summary.map((row) => ({ ...row, ...known })),
    faults: (parts.faults ?? []).map((fault) => ({ ...blankFault, ...key, ...fault })),
    verdicts: (parts.verdicts ?? []).map((verdict) => ({ ...blankVerdict, ...key, ...verdict })),
  };
}

/** A trial in which all went well. */
export const well: Partial<SummaryRow> = {
  phaseSeconds: 10,
  askedReads: 5_000,
  askedWrites: 5_000,
  okReads: 5_000,
  okWrites: 5_000,
  readThroughputPerSecond: 500,
  writeThroughputPerSecond: 500,
  yield: 1,
  readYield: 1,
  writeYield: 1,
  readLatencyMsP50: 1.234,
  readLatencyMsP99: 12.34,
  writeLatencyMsP50: 123.4,
  writeLatencyMsP99: 1234.5,
  judgedReads: 5_000,
  staleReads: 0,
  staleShare: 0,
  stalenessMsP99: 0,
  stalenessMsMax: 0,
};

const blankFault: FaultRow = {
  schemaVersion: 1,
  strategy: '',
  trial: 1,
  fault: 1,
  label: 'crash of america-1',
  type: 'crash',
  nodes: 'america-1',
  region: 'all',
  operations: 'all',
  beganMs: 4_000,
  effectiveMs: 4_004,
  endedMs: 7_000,
  settledMs: null,
  movedBytes: null,
  observedMs: 6_000,
  asked: 1_000,
  failed: 0,
  firstErrorMs: null,
  completeDowntimeMs: 0,
  partialDowntimeMs: 0,
  longestGapMs: 20,
  gapThresholdMs: 100,
  recovered: true,
  recoveryMs: null,
  latencyMsP99: 12,
  latencyMsMax: 15,
  calmLatencyMsP999: 14,
  judgedReads: 500,
  staleReads: 0,
  staleShare: 0,
  firstStaleMs: null,
  firstStaleAfterEndMs: null,
  lastStaleAfterEndMs: null,
};

const blankVerdict: VerdictRow = {
  schemaVersion: 1,
  strategy: '',
  trial: 1,
  guarantee: 'linearizable',
  claimed: true,
  verdict: 'holds',
  violations: null,
  witness: '',
  sentence: '',
};
