import { type History, phaseCode } from '../../history/history.ts';
import { groupRows, isOk, isRead } from '../../metrics/rows.ts';
import { sitesOf } from './region.ts';

/** Answered reads of the measured phase: of all regions together, then of each, regions without any left out. */
export function measuredReadsBySite(
  history: History,
): readonly { readonly site: number | null; readonly reads: Uint32Array }[] {
  const { columns } = history;
  return sitesOf(history).flatMap((site) => {
    const { rows: reads } = groupRows(history, 1, (row) => {
      const isMeasured =
        columns.phase[row] === phaseCode.measured && isRead(columns, row) && isOk(columns, row);
      return isMeasured && (site === null || columns.site[row] === site) ? 0 : -1;
    });
    return reads.length === 0 ? [] : [{ site, reads }];
  });
}
