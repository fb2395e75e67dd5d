import type { LatenessRecord, TrialRecord } from '../../history/trial.ts';
import { audit } from '../../metrics/audit.ts';
import {
  answeredRows,
  longestGap,
  successTimes,
  type Tally,
  tally,
  yieldOf,
} from '../../metrics/availability.ts';
import { sumDifference } from '../../metrics/conservation.ts';
import { measureConvergence } from '../../metrics/convergence.ts';
import { measureCost } from '../../metrics/cost.ts';
import type { KeyView } from '../../metrics/keys.ts';
import { measureLatency } from '../../metrics/latency.ts';
import type { Distribution } from '../../metrics/percentile.ts';
import { codeOfPhase, groupRows, type LoadPhase, loadPhases, spanOfPhase } from '../../metrics/rows.ts';
import { summariseStaleness } from '../../metrics/staleness.ts';
import type { StalenessColumns } from '../../metrics/staleness-columns.ts';
import { measureBacklog, measureThroughput } from '../../metrics/throughput.ts';
import type { SummaryRow, TrialKey } from '../result.ts';
import { toMs, toRate, toSeconds, toShare } from '../round.ts';

/** One row for `measured`, and one for each other phase in which anything was asked. */
export function summaryRows(
  record: TrialRecord,
  key: TrialKey,
  staleness: StalenessColumns,
  views: readonly KeyView[],
): readonly SummaryRow[] {
  const { columns, length } = record.history;
  const answered = answeredRows(record.history);
  const phases = loadPhases.filter(
    (phase) => phase === 'measured' || columns.phase.subarray(0, length).includes(codeOfPhase[phase]),
  );
  return phases.map((phase) => ({
    ...key,
    phase,
    implementation: record.strategy,
    family: record.family,
    seed: record.seed,
    loop: record.openLoop ? 'open' : 'closed',
    partial: record.partial,
    broken: record.broken !== null,
    brokenBy: record.broken?.split('\n')[0]?.trim() ?? '',
    ...loadColumns(record, phase),
    ...answerColumns(record, phase, answered),
    ...latencyColumns(record, phase),
    ...stalenessColumns(record, phase, staleness),
    ...(phase === 'measured' ? wholeTrialColumns(record, views) : notInThisPhase),
  }));
}

function loadColumns(record: TrialRecord, phase: LoadPhase) {
  const span = spanOfPhase(record, phase);
  const throughput = measureThroughput(record, phase);
  const backlog = phase === 'measured' ? measureBacklog(record) : null;
  return {
    phaseSeconds: toSeconds(Math.max(0, span.to - span.from)),
    offeredReadsPerSecond: toRate(throughput.offeredReads),
    offeredWritesPerSecond: toRate(throughput.offeredWrites),
    readThroughputPerSecond: toRate(throughput.reads),
    writeThroughputPerSecond: toRate(throughput.writes),
    sustained: backlog?.sustained ?? null,
    backlogGrowth: backlog?.growth ?? null,
  };
}

function answerColumns(record: TrialRecord, phase: LoadPhase, answered: Uint32Array) {
  const reads = tally(record, phase, 'read');
  const writes = tally(record, phase, 'write');
  const all: Tally = {
    asked: reads.asked + writes.asked,
    ok: reads.ok + writes.ok,
    refused: reads.refused + writes.refused,
    failed: reads.failed + writes.failed,
    info: reads.info + writes.info,
  };
  const successes = successTimes(record.history, answered, null, 'all');
  const gap = all.asked === 0 ? null : longestGap(successes, spanOfPhase(record, phase));
  return {
    askedReads: reads.asked,
    askedWrites: writes.asked,
    okReads: reads.ok,
    okWrites: writes.ok,
    refused: all.refused,
    failedReads: reads.failed,
    failedWrites: writes.failed,
    infoReads: reads.info,
    infoWrites: writes.info,
    yield: toShare(yieldOf(all, record.openLoop)),
    readYield: toShare(yieldOf(reads, record.openLoop)),
    writeYield: toShare(yieldOf(writes, record.openLoop)),
    longestGapMs: toMs(gap),
  };
}

