import { formatMs, formatNumber } from '../format.ts';
import type { FaultRow, TrialResult } from '../result.ts';
import { isOverall } from './answering.ts';

/** How long each coming and going took and what it moved: the slowest of any trial. */
export function membership(strategy: string, trials: readonly TrialResult[]): readonly string[] {
  const rows = trials.flatMap((trial) => trial.faults.filter(isOverall));
  const changes = rows.filter(({ type }) => type === 'join' || type === 'leave');
  const labels = [...new Set(changes.map(({ label }) => label))];
  return labels.map((label) =>
    sentenceOf(
      strategy,
      label,
      changes.filter((row) => row.label === label),
    ),
  );
}

function sentenceOf(strategy: string, label: string, rows: readonly FaultRow[]): string {
  if (rows.some(({ settledMs }) => settledMs === null)) {
    return `The ${label} was never complete with ${strategy}.`;
  }
  const slowest = rows.reduce((worst, row) => (row.settledMs! > worst.settledMs! ? row : worst));
  return `The ${label} took ${strategy} ${formatMs(slowest.settledMs!)} and moved ${inKilobytes(slowest.movedBytes ?? 0)}.`;
}

function inKilobytes(bytes: number): string {
  return bytes < 1_000 ? `${bytes} bytes` : `${formatNumber(bytes / 1_000)} kB`;
}
