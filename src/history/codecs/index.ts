import type { RecordedHistory } from '../recorded.ts';
import { HistoryFileError } from './file-error.ts';
import { chunksOf, sourceName } from './input.ts';
import { readJepsenEdn } from './jepsen-edn.ts';
import { readJepsenLog } from './jepsen-log.ts';
import { NdjsonReader, type OwnHistory } from './ndjson-reader.ts';
import { type HistoryFormat, sniff } from './sniff.ts';

/** A history that was read: ours, with all that its file tells, or somebody else's. */
export type ReadHistory =
  | { readonly format: 'ndjson'; readonly own: OwnHistory }
  | { readonly format: Exclude<HistoryFormat, 'ndjson'>; readonly recorded: RecordedHistory };

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
  const held: Buffer[] = [];
  let length = 0;
  let format = asked;
  let own: NdjsonReader | undefined;
  for await (const chunk of chunks) {
    if (own !== undefined) {
      own.push(chunk);
      continue;
    }
    held.push(chunk);
    length += chunk.length;
    if (length > mostBytes) throw new HistoryFileError(source, null, `it is longer than ${mostBytes} bytes`);
    format ??= formatOf(held, length, source);
    if (format !== 'ndjson') continue;
    own = new NdjsonReader(source);
    for (const begun of held.splice(0)) own.push(begun);
  }
  if (own !== undefined) return { format: 'ndjson', own: own.end() };
  return { ...foreign(source, Buffer.concat(held), format) };
}

/** The format, or undefined while there are only blanks. */
function formatOf(held: Buffer[], length: number, source: string): HistoryFormat | undefined {
  const sniffed = sniff(held.length === 1 ? held[0]! : Buffer.concat(held, length));
  if (sniffed.type === 'none') throw new HistoryFileError(source, 1, sniffed.because);
  return sniffed.type === 'more' ? undefined : sniffed.format;
}

function foreign(source: string, bytes: Buffer, format: HistoryFormat | undefined): ReadHistory {
  switch (format) {
    case undefined:
    case 'ndjson':
      throw new HistoryFileError(source, null, 'the file is empty');
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
  if (recorded.calls.length > 0) return recorded;
  throw new HistoryFileError(recorded.source, null, 'it holds no operation');
}

function keyed(recorded: RecordedHistory): RecordedHistory {
  const without = recorded.calls.find(({ key }) => key === null);
  if (without === undefined) return recorded;
  throw new HistoryFileError(
    recorded.source,
    without.line,
    'the map has no :key; in the format kv each has one',
  );
}

/** The functions of a key-value store, as such histories name them. */
const storeFunctions = ['get', 'put', 'append'];

function isOfStore({ key, function: name }: RecordedHistory['calls'][number]): boolean {
  return key !== null && storeFunctions.includes(name);
}
