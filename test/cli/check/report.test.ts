import { describe, expect, it } from 'vitest';
import { judgeHistory } from '../../../src/cli/check/judge.ts';
import { asText } from '../../../src/cli/check/report.ts';
import { readBytes } from '../../support/read-text.ts';

const file = 'a-folder-with-a-long-name/and-another-one/a-history-with-a-rather-long-name.edn';
const violated =
  '{:process 0 :type :invoke :f :write :key "the cart of Ann" :value 1}{:process 0 :type :ok :f :write :key "the cart of Ann" :value 1}\n' +
  '{:process 1 :type :invoke :f :read :key "the cart of Ann" :value nil}{:process 1 :type :ok :f :read :key "the cart of Ann" :value 2}\n';

describe('the verdict on a file', () => {
  it('names the key of a violation', async () => {
    expect(asText(await judged())).toContain('  linearizable: on "the cart of Ann": no order of ');
  });

  it('breaks sentences at the width of a line, and keeps what names a file in one', async () => {
    const lines = asText(await judged())
      .trimEnd()
      .split('\n');

    expect(lines[0]).toBe(`${file}: linearizable violated (register, 2 operations)`);
    expect(lines.at(-1)).toBe(`  ${file}:2: process 1: read "the cart of Ann" → 2`);
    for (const line of lines.slice(1, -1)) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.length).toBeGreaterThan(3);
  });

  it('breaks every line where a person looks', async () => {
    const text = asText(await judged(), { width: 60, isTerminal: true });
    const long = text.split('\n').filter((line) => line.length > 60);

    // Only a word that is longer than a line stays whole.
    expect(long.map((line) => line.trim().replace(/:\d+:$/, ':'))).toEqual([`${file}:`, `${file}:`]);
  });
});

async function judged() {
  return judgeHistory(await readBytes(violated), {}, file);
}
