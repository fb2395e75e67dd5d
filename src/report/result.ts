import type { OperationClass } from '../metrics/rows.ts';

/**
 * Raised whenever the meaning of a column in any results file changes; a reader refuses what it does not know.
 * Column names are field names in snake case, their units last. `null` means "not measured" and is an empty cell.
 * `docs/metrics.md` has a sentence and a formula for each.
 */
export const resultSchemaVersion = 1;

/** What every row of every file starts with. */
export interface TrialKey {
  readonly schemaVersion: number;
  /** The strategy's label. */
  readonly strategy: string;
  /** From 1. */
  readonly trial: number;
}

/** One phase of one trial: `summary.csv`. What concerns the whole trial stands in the row of `measured`. */
export interface SummaryRow extends TrialKey {
  readonly phase: string;
  readonly implementation: string;
  readonly family: string;
  readonly seed: string;
  readonly loop: string;
  readonly partial: boolean;
  readonly broken: boolean;
  /** The first line of what broke it; empty where nothing did. */
  readonly brokenBy: string;
  readonly phaseSeconds: number;
  readonly offeredReadsPerSecond: number | null;
  readonly offeredWritesPerSecond: number | null;
  readonly readThroughputPerSecond: number | null;
  readonly writeThroughputPerSecond: number | null;
  readonly sustained: boolean | null;
  readonly backlogGrowth: number | null;
  readonly askedReads: number;
  readonly askedWrites: number;
  readonly okReads: number;
  readonly okWrites: number;
  readonly refused: number;
  readonly failedReads: number;
  readonly failedWrites: number;
  readonly infoReads: number;
  readonly infoWrites: number;
  readonly yield: number | null;
  readonly readYield: number | null;
  readonly writeYield: number | null;
  readonly longestGapMs: number | null;
  readonly readLatencyMsP50: number | null;
  readonly readLatencyMsP90: number | null;
  readonly readLatencyMsP99: number | null;
  readonly readLatencyMsP999: number | null;
  readonly readLatencyMsMax: number | null;
  readonly writeLatencyMsP50: number | null;
  readonly writeLatencyMsP90: number | null;
  readonly writeLatencyMsP99: number | null;
  readonly writeLatencyMsP999: number | null;
  readonly writeLatencyMsMax: number | null;
  readonly judgedReads: number;
  readonly staleReads: number | null;
  readonly staleShare: number | null;
  readonly stalenessMsP50: number | null;
  readonly stalenessMsP99: number | null;
  readonly stalenessMsMax: number | null;
  readonly missedVersionsP99: number | null;
  readonly missedVersionsMax: number | null;
  readonly missedIncrementsP99: number | null;
  readonly missedIncrementsMax: number | null;
  readonly behindIncrementsMax: number | null;
  readonly harvest: number | null;
  readonly acknowledgedIncrements: number | null;
  readonly lostIncrements: number | null;
  readonly surplusIncrements: number | null;
  readonly unexplainedKeys: number | null;
  readonly unexplainedAmount: number | null;
  readonly acknowledgedWrites: number | null;
  readonly lostWrites: number | null;
  readonly overwrittenWrites: number | null;
  readonly resurrectedWrites: number | null;
  readonly forkedCas: number | null;
  readonly phantomReads: number | null;
  readonly sumDifference: number | null;
  readonly converged: boolean | null;
  readonly convergenceMs: number | null;
  readonly convergenceAllowedMs: number | null;
  readonly messagesPerOperation: number | null;
  readonly bytesPerOperation: number | null;
  readonly crossRegionMessagesPerOperation: number | null;
  readonly crossRegionBytesPerOperation: number | null;
  readonly generatorLatenessMsP50: number | null;
  readonly generatorLatenessMsP99: number | null;
  readonly generatorLatenessMsMax: number | null;
  readonly deliveryLatenessMsP50: number | null;
  readonly deliveryLatenessMsP99: number | null;
  readonly deliveryLatenessMsMax: number | null;
}

/** One window of time: `timeline.csv`. */
export interface TimelineRow extends TrialKey {
  readonly region: string;
  readonly fromMs: number;
  readonly windowMs: number;
  readonly offered: number | null;
  readonly okReads: number;
  readonly okWrites: number;
  readonly refused: number;
  readonly failed: number;
  readonly info: number;
  readonly yield: number | null;
  readonly completedReads: number;
  readonly completedWrites: number;
  readonly readLatencyMsP50: number | null;
  readonly readLatencyMsP99: number | null;
  readonly writeLatencyMsP50: number | null;
  readonly writeLatencyMsP99: number | null;
  readonly judgedReads: number;
  readonly staleReads: number | null;
  readonly staleShare: number | null;
  readonly stalenessMsP99: number | null;
  readonly stalenessMsMax: number | null;
  readonly missedIncrementsMax: number | null;
}

