import type { TrialRecord } from '../../history/trial.ts';
import { type ExactStaleness, summariseExactly } from '../../metrics/exact-staleness.ts';
import { type Staleness, summariseStaleness } from '../../metrics/staleness.ts';
import type { StalenessColumns } from '../../metrics/staleness-columns.ts';
import { measureVisibility } from '../../metrics/visibility.ts';
import type { StalenessRow, TrialKey } from '../result.ts';
import { toMs, toRate, toShare } from '../round.ts';
import { measuredReadsBySite } from './measured-reads.ts';
import { regionName } from './region.ts';

/** For each region in which a read of the measured phase was answered. */
export function stalenessRows(
  record: TrialRecord,
  key: TrialKey,
  staleness: StalenessColumns,
  exact: ExactStaleness,
): readonly StalenessRow[] {
  return measuredReadsBySite(record.history).map(({ site, reads }) => {
    const { at99, at999 } = measureVisibility(staleness, reads);
    return {
      ...key,
      region: regionName(record.history, site),
      okReads: reads.length,
      ...measuresOf(summariseStaleness(staleness, reads)),
      tVisibilityMsP99: toMs(at99),
      tVisibilityMsP999: toMs(at999),
      ...exactMeasuresOf(record, exact, reads),
    };
  });
}

/** Nothing where nobody asked replicas to note their commits. */
function exactMeasuresOf({ commits }: TrialRecord, exact: ExactStaleness, reads: Uint32Array) {
  const { age, stale, versions } = summariseExactly(exact, reads);
  return {
    exactReads: commits === null ? null : (age?.count ?? 0),
    exactStaleReads: age === null ? null : stale,
    exactStalenessMsP99: toMs(age?.p99),
    exactStalenessMsMax: toMs(age?.maximum),
    exactMissedVersionsP99: versions?.p99 ?? null,
    exactMissedVersionsMax: versions?.maximum ?? null,
  };
}

function measuresOf(measured: Staleness) {
  const { judged, stale, age, ageOfStale, versions, increments, behind } = measured;
  return {
    judgedReads: judged,
    staleReads: judged > 0 ? stale : null,
    staleShare: toShare(judged > 0 ? stale / judged : null),
    stalenessMsP50: toMs(age?.p50),
    stalenessMsP90: toMs(age?.p90),
    stalenessMsP99: toMs(age?.p99),
    stalenessMsP999: toMs(age?.p999),
    stalenessMsMax: toMs(age?.maximum),
    stalenessOfStaleMsP50: toMs(ageOfStale?.p50),
    missedVersionsP50: versions?.p50 ?? null,
    missedVersionsP99: versions?.p99 ?? null,
    missedVersionsMax: versions?.maximum ?? null,
    missedIncrementsP50: toRate(increments?.p50),
    missedIncrementsP99: toRate(increments?.p99),
    missedIncrementsMax: toRate(increments?.maximum),
    behindIncrementsP50: toRate(behind?.p50),
    behindIncrementsP99: toRate(behind?.p99),
    behindIncrementsMax: toRate(behind?.maximum),
    harvest: toShare(measured.harvest),
  };
}
