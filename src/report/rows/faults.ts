import type { TrialRecord } from '../../history/trial.ts';
import { type FaultImpact, measureDowntime } from '../../metrics/downtime.ts';
import { stalenessUnderFault } from '../../metrics/fault-staleness.ts';
import type { StalenessColumns } from '../../metrics/staleness-columns.ts';
import type { FaultRow, TrialKey } from '../result.ts';
import { toMs, toShare } from '../round.ts';
import { regionName } from './region.ts';

/** For each fault, region and class of operations of which any was asked while the fault was watched. */
export function faultRows(
  record: TrialRecord,
  key: TrialKey,
  staleness: StalenessColumns,
): readonly FaultRow[] {
  const hasOneRegion = record.history.regions.length <= 1;
  return measureDowntime(record)
    .filter((impact) => !hasOneRegion || impact.site === null)
    .map((impact) => ({
      ...key,
      ...faultColumns(record, impact),
      region: regionName(record.history, impact.site),
      operations: impact.operations,
      observedMs: toMs(impact.observed.to - impact.observed.from),
      asked: impact.asked,
      failed: impact.failed,
      firstErrorMs: toMs(impact.firstError),
      completeDowntimeMs: toMs(impact.completeDowntime),
      partialDowntimeMs: toMs(impact.partialDowntime),
      longestGapMs: toMs(impact.longestGap),
      gapThresholdMs: toMs(impact.gapThreshold),
      recovered: impact.recovered,
      recoveryMs: toMs(impact.recovery),
      latencyMsP99: toMs(impact.latency?.p99),
      latencyMsMax: toMs(impact.latency?.maximum),
      calmLatencyMsP999: toMs(impact.calmLatency),
      ...stalenessColumns(record, staleness, impact),
    }));
}

function stalenessColumns(record: TrialRecord, staleness: StalenessColumns, impact: FaultImpact) {
  const measured = stalenessUnderFault(record, staleness, impact);
  const judged = measured?.judged ?? 0;
  return {
    judgedReads: measured?.judged ?? null,
    staleReads: judged > 0 ? measured!.stale : null,
    staleShare: toShare(judged > 0 ? measured!.stale / judged : null),
    firstStaleMs: toMs(measured?.first),
    firstStaleAfterEndMs: toMs(measured?.firstAfterEnd),
    lastStaleAfterEndMs: toMs(measured?.lastAfterEnd),
  };
}

/** Times count from the start of the load, as in the timeline. */
function faultColumns({ faults, history, window }: TrialRecord, impact: FaultImpact) {
  const fault = faults[impact.fault]!;
  return {
    fault: impact.fault + 1,
    label: fault.label,
    type: fault.type,
    nodes: fault.nodes.map((node) => history.nodes[node] ?? String(node)).join(' '),
    beganMs: toMs(fault.began - window.loadFrom),
    effectiveMs: toMs(fault.effective - window.loadFrom),
    endedMs: fault.ended === null ? null : toMs(fault.ended - window.loadFrom),
    settledMs: toMs(fault.membership?.took),
    movedBytes: fault.membership?.bytes ?? null,
  };
}
