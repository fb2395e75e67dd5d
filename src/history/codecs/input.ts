import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { HistoryFileError } from './file-error.ts';

/** What a user names to have a history read from standard input. */
export const standardInput = '-';

const gzipMagic = [0x1f, 0x8b];

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder; name a file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
  Z_BUF_ERROR: 'the compressed file was cut off',
  Z_DATA_ERROR: 'the compressed file is damaged',
};

/** The bytes of a file or of standard input, in chunks; what is compressed with gzip comes as it was before. */
export function chunksOf(path: string): AsyncIterable<Buffer> {
  const stream = path === standardInput ? process.stdin : createReadStream(path);
  return unzipped(stream, sourceName(path));
}

/** The same for bytes that come from elsewhere; `source` is what messages call them. */
export async function* unzipped(bytes: AsyncIterable<Buffer>, source: string): AsyncIterable<Buffer> {
  try {
    yield* plain(bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const reason = reasons[code] ?? (code.startsWith('Z_') ? reasons.Z_DATA_ERROR : undefined);
    if (reason === undefined) throw error;
    throw new HistoryFileError(source, null, reason);
  }
}

/** How messages call an input. */
export function sourceName(path: string): string {
  return path === standardInput ? 'standard input' : path;
}

/** Tells compressed bytes by how they begin, so that standard input and any name will do. */
async function* plain(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const iterator = bytes[Symbol.asyncIterator]();
  let begun = Buffer.alloc(0);
  let next = await iterator.next();
  while (next.done !== true) {
    begun = Buffer.concat([begun, next.value]);
    if (begun.length >= gzipMagic.length) break;
    next = await iterator.next();
  }
  const all = following(begun, iterator);
  if (!gzipMagic.every((byte, i) => begun[i] === byte)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip();
  // Its failure comes out of the loop below as well; here it would only be told twice.
  pipeline(Readable.from(all), gunzip).catch(() => {});
  yield* gunzip as AsyncIterable<Buffer>;
}

async function* following(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (first.length > 0) yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
