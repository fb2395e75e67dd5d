import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Columns, History } from '../../src/history/history.ts';

type Column = Columns[keyof Columns];

interface Header extends Omit<History, 'columns'> {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly bytes: number }[];
}

const headerBytes = 65_536;

/** Writes a history as it lies in memory, so that another process can have it without making anything but its columns. */
export function writeColumns(path: string, { columns, ...rest }: History): void {
  const entries = Object.entries(columns) as [string, Column][];
  const described = entries.map(([name, column]) => ({
    name,
    type: column.constructor.name,
    bytes: column.byteLength,
  }));
  const file = openSync(path, 'w');
  writeSync(file, JSON.stringify({ ...rest, columns: described }).padEnd(headerBytes));
  for (const [, column] of entries) {
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  }
  closeSync(file);
}

/** Reads the columns back, on shared memory as a recorder has them. */
export function readColumns(path: string): History {
  const file = openSync(path, 'r');
  const head = Buffer.alloc(headerBytes);
  readSync(file, head);
  const { columns: described, ...rest } = JSON.parse(head.toString()) as Header;
  const columns = described.map(({ name, type, bytes }) => {
    const column = new SharedArrayBuffer(bytes);
    for (let at = 0; at < bytes; ) at += readSync(file, new Uint8Array(column, at));
    return [name, columnOn(column, type)];
  });
  closeSync(file);
  return { ...rest, columns: Object.fromEntries(columns) as unknown as Columns };
}

function columnOn(memory: SharedArrayBuffer, type: string): Column {
  switch (type) {
    case 'Uint8Array':
      return new Uint8Array(memory);
    case 'Uint16Array':
      return new Uint16Array(memory);
    case 'Uint32Array':
      return new Uint32Array(memory);
    default:
      return new Float64Array(memory);
  }
}
