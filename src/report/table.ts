import type { ComparisonRow, Spread } from './comparison.ts';
import { formatCount, formatNumber, formatNumberUp, formatPercent } from './format.ts';

/** A column of the comparison: what it is called, and what it shows of a row. */
export interface TableColumn {
  readonly id: string;
  /** In two lines: what, and its unit. */
  readonly head: readonly [string, string];
  readonly align: 'left' | 'right';
  readonly spread: ((row: ComparisonRow) => Spread | null) | null;
  readonly text: (row: ComparisonRow) => string;
  readonly format: (value: number) => string;
}

/** Where nothing was measured. */
export const notMeasured = '-';

/** All columns, from left to right; those in which nothing was measured are left out. */
export function columnsFor(rows: readonly ComparisonRow[]): readonly TableColumn[] {
  return allColumns.filter(
    (column) => column.spread === null || rows.some((row) => column.spread?.(row) !== null),
  );
}

/** The median, or the sign for "not measured". */
export function cellText(column: TableColumn, row: ComparisonRow): string {
  if (column.spread === null) return column.text(row);
  const spread = column.spread(row);
  return spread === null ? notMeasured : column.format(spread.median);
}

/** From the least to the greatest trial; empty where one number says all. */
export function rangeText(column: TableColumn, row: ComparisonRow): string {
  const spread = column.spread?.(row) ?? null;
  if (spread === null || row.trials < 2) return '';
  const [low, high] = [column.format(spread.minimum), column.format(spread.maximum)];
  return low === high ? '' : `${low}-${high}`;
}

const allColumns: readonly TableColumn[] = [
  label('strategy', ['', 'strategy'], (row) => row.strategy),
  measure('writes', ['writes', '/s'], (row) => row.writesPerSecond, formatNumber),
  measure('reads', ['reads', '/s'], (row) => row.readsPerSecond, formatNumber),
  measure('write-p50', ['write', 'p50 ms'], (row) => row.writeLatencyMsP50, formatNumber),
  measure('write-p99', ['write', 'p99 ms'], (row) => row.writeLatencyMsP99, formatNumber),
  measure('read-p50', ['read', 'p50 ms'], (row) => row.readLatencyMsP50, formatNumber),
  measure('read-p99', ['read', 'p99 ms'], (row) => row.readLatencyMsP99, formatNumber),
  measure('yield', ['yield', '%'], (row) => row.yield, formatPercent),
  measure('stale', ['stale', 'reads %'], (row) => row.staleShare, formatPercent),
  measure('staleness', ['stale', 'max ms'], (row) => row.stalenessMsMax, formatNumberUp),
  measure('lost', ['', 'lost'], (row) => row.lost, formatCount),
  measure('sum', ['sum', 'off by'], (row) => row.sumDifference, formatCount),
  label('promise', ['', 'promises'], promiseText),
];

function label(
  id: string,
  head: readonly [string, string],
  text: (row: ComparisonRow) => string,
): TableColumn {
  return { id, head, align: 'left', spread: null, text, format: String };
}

function measure(
  id: string,
  head: readonly [string, string],
  spread: (row: ComparisonRow) => Spread | null,
  format: (value: number) => string,
): TableColumn {
  return { id, head, align: 'right', spread, text: () => '', format };
}

function promiseText({ promise, partial }: ComparisonRow): string {
  const word = promise === 'none' ? notMeasured : promise;
  return partial ? `${word} (partial)` : word;
}
