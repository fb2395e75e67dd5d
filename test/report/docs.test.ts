import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { csvFiles } from '../../src/report/files.ts';

describe('docs/metrics.md', () => {
  const text = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const sections = new Map(
    text.split(/^## /m).map((section) => [section.split('\n')[0]!.replaceAll('`', ''), section] as const),
  );

  it.each(csvFiles.map((file) => [file.name, file] as const))(
    'explains every column of %s and no other',
    (name, file) => {
      const rows = [
        ...(sections.get(name) ?? '').matchAll(/^\| `([a-z0-9_]+)` \| (.*) \| (.*) \| (.*) \|$/gm),
      ];

      expect(rows.map((row) => row[1])).toEqual(file.columns.map((column) => column.name));
      for (const [, column, unit, sentence, formula] of rows) {
        expect(
          [column, unit, sentence, formula].every((cell) => cell!.trim() !== ''),
          column,
        ).toBe(true);
        expect(sentence, column).toMatch(/^[A-Z].*\.$/);
      }
    },
  );
});