/** The latency of one class of operations in one region: `latency.csv`. */
export interface LatencyRow extends TrialKey {
  readonly region: string;
  readonly operations: OperationClass;
  /** `latency` counts from when it was due, `service` from invocation. */
  readonly counted: string;
  readonly answered: number;
  readonly unanswered: number;
  readonly latencyMsMin: number | null;
  readonly latencyMsMean: number | null;
  readonly latencyMsP50: number | null;
  readonly latencyMsP90: number | null;
  readonly latencyMsP99: number | null;
  readonly latencyMsP999: number | null;
  readonly latencyMsP9999: number | null;
  readonly latencyMsMax: number | null;
}

/** The staleness of the reads of one region: `staleness.csv`. */
export interface StalenessRow extends TrialKey {
  readonly region: string;
  readonly okReads: number;
  readonly judgedReads: number;
  readonly staleReads: number | null;
  readonly staleShare: number | null;
  readonly stalenessMsP50: number | null;
  readonly stalenessMsP90: number | null;
  readonly stalenessMsP99: number | null;
  readonly stalenessMsP999: number | null;
  readonly stalenessMsMax: number | null;
  readonly stalenessOfStaleMsP50: number | null;
  readonly missedVersionsP50: number | null;
  readonly missedVersionsP99: number | null;
  readonly missedVersionsMax: number | null;
  readonly missedIncrementsP50: number | null;
  readonly missedIncrementsP99: number | null;
  readonly missedIncrementsMax: number | null;
  readonly behindIncrementsP50: number | null;
  readonly behindIncrementsP99: number | null;
  readonly behindIncrementsMax: number | null;
  readonly harvest: number | null;
  readonly tVisibilityMsP99: number | null;
  readonly tVisibilityMsP999: number | null;
  /** By the commits that replicas noted. */
  readonly exactReads: number | null;
  readonly exactStaleReads: number | null;
  readonly exactStalenessMsP99: number | null;
  readonly exactStalenessMsMax: number | null;
  readonly exactMissedVersionsP99: number | null;
  readonly exactMissedVersionsMax: number | null;
}

/** A stretch of time after a write, and how many reads that began in it saw the write: `visibility.csv`. */
export interface VisibilityRow extends TrialKey {
  readonly region: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly reads: number;
  readonly visibleReads: number;
  readonly visibleShare: number;
  /** The ends of the 95 % confidence interval. */
  readonly visibleShareLow: number;
  readonly visibleShareHigh: number;
}

/** By how much times must be shifted until registers look atomic: `atomicity.csv`. */
export interface AtomicityRow extends TrialKey {
  /** `delta` or `gamma`. */
  readonly measure: string;
  readonly shiftMs: number;
  readonly registers: number;
  readonly atomicRegisters: number;
  readonly registerShiftMsP50: number;
  readonly registerShiftMsP90: number;
  readonly registerShiftMsP99: number;
  readonly clusters: number;
  readonly atomicClusters: number;
  readonly clusterShiftMsP50: number;
  readonly clusterShiftMsP90: number;
  readonly clusterShiftMsP99: number;
  readonly clusterShiftMsP999: number;
  readonly inexplicableReads: number;
}

/** What the clients of one region saw of one fault: `faults.csv`. */
export interface FaultRow extends TrialKey {
  readonly fault: number;
  readonly label: string;
  readonly type: string;
  readonly nodes: string;
  readonly region: string;
  readonly operations: OperationClass;
  readonly beganMs: number;
  readonly effectiveMs: number;
  readonly endedMs: number | null;
  readonly settledMs: number | null;
  readonly movedBytes: number | null;
  readonly observedMs: number;
  readonly asked: number;
  readonly failed: number;
  readonly firstErrorMs: number | null;
  readonly completeDowntimeMs: number;
  readonly partialDowntimeMs: number | null;
  readonly longestGapMs: number;
  readonly gapThresholdMs: number;
  readonly recovered: boolean;
  readonly recoveryMs: number | null;
  readonly latencyMsP99: number | null;
  readonly latencyMsMax: number | null;
  readonly calmLatencyMsP999: number | null;
  readonly judgedReads: number | null;
  readonly staleReads: number | null;
  readonly staleShare: number | null;
  readonly firstStaleMs: number | null;
  readonly firstStaleAfterEndMs: number | null;
  readonly lastStaleAfterEndMs: number | null;
}

/** One promise and what the checker found: `verdicts.csv`. */
export interface VerdictRow extends TrialKey {
  readonly guarantee: string;
  readonly claimed: boolean;
  readonly verdict: 'holds' | 'violated' | 'unknown';
  readonly violations: number | null;
  readonly witness: string;
  readonly sentence: string;
}

/** All rows of one trial. Plain data: it passes through JSON unchanged. */
export interface TrialResult extends TrialKey {
  readonly summary: readonly SummaryRow[];
  readonly timeline: readonly TimelineRow[];
  readonly latency: readonly LatencyRow[];
  readonly staleness: readonly StalenessRow[];
  readonly visibility: readonly VisibilityRow[];
  readonly atomicity: readonly AtomicityRow[];
  readonly faults: readonly FaultRow[];
  readonly verdicts: readonly VerdictRow[];
}

/** The row that stands for the trial as a whole. */
export function measuredRow(result: TrialResult): SummaryRow | undefined {
  return result.summary.find((row) => row.phase === 'measured');
}
