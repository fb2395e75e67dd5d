import type { TrialRecord } from '../../history/trial.ts';
import { measureLatency } from '../../metrics/latency.ts';
import type { Distribution } from '../../metrics/percentile.ts';
import type { LatencyRow, TrialKey } from '../result.ts';
import { toMs } from '../round.ts';
import { regionName, sitesOf } from './region.ts';

const classes = ['read', 'write'] as const;

/** For each region and class that was asked anything in the measured phase. */
export function latencyRows(record: TrialRecord, key: TrialKey): readonly LatencyRow[] {
  const rows: LatencyRow[] = [];
  for (const site of sitesOf(record.history)) {
    for (const operations of classes) {
      const measured = measureLatency(record, { phase: 'measured', operations, site });
      const answered = measured.latency?.count ?? 0;
      if (answered + measured.unanswered === 0) continue;
      const common = { ...key, region: regionName(record.history, site), operations };
      const counts = { answered, unanswered: measured.unanswered };
      rows.push({ ...common, counted: 'latency', ...counts, ...percentilesOf(measured.latency) });
      rows.push({ ...common, counted: 'service', ...counts, ...percentilesOf(measured.service) });
    }
  }
  return rows;
}

function percentilesOf(distribution: Distribution | null) {
  return {
    latencyMsMin: toMs(distribution?.minimum),
    latencyMsMean: toMs(distribution?.mean),
    latencyMsP50: toMs(distribution?.p50),
    latencyMsP90: toMs(distribution?.p90),
    latencyMsP99: toMs(distribution?.p99),
    latencyMsP999: toMs(distribution?.p999),
    latencyMsP9999: toMs(distribution?.p9999),
    latencyMsMax: toMs(distribution?.maximum),
  };
}
