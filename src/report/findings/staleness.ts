import { formatCount, formatMsUp, formatPercent } from '../format.ts';
import { measuredRow, type SummaryRow, type TrialResult } from '../result.ts';

/** How stale the reads were, and what counters lacked; nothing where nothing was read. */
export function staleness(trials: readonly TrialResult[], increments: string): readonly string[] {
  const rows = trials.flatMap((trial) => measuredRow(trial) ?? []);
  const answered = sum(rows, (row) => row.okReads);
  if (answered === 0) return [];
  const lacking = most(rows, (row) => row.behindIncrementsMax);
  // Where reads lack what never showed again, that it was lost and not late is a guess in the strategy's favour.
  const isGuess = lacking > most(rows, (row) => row.missedIncrementsMax);
  const lack = `its reads lacked up to ${formatCount(lacking)} acknowledged ${increments}, late or lost`;
  return [staleShare(rows, answered, increments, isGuess), ...(isGuess ? [lack] : [])];
}

function staleShare(
  rows: readonly SummaryRow[],
  answered: number,
  increments: string,
  isGuess: boolean,
): string {
  const judged = sum(rows, (row) => row.judgedReads);
  const stale = sum(rows, (row) => row.staleReads ?? 0);
  if (judged === 0) return 'whether its reads were stale could not be judged';
  const which = judged === answered ? 'its reads' : `the ${formatCount(judged)} reads that could be judged`;
  if (stale === 0) return `none of ${which} was ${isGuess ? 'provably ' : ''}stale`;
  const limits = [
    formatMsUp(most(rows, (row) => row.stalenessMsMax)),
    ...missed(
      most(rows, (row) => row.missedVersionsMax),
      'versions',
    ),
    ...missed(
      most(rows, (row) => row.missedIncrementsMax),
      increments,
    ),
  ];
  const verb = stale === 1 ? 'was' : 'were';
  return `${formatPercent(stale / judged)} % of ${which} ${verb} stale, by up to ${limits.join(' and ')}`;
}

function missed(count: number, what: string): readonly string[] {
  return count > 0 ? [`${formatCount(count)} ${count === 1 ? what.replace(/s$/, '') : what}`] : [];
}

function most(rows: readonly SummaryRow[], measure: (row: SummaryRow) => number | null): number {
  return Math.max(0, ...rows.map((row) => measure(row) ?? 0));
}

function sum(rows: readonly SummaryRow[], measure: (row: SummaryRow) => number): number {
  return rows.reduce((total, row) => total + measure(row), 0);
}
