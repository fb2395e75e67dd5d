import { completionCode } from '../history/history.ts';
import type { TrialRecord } from '../history/trial.ts';
import { type Micros, microsPerSecond } from '../kernel/time.ts';
import { calmSpans, isWithin } from './calm.ts';
import { distributionOf } from './percentile.ts';
import {
  askedAt,
  codeOfPhase,
  isAnswered,
  isLoad,
  isOk,
  isRead,
  type LoadPhase,
  type Span,
  spanOfPhase,
} from './rows.ts';

/** A backlog that grows by less than this share of what arrives is noise. */
const toleratedGrowth = 0.05;
/** Operations in flight grow with the load itself (Little 1961); up to this many times what that explains is fine. */
const toleratedFlight = 2;

/** Per second of the span. Null where the span is empty; offered load is null in closed loops. */
export interface Throughput {
  readonly reads: number | null;
  readonly writes: number | null;
  readonly offeredReads: number | null;
  readonly offeredWrites: number | null;
}

/** Completed `ok` within the span, whenever asked; and what was due within it. */
export function measureThroughput(record: TrialRecord, phase: LoadPhase): Throughput {
  const { columns, length } = record.history;
  const span = spanOfPhase(record, phase);
  const code = codeOfPhase[phase];
  const completed = { reads: 0, writes: 0 };
  const offered = { reads: 0, writes: 0 };
  for (let row = 0; row < length; row += 1) {
    const kind = isRead(columns, row) ? 'reads' : 'writes';
    if (columns.phase[row] === code) offered[kind] += 1;
    const at = columns.completedAt[row]!;
    if (isLoad(columns, row) && isOk(columns, row) && at >= span.from && at < span.to) completed[kind] += 1;
  }
  const perSecond = (count: number) =>
    span.to > span.from ? (count * microsPerSecond) / (span.to - span.from) : null;
  return {
    reads: perSecond(completed.reads),
    writes: perSecond(completed.writes),
    offeredReads: record.openLoop ? perSecond(offered.reads) : null,
    offeredWrites: record.openLoop ? perSecond(offered.writes) : null,
  };
}

/** Whether what was offered was also worked off. */
export interface Backlog {
  /** How many more operations waited at the end of the calm time than at its start. */
  readonly growth: number;
  readonly sustained: boolean;
}

/**
 * Compares arrivals with departures in the calm parts of the measured time. Faults are left out, because a queue
 * that grows while a node is down says nothing about the load. An operation that ran out of time never departed.
 * Null in closed loops, which offer only what is worked off, and where no time was calm.
 */
export function measureBacklog(record: TrialRecord): Backlog | null {
  if (!record.openLoop) return null;
  const calm = calmSpans(record, spanOfPhase(record, 'measured'));
  const { arrived, departed } = countMovement(record, calm);
  if (arrived === 0) return null;
  const growth = arrived - departed;
  const seconds = calm.reduce((sum, span) => sum + span.to - span.from, 0) / microsPerSecond;
  const inFlight = (arrived / seconds) * (earlyLatency(record, calm) / microsPerSecond);
  const sustained = growth <= toleratedGrowth * arrived || growth <= toleratedFlight * inFlight;
  return { growth, sustained };
}

function countMovement(record: TrialRecord, calm: readonly Span[]): { arrived: number; departed: number } {
  const { columns, length } = record.history;
  let arrived = 0;
  let departed = 0;
  for (let row = 0; row < length; row += 1) {
    if (!isLoad(columns, row)) continue;
    if (isWithin(calm, askedAt(columns, row))) arrived += 1;
    const departs = isAnswered(columns, row) || columns.completion[row] === completionCode.fail;
    if (departs && isWithin(calm, columns.completedAt[row]!)) departed += 1;
  }
  return { arrived, departed };
}

/** The median latency of the first fifth of the calm time: what it was before a queue could grow. */
function earlyLatency(record: TrialRecord, calm: readonly Span[]): Micros {
  const { columns, length } = record.history;
  const first = calm[0]!.from;
  const early: Span = { from: first, to: first + (calm[calm.length - 1]!.to - first) / 5 };
  const latencies = new Float64Array(length);
  let count = 0;
  for (let row = 0; row < length; row += 1) {
    if (!isLoad(columns, row) || !isAnswered(columns, row)) continue;
    const asked = askedAt(columns, row);
    if (!isWithin([early], asked)) continue;
    latencies[count] = columns.completedAt[row]! - asked;
    count += 1;
  }
  return distributionOf(latencies.subarray(0, count))?.p50 ?? 0;
}
