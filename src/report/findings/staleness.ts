import { formatCount, formatMsUp, formatPercent } from '../format.ts';
import { measuredRow, type SummaryRow, type TrialResult } from '../result.ts';

/** How stale the reads were: one clause, or none where nothing was read. */
export function staleness(trials: readonly TrialResult[]): readonly string[] {
  const rows = trials.flatMap((trial) => measuredRow(trial) ?? []);
  const asked = sum(rows, (row) => row.askedReads);
  const answered = sum(rows, (row) => row.okReads);
  const judged = sum(rows, (row) => row.judgedReads);
  const stale = sum(rows, (row) => row.staleReads ?? 0);
  if (asked === 0) return [];
  if (answered === 0) return [];
  if (judged === 0) return ['whether its reads were stale could not be judged'];
  const which = judged === answered ? 'its reads' : `the ${formatCount(judged)} reads that could be judged`;
  if (stale === 0) return [`none of ${which} was stale`];
  const oldest = Math.max(...rows.map((row) => row.stalenessMsMax ?? 0));
  const verb = stale === 1 ? 'was' : 'were';
  return [`${formatPercent(stale / judged)} % of ${which} ${verb} stale, by up to ${formatMsUp(oldest)}`];
}

function sum(rows: readonly SummaryRow[], measure: (row: SummaryRow) => number): number {
  return rows.reduce((total, row) => total + measure(row), 0);
}
