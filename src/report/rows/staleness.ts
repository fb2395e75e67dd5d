import { phaseCode } from '../../history/history.ts';
import type { TrialRecord } from '../../history/trial.ts';
import { groupRows, isOk, isRead } from '../../metrics/rows.ts';
import { type Staleness, summariseStaleness } from '../../metrics/staleness.ts';
import type { StalenessColumns } from '../../metrics/staleness-columns.ts';
import type { StalenessRow, TrialKey } from '../result.ts';
import { toMs, toRate, toShare } from '../round.ts';
import { regionName, sitesOf } from './region.ts';

/** For each region in which a read of the measured phase was answered. */
export function stalenessRows(
  record: TrialRecord,
  key: TrialKey,
  staleness: StalenessColumns,
): readonly StalenessRow[] {
  const { columns } = record.history;
  const rows: StalenessRow[] = [];
  for (const site of sitesOf(record.history)) {
    const { rows: reads } = groupRows(record.history, 1, (row) => {
      const isMeasured =
        columns.phase[row] === phaseCode.measured && isRead(columns, row) && isOk(columns, row);
      return isMeasured && (site === null || columns.site[row] === site) ? 0 : -1;
    });
    if (reads.length === 0) continue;
    const region = regionName(record.history, site);
    rows.push({ ...key, region, okReads: reads.length, ...measuresOf(summariseStaleness(staleness, reads)) });
  }
  return rows;
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
