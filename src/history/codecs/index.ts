import { isUtf8 } from 'node:buffer';
import type { RecordedHistory } from '../recorded.ts';
import { HistoryFileError, Mistakes } from './file-error.ts';
import { withIndependentKeys } from './independent-keys.ts';
import { chunksOf, sourceName } from './input.ts';
import { readJepsenEdn } from './jepsen-edn.ts';
import { readJepsenLog } from './jepsen-log.ts';
import { notText } from './lines.ts';
import { NdjsonReader, type OwnHistory } from './ndjson-reader.ts';
import { type HistoryFormat, looked, sniff } from './sniff.ts';

type ForeignFormat = Exclude<HistoryFormat, 'ndjson'>;

/** A history that was read: ours, with all that its file tells, or somebody else's. */
export type ReadHistory =
  | { readonly format: 'ndjson'; readonly own: OwnHistory }
  | { readonly format: ForeignFormat; readonly recorded: RecordedHistory };

/** Formats of other recorders are read from memory; this is what a buffer takes. */
const mostBytes = 2 ** 31;

/**
 * Reads the history in a file, or in standard input for `-`; its format is found from its content unless one is
 * given. Throws `HistoryFileError` for whatever is wrong with it.
 */
export async function readHistory(path: string, format?: HistoryFormat): Promise<ReadHistory> {
  return readHistoryFrom(chunksOf(path), sourceName(path), format);
}

/** The same for bytes that are there already. */
export async function readHistoryFrom(
  chunks: AsyncIterable<Buffer>,
  source: string,
  asked?: HistoryFormat,
): Promise<ReadHistory> {
  const iterator = chunks[Symbol.asyncIterator]();
  const rest: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => iterator };
  try {
    const begin = await beginOf(iterator);
    const format = asked ?? formatOf(begin, source);
    return format === 'ndjson'
      ? await ownIn(begin, rest, source)
      : await foreignIn(begin, rest, source, format);
  } finally {
    await iterator.return?.();
  }
}

/** The first bytes: enough to tell the format, or all there are. */
async function beginOf(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const held: Buffer[] = [];
  for (let length = 0; length < looked; ) {
    const next = await chunks.next();
    if (next.done === true) break;
    held.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(held);
}

function formatOf(begin: Buffer, source: string): HistoryFormat {
  const sniffed = sniff(begin);
  if (sniffed.type === 'format') return sniffed.format;
  if (sniffed.type === 'none') throw new HistoryFileError(source, 1, sniffed.because);
  const what = begin.length < looked ? 'the file is empty' : 'the file begins with nothing but blanks';
  throw new HistoryFileError(source, null, what);
}

async function ownIn(begin: Buffer, rest: AsyncIterable<Buffer>, source: string): Promise<ReadHistory> {
  const reader = new NdjsonReader(source);
  reader.push(begin);
  for await (const chunk of rest) reader.push(chunk);
  return { format: 'ndjson', own: reader.end() };
}

async function foreignIn(
  begin: Buffer,
  rest: AsyncIterable<Buffer>,
  source: string,
  format: ForeignFormat,
): Promise<ReadHistory> {
  const held = [begin];
  let length = begin.length;
  for await (const chunk of rest) {
    held.push(chunk);
    length += chunk.length;
    if (length > mostBytes) throw new HistoryFileError(source, null, `it is longer than ${mostBytes} bytes`);
  }
  const bytes = Buffer.concat(held);
  if (!isUtf8(bytes)) throw new HistoryFileError(source, lineNotText(bytes), notText);
  return foreign(source, byteOrderMark.equals(bytes.subarray(0, 3)) ? bytes.subarray(3) : bytes, format);
}

/** The first line with bytes that are no UTF-8; the whole file where that is hard to say. */
function lineNotText(bytes: Buffer): number | null {
  for (let from = 0, line = 1; from < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, from);
    const to = end < 0 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(from, to))) return line;
    from = to + 1;
  }
  return null;
}

const byteOrderMark = Buffer.from('\ufeff');

function foreign(source: string, bytes: Buffer, format: ForeignFormat): ReadHistory {
  switch (format) {
    case 'log':
      return { format, recorded: inhabited(readJepsenLog(source, bytes)) };
    case 'kv':
      return { format, recorded: keyed(inhabited(readJepsenEdn(source, bytes))) };
    case 'edn': {
      const recorded = inhabited(readJepsenEdn(source, bytes));
      return { format: recorded.calls.every(isOfStore) ? 'kv' : 'edn', recorded };
    }
  }
}

function inhabited(recorded: RecordedHistory): RecordedHistory {
  if (recorded.calls.length > 0)
    return { ...recorded, calls: withIndependentKeys(recorded.source, recorded.calls) };
  throw new HistoryFileError(recorded.source, null, 'it holds no operation');
}

function keyed(recorded: RecordedHistory): RecordedHistory {
  const mistakes = new Mistakes(recorded.source);
  for (const { key, line } of recorded.calls) {
    if (key !== null) continue;
    const what = 'the map has no :key; in the format kv each has one';
    mistakes.note(new HistoryFileError(recorded.source, line, what));
  }
  mistakes.throwIfAny();
  return recorded;
}

/** The functions of a key-value store, as such histories name them. */
const storeFunctions = ['get', 'put', 'append'];

function isOfStore({ key, function: name }: RecordedHistory['calls'][number]): boolean {
  return key !== null && storeFunctions.includes(name);
}