function latencyColumns(record: TrialRecord, phase: LoadPhase) {
  const read = latencyOf(measureLatency(record, { phase, operations: 'read', site: null }).latency);
  const write = latencyOf(measureLatency(record, { phase, operations: 'write', site: null }).latency);
  return {
    readLatencyMsP50: read.p50,
    readLatencyMsP90: read.p90,
    readLatencyMsP99: read.p99,
    readLatencyMsP999: read.p999,
    readLatencyMsMax: read.maximum,
    writeLatencyMsP50: write.p50,
    writeLatencyMsP90: write.p90,
    writeLatencyMsP99: write.p99,
    writeLatencyMsP999: write.p999,
    writeLatencyMsMax: write.maximum,
  };
}

function latencyOf(distribution: Distribution | null) {
  return {
    p50: toMs(distribution?.p50),
    p90: toMs(distribution?.p90),
    p99: toMs(distribution?.p99),
    p999: toMs(distribution?.p999),
    maximum: toMs(distribution?.maximum),
  };
}

function stalenessColumns(record: TrialRecord, phase: LoadPhase, staleness: StalenessColumns) {
  const { columns } = record.history;
  const { rows } = groupRows(record.history, 1, (row) =>
    columns.phase[row] === codeOfPhase[phase] ? 0 : -1,
  );
  const measured = summariseStaleness(staleness, rows);
  return {
    judgedReads: measured.judged,
    staleReads: measured.judged > 0 ? measured.stale : null,
    staleShare: toShare(measured.judged > 0 ? measured.stale / measured.judged : null),
    stalenessMsP50: toMs(measured.age?.p50),
    stalenessMsP99: toMs(measured.age?.p99),
    stalenessMsMax: toMs(measured.age?.maximum),
    missedVersionsP99: measured.versions?.p99 ?? null,
    missedVersionsMax: measured.versions?.maximum ?? null,
    missedIncrementsP99: toRate(measured.increments?.p99),
    missedIncrementsMax: toRate(measured.increments?.maximum),
    behindIncrementsMax: toRate(measured.behind?.maximum),
    harvest: toShare(measured.harvest),
  };
}

function wholeTrialColumns(record: TrialRecord, views: readonly KeyView[]) {
  const audited = audit(record.history, views);
  const convergence = measureConvergence(record);
  const cost = measureCost(record);
  return {
    ...audited,
    acknowledgedIncrements: toRate(audited.acknowledgedIncrements),
    lostIncrements: toRate(audited.lostIncrements),
    surplusIncrements: toRate(audited.surplusIncrements),
    unexplainedAmount: toRate(audited.unexplainedAmount),
    sumDifference: toRate(sumDifference(record.history, views)),
    converged: convergence.agreed,
    convergenceMs: toMs(convergence.took),
    convergenceAllowedMs: toMs(convergence.allowed),
    messagesPerOperation: toRate(cost?.messages),
    bytesPerOperation: toRate(cost?.bytes),
    crossRegionMessagesPerOperation: toRate(cost?.crossRegionMessages),
    crossRegionBytesPerOperation: toRate(cost?.crossRegionBytes),
    ...latenessColumns(record.generatorLateness, record.deliveryLateness),
  };
}

function latenessColumns(generator: LatenessRecord | null, delivery: LatenessRecord | null) {
  return {
    generatorLatenessMsP50: toMs(generator?.p50),
    generatorLatenessMsP99: toMs(generator?.p99),
    generatorLatenessMsMax: toMs(generator?.maximum),
    deliveryLatenessMsP50: toMs(delivery?.p50),
    deliveryLatenessMsP99: toMs(delivery?.p99),
    deliveryLatenessMsMax: toMs(delivery?.maximum),
  };
}

type WholeTrialColumns = ReturnType<typeof wholeTrialColumns>;

const notInThisPhase: { readonly [K in keyof WholeTrialColumns]: null } = {
  acknowledgedIncrements: null,
  lostIncrements: null,
  surplusIncrements: null,
  unexplainedKeys: null,
  unexplainedAmount: null,
  acknowledgedWrites: null,
  lostWrites: null,
  overwrittenWrites: null,
  resurrectedWrites: null,
  forkedCas: null,
  phantomReads: null,
  sumDifference: null,
  converged: null,
  convergenceMs: null,
  convergenceAllowedMs: null,
  messagesPerOperation: null,
  bytesPerOperation: null,
  crossRegionMessagesPerOperation: null,
  crossRegionBytesPerOperation: null,
  generatorLatenessMsP50: null,
  generatorLatenessMsP99: null,
  generatorLatenessMsMax: null,
  deliveryLatenessMsP50: null,
  deliveryLatenessMsP99: null,
  deliveryLatenessMsMax: null,
};
