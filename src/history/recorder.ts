import type { Completion, NodeId, Operation, Value } from '../kernel/operation.ts';
import type { Micros } from '../kernel/time.ts';
import {
  type Columns,
  completionCode,
  type History,
  historySchemaVersion,
  kindCode,
  noText,
  valueKind,
} from './history.ts';

/** Columns grow by this many rows at a time. */
export const rowsPerChunk = 65_536;
/** Shorter histories have all their rows from the start. */
const shortHistory = 1_024;

type ColumnArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;
type ColumnType = 'u8' | 'u16' | 'u32' | 'f64';

const columnTypes: Readonly<Record<keyof Columns, ColumnType>> = {
  stream: 'u32',
  index: 'u32',
  process: 'u32',
  site: 'u8',
  node: 'u16',
  attempts: 'u8',
  phase: 'u8',
  kind: 'u8',
  key: 'u32',
  to: 'u32',
  argument: 'f64',
  argumentKind: 'u8',
  condition: 'f64',
  conditionKind: 'u8',
  dueAt: 'f64',
  invokedAt: 'f64',
  completedAt: 'f64',
  completion: 'u8',
  value: 'f64',
  valueKind: 'u8',
  reason: 'u32',
};

const widths: Readonly<Record<ColumnType, number>> = { u8: 1, u16: 2, u32: 4, f64: 8 };

/** What a row takes in memory, for estimates before a run. */
export const bytesPerRow = Object.values(columnTypes).reduce((sum, type) => sum + widths[type], 0);

/** Says that a history is full: more operations came than the run was planned for. */
export class HistoryFullError extends Error {
  override readonly name = 'HistoryFullError';
}

/**
 * Writes a history. Each column is a growable SharedArrayBuffer: its address range is reserved for `maximumRows`
 * at once, its memory is taken chunk by chunk, and readers on other threads see flat arrays without a copy.
 */
export class Recorder {
  readonly #maximumRows: number;
  readonly #buffers: Readonly<Record<keyof Columns, SharedArrayBuffer>>;
  readonly #texts: string[] = [];
  readonly #textIds = new Map<string, number>();
  #columns: Columns;
  #capacity: number;
  #length = 0;

  constructor(maximumRows: number, resumed?: History) {
    if (resumed === undefined) {
      // To reserve address space takes the system longer than to record a short history.
      const isShort = maximumRows <= shortHistory;
      const unit = isShort ? shortHistory : rowsPerChunk;
      this.#maximumRows = Math.max(unit, Math.ceil(maximumRows / unit) * unit);
      this.#buffers = mapColumns((type) => {
        const bytes = unit * widths[type];
        return isShort
          ? new SharedArrayBuffer(bytes)
          : new SharedArrayBuffer(bytes, { maxByteLength: this.#maximumRows * widths[type] });
      });
    } else {
      this.#buffers = mapColumns((_, name) => resumed.columns[name].buffer as SharedArrayBuffer);
      this.#maximumRows = this.#buffers.kind.maxByteLength;
      this.#length = resumed.length;
      for (const text of resumed.texts) this.#textId(text);
    }
    this.#capacity = this.#buffers.kind.byteLength; // Kinds take one byte a row.
    this.#columns = this.#view(this.#capacity);
  }

  /** Goes on where the recorder of `history` stopped, on the same memory: that one must not write any more. */
  static resume(history: History): Recorder {
    return new Recorder(0, history);
  }

  get length(): number {
    return this.#length;
  }

