export interface CsvLine {
  readonly cells: readonly string[];
  /** Where it starts, from 1. */
  readonly line: number;
}

/** Says where a text is not the CSV that we write (RFC 4180). */
export class CsvSyntaxError extends Error {
  override readonly name = 'CsvSyntaxError';
}

/** Reads RFC 4180: cells may be quoted, and then may hold commas, line ends and doubled quotes. */
export function parseCsv(text: string, path: string): readonly CsvLine[] {
  const lines: CsvLine[] = [];
  let cells: string[] = [];
  let line = 1;
  let startedAt = 1;
  let position = 0;
  while (position < text.length) {
    const cell = text[position] === '"' ? quotedCell(text, position, path, line) : plainCell(text, position);
    cells.push(cell.value);
    line += cell.lineEnds;
    position = cell.next;
    if (text[position] === ',') {
      position += 1;
      if (position === text.length) cells.push('');
      continue;
    }
    if (text.startsWith('\r\n', position)) position += 2;
    else if (text[position] === '\n') position += 1;
    else if (position < text.length) throw new CsvSyntaxError(`${path}:${line}: text after a closing quote`);
    lines.push({ cells, line: startedAt });
    cells = [];
    line += 1;
    startedAt = line;
  }
  if (cells.length > 0) lines.push({ cells, line: startedAt });
  return lines;
}

interface Cell {
  readonly value: string;
  readonly next: number;
  readonly lineEnds: number;
}

function plainCell(text: string, from: number): Cell {
  let next = from;
  while (next < text.length && text[next] !== ',' && text[next] !== '\n' && text[next] !== '\r') next += 1;
  return { value: text.slice(from, next), next, lineEnds: 0 };
}

function quotedCell(text: string, from: number, path: string, line: number): Cell {
  let value = '';
  let position = from + 1;
  for (;;) {
    const quote = text.indexOf('"', position);
    if (quote < 0) throw new CsvSyntaxError(`${path}:${line}: a quote is never closed`);
    value += text.slice(position, quote);
    if (text[quote + 1] !== '"') {
      return { value, next: quote + 1, lineEnds: value.split('\n').length - 1 };
    }
    value += '"';
    position = quote + 2;
  }
}
