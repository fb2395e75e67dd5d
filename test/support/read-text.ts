import { type ReadHistory, readHistoryFrom } from '../../src/history/codecs/index.ts';
import { unzipped } from '../../src/history/codecs/input.ts';
import { NdjsonReader, type OwnHistory } from '../../src/history/codecs/ndjson-reader.ts';
import type { HistoryFormat } from '../../src/history/codecs/sniff.ts';
import type { RecordedCall } from '../../src/history/recorded.ts';

/** A history as a file named `file` would be read, in chunks of so many bytes. */
export function readBytes(
  bytes: Buffer | string,
  format?: HistoryFormat,
  chunkSize = 7,
): Promise<ReadHistory> {
  return readHistoryFrom(unzipped(chunks(Buffer.from(bytes), chunkSize), 'file'), 'file', format);
}

/** The calls in a history of another recorder. */
export async function readCalls(text: string, format?: HistoryFormat): Promise<readonly RecordedCall[]> {
  const read = await readBytes(text, format);
  if (read.format === 'ndjson') throw new Error('this is a history of our own');
  return read.recorded.calls;
}

/** A history of our own. */
export function readOwn(text: string | Buffer): OwnHistory {
  const reader = new NdjsonReader('file');
  reader.push(Buffer.from(text));
  return reader.end();
}

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
