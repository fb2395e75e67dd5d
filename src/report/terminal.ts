import Table from 'cli-table3';
import picocolors from 'picocolors';
import { type ComparisonRow, summarise } from './comparison.ts';
import type { TrialResult } from './result.ts';
import { type FindingsOptions, findingsOf } from './sentences.ts';
import { cellText, columnsFor, rangeText, type TableColumn } from './table.ts';
import { wrapped } from './wrap.ts';

export interface TerminalStyle {
  readonly color: boolean;
  /** How many characters fit in a line. */
  readonly width: number;
}

/** The width of plain output: of files, pipes and terminals that do not say. */
export const plainWidth = 80;
const longestLabel = 24;

/** Colours only where a person looks and has not asked for none (no-color.org). */
export function terminalStyle(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): TerminalStyle {
  const isTerminal = stream.isTTY === true;
  const color = isTerminal && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb';
  return { color, width: isTerminal && stream.columns ? stream.columns : plainWidth };
}

/** The table for whoever reads this process's output, without a line end after it. */
export function comparisonTable(
  rows: readonly ComparisonRow[],
  style: TerminalStyle = terminalStyle(process.stdout, process.env),
): string {
  return renderTable(rows, style).trimEnd();
}

/** The table, then one paragraph per strategy. ASCII alone, apart from what users' own names hold. */
export function renderReport(
  results: readonly TrialResult[],
  style: TerminalStyle,
  options: FindingsOptions = {},
): string {
  if (results.length === 0) return 'Nothing was measured.\n';
  const findings = findingsOf(results, options).map((finding) =>
    wrapped(finding.sentences.join(' '), style.width),
  );
  return `${renderTable(summarise(results), style)}\n${findings.join('\n')}\n`;
}

/** One row per strategy: medians over its trials, and beneath them the range where trials differ. */
export function renderTable(rows: readonly ComparisonRow[], style: TerminalStyle): string {
  const { columns, gap, ranges } = layout(rows, style.width);
  const paint = picocolors.createColors(style.color);
  const table = new Table({
    chars: borderless,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map((column) => column.align),
  });
  const push = (cells: readonly string[]) =>
    table.push(cells.map((cell, i) => (i === 0 ? cell : ' '.repeat(gap) + cell)));
  for (const line of [0, 1] as const) push(columns.map((column) => paint.bold(column.head[line])));
  push(columns.map((column) => paint.dim('-'.repeat(widthOf(column, rows, ranges)))));
  for (const row of rows) {
    push(columns.map((column) => painted(column, row, paint)));
    const beneath = columns.map((column) => (ranges ? rangeText(column, row) : ''));
    if (beneath.some((text) => text !== '')) push(beneath.map((text) => paint.dim(text)));
  }
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** What is left out first when the table is too wide. */
const dispensable: readonly string[] = ['reads', 'read-p50', 'write-p50', 'staleness', 'read-p99', 'writes'];

interface Layout {
  readonly columns: readonly TableColumn[];
  readonly gap: number;
  readonly ranges: boolean;
}

/** The widest layout that fits; where none does, the narrowest. */
function layout(rows: readonly ComparisonRow[], width: number): Layout {
  const all = columnsFor(rows);
  for (const ranges of [true, false]) {
    for (let without = 0; without <= dispensable.length; without += 1) {
      const left = dispensable.slice(0, without);
      const columns = all.filter((column) => !left.includes(column.id));
      for (const gap of [2, 1]) {
        const needed = columns.reduce((sum, column) => sum + widthOf(column, rows, ranges) + gap, -gap);
        if (needed <= width) return { columns, gap, ranges };
      }
      // Ranges are worth the columns that answer "how fast", but not those that answer "how right".
      if (ranges && without === 3) break;
    }
  }
  return { columns: all.filter((column) => !dispensable.includes(column.id)), gap: 1, ranges: false };
}

function widthOf(column: TableColumn, rows: readonly ComparisonRow[], ranges: boolean): number {
  const texts = rows.flatMap((row) => [shown(column, row), ranges ? rangeText(column, row) : '']);
  return Math.max(...[...column.head, ...texts].map((text) => text.length));
}

function shown(column: TableColumn, row: ComparisonRow): string {
  const text = cellText(column, row).replace(/\s+/g, ' ');
  if (text.length <= longestLabel) return text;
  // Names of variants mostly differ at an end, so the middle is what can be spared.
  const half = longestLabel / 2 - 1;
  return `${text.slice(0, half)}..${text.slice(-half)}`;
}

function painted(
  column: TableColumn,
  row: ComparisonRow,
  paint: ReturnType<typeof picocolors.createColors>,
): string {
  const text = shown(column, row);
  if (column.id === 'strategy') return paint.bold(text);
  if (column.id !== 'promise') return text;
  switch (row.promise) {
    case 'kept':
      return paint.green(text);
    case 'violated':
    case 'died':
      return paint.red(text);
    case 'undecided':
      return paint.yellow(text);
    case 'none':
      return text;
  }
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
