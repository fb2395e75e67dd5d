import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { callsOf } from '../../history/calls.ts';
import type { ReadHistory } from '../../history/codecs/index.ts';
import { jepsenEdnLines, jepsenLogLines } from '../../history/codecs/jepsen-text.ts';
import { kvLines, whyNotKv } from '../../history/codecs/kv-text.ts';
import { type HistoryContext, ndjsonPieces } from '../../history/codecs/ndjson-writer.ts';
import { completionCode, type History } from '../../history/history.ts';
import type { RecordedCall } from '../../history/recorded.ts';
import { writeWhole } from '../../report/disk.ts';
import { UsageError } from '../usage.ts';

/** What a history can be written as, for other checkers to read. */
export const exportFormats = ['edn', 'log', 'kv', 'ndjson'] as const;

interface ExportOptions {
  readonly form: (typeof exportFormats)[number];
  readonly key: string | undefined;
  /** Standard output where undefined. */
  readonly out: string | undefined;
}

/** Writes a history in another form. */
export async function exportHistory(read: ReadHistory, { form, key, out }: ExportOptions): Promise<void> {
  if (key !== undefined && form === 'ndjson') throw new UsageError('--key goes with --export edn, log or kv');
  const pieces = form === 'ndjson' ? ownPieces(read) : inPieces(foreignLines(read, form, key));
  if (out === undefined) return printed(pieces);
  const zipped = out.endsWith('.gz');
  // Each piece is a gzip member of its own, so that the text of a long history is never held whole.
  const bytes = Array.from(pieces, (piece) => (zipped ? gzipSync(piece) : Buffer.from(piece)));
  writeWhole(out, Buffer.concat(bytes));
}

async function printed(pieces: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), process.stdout, { end: false });
  } catch (error) {
    // Whoever reads has seen enough, as `head` has.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

/** Lines are handed over in pieces of about this many characters. */
const pieceLength = 1 << 20;

function* inPieces(lines: Iterable<string>): Iterable<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function ownPieces(read: ReadHistory): Iterable<string> {
  if (read.format !== 'ndjson') {
    throw new UsageError('--export ndjson: only histories of pacelc have what its own format tells');
  }
  const { record, claimed, history } = read.own;
  const context: HistoryContext = claimed === null ? { record } : { record, claimed };
  return ndjsonPieces(history, context);
}

function foreignLines(
  read: ReadHistory,
  form: 'edn' | 'log' | 'kv',
  key: string | undefined,
): Iterable<string> {
  const calls = read.format === 'ndjson' ? callsOf(read.own.history) : read.recorded.calls;
  if (form === 'edn') return jepsenEdnLines(key === undefined ? calls : ofKey(calls, key));
  if (form === 'kv') return kvLines(ofStore(key === undefined ? calls : withKey(calls, key)));
  // Readers of such lines take a failed cas for one that was answered, and that found something else than it expected.
  const told = read.format === 'ndjson' ? calls.filter(wasAnswered(read.own.history)) : calls;
  return jepsenLogLines(ofOneKey(told, key));
}

function wasAnswered({ columns }: History): (call: RecordedCall) => boolean {
  return ({ line }) => columns.completion[line - 1] !== completionCode.fail;
}

/** Lines of a log name no keys. Linearizability is local, so the history of each key can be judged by itself. */
function ofOneKey(calls: readonly RecordedCall[], key: string | undefined): readonly RecordedCall[] {
  const keys = [...new Set(calls.map((call) => call.key))];
  if (key !== undefined) return ofKey(calls, key);
  if (keys.length <= 1) return calls;
  throw new UsageError(`--export log: lines of a log name no keys; choose one with --key: ${someOf(keys)}`);
}

/** Refuses what the maps of a key-value store cannot say. */
function ofStore(calls: readonly RecordedCall[]): readonly RecordedCall[] {
  for (const call of calls) {
    const because = whyNotKv(call);
    if (because === null) continue;
    throw new UsageError(
      `--export kv: ${because}; such maps hold reads, writes and appends of keys, and edn holds all`,
    );
  }
  return calls;
}

/** The calls on one key, as those of an object without a name. */
function ofKey(calls: readonly RecordedCall[], key: string): readonly RecordedCall[] {
  return withKey(calls, key).map((call) => ({ ...call, key: null }));
}

function withKey(calls: readonly RecordedCall[], key: string): readonly RecordedCall[] {
  const found = calls.filter((call) => call.key === key);
  if (found.length > 0) return found;
  const keys = someOf([...new Set(calls.map((call) => call.key))]);
  throw new UsageError(`--key ${key}: the history has no such key; it has ${keys || 'none'}`);
}

function someOf(keys: readonly (string | null)[]): string {
  const named = keys.flatMap((key) => (key === null ? [] : [key]));
  return named.length > 10 ? `${named.slice(0, 10).join(', ')} …` : named.join(', ');
}
