import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inFolder, pacelc } from './command.ts';

let original: string;

beforeAll(async () => {
  original = mkdtempSync(join(tmpdir(), 'pacelc-'));
  const words = [
    'viral-likes',
    '--strategy',
    'gossip,crdt',
    '--duration',
    '1s',
    '--runtime',
    'sim',
    '--out',
    'out',
  ];
  await pacelc(['run', ...words], original);
});

afterAll(() => rmSync(original, { recursive: true, force: true }));

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

const withoutLines = (pattern: RegExp) => (text: string) =>
  text
    .split('\n')
    .filter((line) => !pattern.test(line))
    .join('\n');

describe('a folder that was edited by hand is refused in one line', () => {
  const edits: readonly [name: string, file: string, change: (text: string) => string, stderr: RegExp][] = [
    [
      'where it names an unknown strategy',
      'experiment.json',
      (text) => text.replaceAll('"name": "crdt"', '"name": "crtd"'),
      /^out[\\/]experiment\.json:\d+: no strategy "crtd"; there are gossip, /,
    ],
    [
      'where it names an unknown runtime',
      'experiment.json',
      (text) => text.replace('"runtime": "sim"', '"runtime": "sum"'),
      /^out[\\/]experiment\.json:\d+: no runtime "sum"; there are threads, sim\n$/,
    ],
    [
      'where it names an unknown workload',
      'experiment.json',
      (text) => text.replace('"kind": "likes"', '"kind": "hates"'),
      /^out[\\/]experiment\.json:\d+: no workload "hates"; there are likes, /,
    ],
    [
      'where the rows of a trial were deleted from the summary',
      'summary.csv',
      withoutLines(/^\d+,crdt,/),
      /out[\\/]summary\.csv: there is no row of crdt, trial 1, where the run wrote \d+: put back what was written, or /,
    ],
    [
      'where one row was deleted from the summary',
      'summary.csv',
      withoutLines(/^\d+,crdt,1,.*warm/),
      /out[\\/]summary\.csv: there (is 1 row|are \d+ rows) of crdt, trial 1, where the run wrote \d+/,
    ],
    [
      'where rows were deleted from the timeline',
      'timeline.csv',
      withoutLines(/^\d+,gossip,/),
      /out[\\/]timeline\.csv: there is no row of gossip, trial 1, where the run wrote \d+/,
    ],
  ];

  it.each(edits)('%s', (_, file, change, stderr) =>
    inFolder(async (folder) => {
      cpSync(join(original, 'out'), join(folder, 'out'), { recursive: true });
      const before = readFileSync(join(folder, 'out', file), 'utf8');
      edit(join(folder, 'out', file), change);
      expect(readFileSync(join(folder, 'out', file), 'utf8')).not.toBe(before);

      const told = await pacelc(['run', '--resume', 'out'], folder);

      expect(told.stderr).toMatch(stderr);
      expect(told.stderr.trim().split('\n')).toHaveLength(1);
      expect(told).toMatchObject({ code: 64, stdout: '' });
    }),
  );

  it('where a file is missing', () =>
    inFolder(async (folder) => {
      cpSync(join(original, 'out'), join(folder, 'out'), { recursive: true });
      rmSync(join(folder, 'out', 'timeline.csv'));

      const told = await pacelc(['run', '--resume', 'out'], folder);

      expect(told.stderr).toMatch(
        /^.*timeline\.csv: there is no row of gossip, trial 1, where the run wrote \d+.*\n$/,
      );
      expect(told.code).toBe(64);
    }));
});

it('a folder whose run was complete is gone on with: nothing is measured, and the manifest keeps its trials', () =>
  inFolder(async (folder) => {
    cpSync(join(original, 'out'), join(folder, 'out'), { recursive: true });
    const trials = () =>
      (JSON.parse(readFileSync(join(folder, 'out', 'experiment.json'), 'utf8')) as { trials: unknown })
        .trials;
    const before = trials();

    const { code } = await pacelc(['run', '--resume', 'out'], folder);

    expect(code).toBe(0);
    expect(trials()).toEqual(before);
  }));
