import type { ComparisonRow } from './comparison.ts';
import { cellText, columnsFor, rangeText, type TableColumn } from './table.ts';

/** The comparison as a table of GitHub's Markdown, ranges over trials in brackets. */
export function toMarkdown(rows: readonly ComparisonRow[]): string {
  const columns = columnsFor(rows);
  const head = columns.map((column) => column.head.filter((part) => part !== '').join(' '));
  const rule = columns.map((column) => (column.align === 'right' ? '---:' : ':---'));
  const lines = rows.map((row) => columns.map((column) => escaped(markdownCell(column, row))));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function markdownCell(column: TableColumn, row: ComparisonRow): string {
  const range = rangeText(column, row);
  return range === '' ? cellText(column, row) : `${cellText(column, row)} (${range})`;
}

/** Labels come from users: nothing in them may end a cell or start markup. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~]/g, (sign) => `\\${sign}`)
    .replace(/\s+/g, ' ');
}
