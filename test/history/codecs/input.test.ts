import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readHistory } from '../../../src/history/codecs/index.ts';
import { longestLine } from '../../../src/history/codecs/lines.ts';
import { ndjsonPieces } from '../../../src/history/codecs/ndjson-writer.ts';
import { draw } from '../../support/history.ts';
import { readBytes } from '../../support/read-text.ts';

const log = '0 :invoke :write "é"\n0 :ok :write "é"\n';

describe('the bytes of a history', () => {
  it.each([1, 2, 3, 1_000])('may come in chunks of %d', async (size) => {
    const whole = await readBytes(log, undefined, 1_000);

    expect(await readBytes(log, undefined, size)).toEqual(whole);
    expect(await readBytes(gzipSync(log), undefined, size)).toEqual(whole);
  });

  it('may be compressed in several members', async () => {
    const history = draw('1: |-- write x 1 --|');
    const members = Array.from(ndjsonPieces(history), (piece) => gzipSync(piece));
    const bytes = Buffer.concat([gzipSync(''), ...members, gzipSync('')]);

    expect(gunzipSync(bytes).length).toBeGreaterThan(0);
    expect(await readBytes(bytes)).toMatchObject({ format: 'ndjson', own: { history: { length: 1 } } });
  });

  it.each([
    ['an empty file', '', 'file: the file is empty'],
    ['a file of blanks', ' \n\t\n', 'file: the file is empty'],
    ['a binary file', Buffer.from([1, 2, 3, 0, 255]), 'file:1: this is a binary file; a history is'],
    ['bytes that are no text', Buffer.from([0x7b, 0x22, 0xff, 0xfe]), 'file:1: this is a binary file'],
    ['a list in JSON', '[{"a":1}]', 'file:1: it begins with "[{"a":1}]"; a history is NDJSON of pacelc'],
    ['prose', 'Hello\nworld', 'file:1: it begins with "Hello"; a history is'],
    ['many blanks', ' '.repeat(5_000), 'file: the file begins with nothing but blanks'],
  ])('are refused where they are %s', async (_, bytes, message) => {
    await expect(readBytes(bytes)).rejects.toThrow(message);
  });

  it('are refused where a line has no end in sight', async () => {
    const history = Buffer.from([...ndjsonPieces(draw('1: |-- write x 1 --|'))].join('').split('\n', 1)[0]!);
    const endless = Buffer.concat([history, Buffer.from('\n{"stream":'), Buffer.alloc(longestLine, '0')]);

    await expect(readBytes(endless, undefined, 1 << 16)).rejects.toThrow(
      'file:2: the line is longer than 16 MiB; a line holds one operation',
    );
  });

  it('are refused where a compressed file was cut off or damaged', () =>
    inFolder(async (folder) => {
      const bytes = gzipSync(log.repeat(100));
      const damaged = Buffer.from(bytes).fill(0xff, 12, 30);
      writeFileSync(join(folder, 'cut.gz'), bytes.subarray(0, bytes.length - 9));
      writeFileSync(join(folder, 'damaged.gz'), damaged);

      await expect(readHistory(join(folder, 'cut.gz'))).rejects.toThrow(
        `${join(folder, 'cut.gz')}: the compressed file was cut off`,
      );
      await expect(readHistory(join(folder, 'damaged.gz'))).rejects.toThrow('the compressed file is damaged');
    }));

  it('are refused where there is no such file, or a folder', () =>
    inFolder(async (folder) => {
      await expect(readHistory(join(folder, 'none'))).rejects.toThrow('there is no such file');
      await expect(readHistory(folder)).rejects.toThrow('this is a folder; name a file');
    }));
});

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pacelc-'));
  try {
    await test(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
