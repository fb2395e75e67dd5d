import type { TrialRecord } from '../../history/trial.ts';
import type { StalenessColumns } from '../../metrics/staleness-columns.ts';
import { measureVisibility } from '../../metrics/visibility.ts';
import type { TrialKey, VisibilityRow } from '../result.ts';
import { toMs, toShare } from '../round.ts';
import { measuredReadsBySite } from './measured-reads.ts';
import { regionName } from './region.ts';

/** The curve of each region in which a read of the measured phase was answered. */
export function visibilityRows(
  record: TrialRecord,
  key: TrialKey,
  staleness: StalenessColumns,
): readonly VisibilityRow[] {
  return measuredReadsBySite(record.history).flatMap(({ site, reads }) =>
    measureVisibility(staleness, reads).curve.map((bin) => ({
      ...key,
      region: regionName(record.history, site),
      fromMs: toMs(bin.from),
      toMs: toMs(bin.to),
      reads: bin.reads,
      visibleReads: bin.visible,
      visibleShare: toShare(bin.share),
      visibleShareLow: toShare(bin.low),
      visibleShareHigh: toShare(bin.high),
    })),
  );
}
