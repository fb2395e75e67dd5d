import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportHistory } from '../../../src/cli/check/export.ts';
import { ndjsonPieces } from '../../../src/history/codecs/ndjson-writer.ts';
import { draw } from '../../support/history.ts';
import { readBytes } from '../../support/read-text.ts';
import { inFolder } from '../command.ts';

describe('lines of a log', () => {
  it('tell a cas that was refused as failed, and leave out one that failed for another reason', () =>
    inFolder(async (folder) => {
      const history = draw(`
        1:  |- cas x 1 2 -/
        2:                    |- cas x 3 4 -!
      `);
      const read = await readBytes([...ndjsonPieces(history)].join(''));
      const out = join(folder, 'x.log');

      await exportHistory(read, { form: 'log', key: undefined, out });

      expect(readFileSync(out, 'utf8')).toBe(
        'INFO  jepsen.util - 1\t:invoke\t:cas\t[1 2]\nINFO  jepsen.util - 1\t:fail\t:cas\t[1 2]\n',
      );
    }));
});
