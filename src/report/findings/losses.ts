import { formatCount } from '../format.ts';
import { measuredRow, type SummaryRow, type TrialResult } from '../result.ts';

/** What became of acknowledged updates: a clause for each kind that was audited. */
export function losses(trials: readonly TrialResult[], increments: string): readonly string[] {
  const rows = trials.flatMap((trial) => measuredRow(trial) ?? []);
  return [
    ...lossOf(
      rows,
      (row) => row.lostIncrements,
      (row) => row.acknowledgedIncrements,
      `acknowledged ${increments}`,
    ),
    ...surplusOf(rows, increments),
    ...lossOf(
      rows,
      (row) => row.lostWrites,
      (row) => row.acknowledgedWrites,
      'acknowledged writes',
    ),
    ...conservation(rows),
  ];
}

type Measure = (row: SummaryRow) => number | null;

function lossOf(rows: readonly SummaryRow[], lost: Measure, of: Measure, what: string): readonly string[] {
  const audited = rows.filter((row) => lost(row) !== null);
  if (audited.length === 0) return [];
  const all = total(audited, of);
  const gone = total(audited, lost);
  if (all === 0 && gone === 0) return [];
  return [`it lost ${gone === 0 ? 'none' : formatCount(gone)} of ${formatCount(all)} ${what}`];
}

function surplusOf(rows: readonly SummaryRow[], increments: string): readonly string[] {
  const surplus = total(rows, (row) => row.surplusIncrements);
  return surplus > 0
    ? [`its final values hold ${formatCount(surplus)} ${increments} that nobody asked for`]
    : [];
}

function conservation(rows: readonly SummaryRow[]): readonly string[] {
  const differences = rows.flatMap((row) => row.sumDifference ?? []);
  if (differences.length === 0) return [];
  const changed = differences.filter((difference) => difference !== 0);
  if (changed.length === 0) return ['the sum over all keys was conserved'];
  const worst = changed.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  return [`the sum over all keys changed by ${worst > 0 ? '+' : ''}${formatCount(worst)}`];
}

function total(rows: readonly SummaryRow[], measure: Measure): number {
  return rows.reduce((sum, row) => sum + (measure(row) ?? 0), 0);
}
