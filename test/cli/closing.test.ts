import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Closing, closingJson, closingText } from '../../src/cli/closing.ts';
import { shellWord } from '../../src/cli/shell.ts';
import { loadSpec } from '../../src/experiment/spec-file.ts';
import { strategies } from '../../src/strategies/index.ts';
import { resultOf, well } from '../support/results.ts';

const spec = loadSpec('workloads/viral-likes.yaml', strategies);
const closing: Closing = { spec, command: 'npx pacelc run viral-likes --seed 42', realTime: true };
const late = { generatorLatenessMsP50: 0.5, generatorLatenessMsP99: 2 };
const result = {
  trials: [resultOf({ ...well, ...late }, { verdicts: [{}] })],
  leftOut: [{ label: 'quorum', kinds: ['transfer' as const] }],
  partial: true,
  folder: resolve('..', 'elsewhere', 'results', '2026-11-24T23-44-31-viral-likes'),
};

describe('what a run ends with', () => {
  it.each([40, 60, 80])('fits a terminal of %i columns, apart from what people copy', (width) => {
    const lines = closingText(result, closing, { color: false, width }).split('\n');

    const prose = lines.filter((line) => !/^(CSV files|Go on|Repeat):/.test(line));
    const table = prose.findIndex((line) => line.startsWith('gossip answered'));
    expect(Math.max(...prose.slice(table).map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(lines).toContain('Repeat:    npx pacelc run viral-likes --seed 42');
  });

  it('says how to go on with a run that was interrupted', () => {
    const style = { color: false, width: 80 };
    const goOn = `\nGo on:     npx pacelc run --resume ${shellWord(result.folder)}\n`;

    expect(closingText(result, closing, style)).toContain(goOn);
    expect(closingText({ ...result, partial: false }, closing, style)).not.toContain('Go on');
  });

  it('names the folder as it is seen from here', () => {
    const style = { color: false, width: 80 };
    const folder = join(process.cwd(), 'results', 'one');

    expect(closingText({ ...result, folder }, closing, style)).toContain(
      `\nCSV files: ${join('results', 'one')}\n`,
    );
    expect(closingText(result, closing, style)).toContain(`\nCSV files: ${result.folder}\n`);
  });

  it('says how late requests left, but not in virtual time, where nothing is late', () => {
    const style = { color: false, width: 80 };

    expect(closingText(result, closing, style)).toContain(
      '\n\nRequests left at most 0.50 ms late at p50, 2.00 ms at p99.\n\nCSV files:',
    );
    expect(closingText(result, { ...closing, realTime: false }, style)).toContain(
      'quorum was left out: it refuses transfer.\n\nCSV files:',
    );
  });

  it('tells programs all that it tells people', () => {
    const report: unknown = JSON.parse(closingJson(result, closing));

    expect(report).toMatchObject({
      schemaVersion: 1,
      partial: true,
      folder: result.folder,
      repeat: closing.command,
      findings: [
        'gossip answered every read and write; none of its reads was stale.',
        'quorum was left out: it refuses transfer.',
      ],
    });
  });
});
