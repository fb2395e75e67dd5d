import { stringify } from 'csv-stringify/sync';
import { resultSchemaVersion, type TrialKey } from '../result.ts';
import { parseCsv } from './parse.ts';

/** What a cell holds. With a question mark: or nothing, and then the cell is empty. */
type CellKind<T> = null extends T ? `${BaseKind<NonNullable<T>>}?` : BaseKind<T>;
type BaseKind<T> = [T] extends [string] ? 'text' : [T] extends [number] ? 'number' : 'boolean';
type AnyKind = 'text' | 'text?' | 'number' | 'number?' | 'boolean' | 'boolean?';

/** The columns of a file, in order: each field of its row once, with the kind of its cells. */
export type CellKinds<Row> = { readonly [K in keyof Row]-?: CellKind<Row[K]> };

export interface Column {
  readonly field: string;
  readonly name: string;
  readonly kind: AnyKind;
}

/** One results file: how its rows are written and read back. */
export interface CsvFile<Row extends TrialKey> {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly header: string;
  /** Lines without the header. */
  write(rows: readonly Row[]): string;
  /** The rows of a whole file; throws `ResultsUnreadableError`. */
  read(text: string, path: string): readonly Row[];
}

/** Says that a results file is from another version, or was edited or cut. */
export class ResultsUnreadableError extends Error {
  override readonly name = 'ResultsUnreadableError';
}

/** Makes a file from its columns; names are the fields in snake case. */
export function csvFile<Row extends TrialKey>(name: string, kinds: CellKinds<Row>): CsvFile<Row> {
  const columns = Object.entries(kinds).map(
    ([field, kind]): Column => ({ field, name: columnName(field), kind: kind as AnyKind }),
  );
  const header = `${columns.map((column) => column.name).join(',')}\n`;
  return {
    name,
    columns,
    header,
    write: (rows) =>
      stringify(
        rows.map((row) => columns.map((column) => cellOf((row as Record<string, unknown>)[column.field]))),
        { quoted_match: /\r/ },
      ),
    read: (text, path) => readRows(columns, text, path) as unknown as readonly Row[],
  };
}

/** `latencyMsP99` → `latency_ms_p99`. */
export function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`${value} in a results file`);
  return String(value);
}

function readRows(columns: readonly Column[], text: string, path: string): Record<string, unknown>[] {
  const [head, ...lines] = parseCsv(text, path);
  const expected = columns.map((column) => column.name);
  if (head === undefined) throw new ResultsUnreadableError(`${path}: the file is empty`);
  const versionAt = head.cells.indexOf('schema_version');
  const version = lines[0]?.cells[versionAt];
  if (version !== undefined && version !== String(resultSchemaVersion)) {
    throw new ResultsUnreadableError(
      `${path}: written with schema ${version}; this version reads schema ${resultSchemaVersion}`,
    );
  }
  const strange = head.cells.findIndex((name, i) => name !== expected[i]);
  if (strange >= 0 || head.cells.length !== expected.length) {
    const at = strange >= 0 ? strange : head.cells.length;
    throw new ResultsUnreadableError(
      `${path}:1: column ${at + 1} is "${head.cells[at] ?? ''}", expected "${expected[at] ?? ''}"`,
    );
  }
  return lines.map(({ cells, line }) => {
    if (cells.length !== columns.length) {
      throw new ResultsUnreadableError(`${path}:${line}: ${cells.length} cells, expected ${columns.length}`);
    }
    return Object.fromEntries(
      columns.map((column, i) => [column.field, parsedCell(column, cells[i]!, `${path}:${line}`)]),
    );
  });
}

function parsedCell({ kind, name }: Column, cell: string, place: string): string | number | boolean | null {
  if (cell === '' && kind.endsWith('?')) return null;
  switch (kind) {
    case 'text':
    case 'text?':
      return cell;
    case 'number':
    case 'number?':
      if (cell !== '' && Number.isFinite(Number(cell))) return Number(cell);
      break;
    case 'boolean':
    case 'boolean?':
      if (cell === 'true' || cell === 'false') return cell === 'true';
      break;
  }
  throw new ResultsUnreadableError(`${place}: "${cell}" is not a ${kind.replace('?', '')} (${name})`);
}
