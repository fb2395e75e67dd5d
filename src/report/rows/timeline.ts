import type { TrialRecord } from '../../history/trial.ts';
import { yieldOf } from '../../metrics/availability.ts';
import type { StalenessColumns } from '../../metrics/staleness-columns.ts';
import { type TimelineWindow, timelineOf } from '../../metrics/timeline.ts';
import type { TimelineRow, TrialKey } from '../result.ts';
import { toMs, toRate, toShare } from '../round.ts';
import { regionName } from './region.ts';

export function timelineRows(
  record: TrialRecord,
  key: TrialKey,
  staleness: StalenessColumns,
): readonly TimelineRow[] {
  const { window, windows } = timelineOf(record, staleness);
  return windows.map((measured) => ({
    ...key,
    region: regionName(record.history, measured.site),
    fromMs: toMs(measured.from),
    windowMs: toMs(window),
    ...windowColumns(measured, record.openLoop),
  }));
}

function windowColumns(measured: TimelineWindow, openLoop: boolean) {
  const { tally, staleness } = measured;
  return {
    offered: openLoop ? tally.asked : null,
    okReads: measured.okReads,
    okWrites: measured.okWrites,
    refused: tally.refused,
    failed: tally.failed,
    info: tally.info,
    yield: toShare(yieldOf(tally, openLoop)),
    completedReads: measured.completedReads,
    completedWrites: measured.completedWrites,
    readLatencyMsP50: toMs(measured.readLatency?.p50),
    readLatencyMsP99: toMs(measured.readLatency?.p99),
    writeLatencyMsP50: toMs(measured.writeLatency?.p50),
    writeLatencyMsP99: toMs(measured.writeLatency?.p99),
    judgedReads: staleness.judged,
    staleReads: staleness.judged > 0 ? staleness.stale : null,
    staleShare: toShare(staleness.judged > 0 ? staleness.stale / staleness.judged : null),
    stalenessMsP99: toMs(staleness.ageP99),
    stalenessMsMax: toMs(staleness.ageMaximum),
    missedIncrementsMax: toRate(staleness.incrementsMaximum),
  };
}