  /** Opens a row and returns its number. `dueAt` is NaN in closed loops. */
  begin(
    stream: number,
    index: number,
    process: number,
    site: number,
    node: NodeId,
    phase: number,
    operation: Operation,
    dueAt: Micros,
    invokedAt: Micros,
  ): number {
    if (this.#length === this.#capacity) this.#grow();
    const row = this.#length;
    const columns = this.#columns;
    columns.stream[row] = stream;
    columns.index[row] = index;
    columns.process[row] = process;
    columns.site[row] = site;
    columns.node[row] = node;
    columns.attempts[row] = 1;
    columns.phase[row] = phase;
    columns.dueAt[row] = dueAt;
    columns.invokedAt[row] = invokedAt;
    columns.completedAt[row] = Number.NaN;
    columns.reason[row] = noText;
    this.#recordOperation(row, operation);
    this.#length = row + 1;
    return row;
  }

  /** The request went to another node, because the one before refused the connection. */
  redirect(row: number, node: NodeId): void {
    this.#columns.node[row] = node;
    this.#columns.attempts[row] = Math.min(255, this.#columns.attempts[row]! + 1);
  }

  /** Closes a row. */
  end(row: number, completion: Completion, completedAt: Micros): void {
    const columns = this.#columns;
    columns.completedAt[row] = completedAt;
    switch (completion.type) {
      case 'ok':
        columns.completion[row] = completionCode.ok;
        this.#put(columns.value, columns.valueKind, row, completion.value);
        break;
      case 'refused':
        columns.completion[row] = completionCode.refused;
        columns.reason[row] = this.#textId(completion.because);
        this.#put(columns.value, columns.valueKind, row, completion.value);
        break;
      case 'fail':
        columns.completion[row] = completionCode.fail;
        columns.reason[row] = this.#textId(completion.error);
        break;
      case 'info':
        columns.completion[row] = completionCode.info;
        columns.reason[row] = this.#textId(completion.error);
        break;
    }
  }

  /** What was recorded so far: the columns are shared, the texts are copied. */
  history(nodes: readonly string[], regions: readonly string[]): History {
    return {
      schemaVersion: historySchemaVersion,
      length: this.#length,
      columns: this.#view(this.#length),
      texts: [...this.#texts],
      nodes,
      regions,
    };
  }

  #recordOperation(row: number, operation: Operation): void {
    const columns = this.#columns;
    columns.kind[row] = kindCode[operation.type];
    columns.key[row] = this.#textId(operation.key);
    columns.to[row] = noText;
    switch (operation.type) {
      case 'read':
        return;
      case 'write':
        return this.#put(columns.argument, columns.argumentKind, row, operation.value);
      case 'add':
        this.#put(columns.argument, columns.argumentKind, row, operation.delta);
        return this.#put(columns.condition, columns.conditionKind, row, operation.floor);
      case 'cas':
        this.#put(columns.argument, columns.argumentKind, row, operation.value);
        return this.#put(columns.condition, columns.conditionKind, row, operation.expected);
      case 'transfer':
        columns.to[row] = this.#textId(operation.to);
        this.#put(columns.argument, columns.argumentKind, row, operation.amount);
        return this.#put(columns.condition, columns.conditionKind, row, operation.floor);
    }
  }

  #put(column: Float64Array, kinds: Uint8Array, row: number, value: Value | undefined): void {
    if (value === undefined) {
      kinds[row] = valueKind.absent;
    } else if (value === null) {
      kinds[row] = valueKind.null;
    } else if (typeof value === 'number') {
      kinds[row] = valueKind.number;
      column[row] = value;
    } else {
      kinds[row] = valueKind.text;
      column[row] = this.#textId(JSON.stringify(value));
    }
  }

  #textId(text: string): number {
    const known = this.#textIds.get(text);
    if (known !== undefined) return known;
    const id = this.#texts.length;
    this.#texts.push(text);
    this.#textIds.set(text, id);
    return id;
  }

  #grow(): void {
    if (this.#capacity === this.#maximumRows) {
      throw new HistoryFullError(`the history is full at ${this.#maximumRows} operations`);
    }
    this.#capacity += rowsPerChunk;
    for (const [name, buffer] of Object.entries(this.#buffers)) {
      buffer.grow(this.#capacity * widths[columnTypes[name as keyof Columns]]);
    }
    this.#columns = this.#view(this.#capacity);
  }

  #view(length: number): Columns {
    return mapColumns((type, name) => viewOf(this.#buffers[name], type, length)) as unknown as Columns;
  }
}

function viewOf(buffer: SharedArrayBuffer, type: ColumnType, length: number): ColumnArray {
  switch (type) {
    case 'u8':
      return new Uint8Array(buffer, 0, length);
    case 'u16':
      return new Uint16Array(buffer, 0, length);
    case 'u32':
      return new Uint32Array(buffer, 0, length);
    case 'f64':
      return new Float64Array(buffer, 0, length);
  }
}

function mapColumns<T>(make: (type: ColumnType, name: keyof Columns) => T): Record<keyof Columns, T> {
  const entries = Object.entries(columnTypes) as [keyof Columns, ColumnType][];
  return Object.fromEntries(entries.map(([name, type]) => [name, make(type, name)])) as Record<
    keyof Columns,
    T
  >;
}
