import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { judgeHistory } from '../../src/cli/check/judge.ts';
import { readHistory } from '../../src/history/codecs/index.ts';
import { jepsenEdnLines } from '../../src/history/codecs/jepsen-text.ts';
import type { RecordedCall } from '../../src/history/recorded.ts';
import { readBytes } from '../support/read-text.ts';

/** Recorded histories of others, with verdicts that are known. They are no part of the repository. */
const data =
  process.env.PACELC_REFERENCE_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const histories = join(data, 'histories');
const absent = existsSync(histories) ? '' : ` (skipped: no ${histories}; set PACELC_REFERENCE_DATA)`;

const folders = [
  { folder: 'etcd', format: 'log', files: 52 },
  { folder: 'kv', format: 'kv', files: 4 },
  { folder: 'knossos', format: 'edn', files: 8 },
] as const;

describe.skipIf(absent !== '')(`recorded histories with known verdicts${absent}`, () => {
  describe.each(folders)('of $folder', ({ folder, format, files }) => {
    const verdicts = absent === '' ? verdictsIn(join(histories, folder, 'verdicts.csv')) : [];

    it(`are ${files}`, () => {
      expect(verdicts).toHaveLength(files);
    });

    it.each(verdicts)('$file is linearizable: $linearizable', async ({ file, linearizable }) => {
      const path = join(histories, folder, file);
      const read = await readHistory(path);
      const judged = judgeHistory(read, {}, path);

      expect(read.format).toBe(format);
      expect(judged.verdicts.map(({ verdict }) => verdict.type)).toEqual([
        linearizable === 'true' ? 'holds' : 'violated',
      ]);
      for (const { verdict } of judged.verdicts) {
        if (verdict.type !== 'violated') continue;
        expect(verdict.witness.length).toBeGreaterThan(0);
        for (const number of verdict.witness) expectLineOf(judged.callAt(number), path);
      }
    });

    it.each(verdicts)('$file holds the same calls when it is written as EDN', async ({ file }) => {
      const read = await readHistory(join(histories, folder, file));
      if (read.format === 'ndjson') throw new Error('this is a history of others');
      const back = await readBytes([...jepsenEdnLines(read.recorded.calls)].join(''), 'edn', 65_536);

      if (back.format === 'ndjson') throw new Error('this is a history of others');
      expect(back.recorded.calls.map(unplaced)).toEqual(read.recorded.calls.map(unplaced));
    });
  });
});

/** The line of a witness is the one that tells its invocation. */
function expectLineOf({ line, call }: { readonly line: number; readonly call: RecordedCall }, path: string) {
  const text = readFileSync(path, 'utf8').split('\n')[line - 1];
  expect(text).toContain(':invoke');
  expect(text).toContain(`:${call.function}`);
  expect(text).toMatch(new RegExp(`\\b${call.process}\\b`));
}

function unplaced({ line, ...call }: RecordedCall) {
  return call;
}

function verdictsIn(path: string): { file: string; linearizable: string }[] {
  const [, ...rows] = readFileSync(path, 'utf8').trim().split('\n');
  return rows.map((row) => {
    const [file, linearizable] = row.split(',') as [string, string];
    return { file, linearizable };
  });
}
