import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder, pacelc, start } from './command.ts';

const small = ['--strategy', 'gossip,crdt,quorum,lock', '--duration', '2s', '--runtime', 'sim'] as const;

describe('pacelc run', () => {
  it('compares strategies on worker threads and writes every file', () =>
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await pacelc(
        ['run', 'viral-likes', '--strategy', 'gossip,crdt', '--duration', '2s', '--out', 'out'],
        folder,
      );

      expect(stderr).toContain('gossip: 100 %');
      expect(stdout).toContain('CSV files:');
      expect(stdout).toContain('npx pacelc run viral-likes --strategy gossip,crdt --duration 2s --seed 42');
      expect(code).toBe(0);
      expect(readdirSync(join(folder, 'out')).sort()).toEqual([
        'experiment.json',
        'faults.csv',
        'latency.csv',
        'staleness.csv',
        'summary.csv',
        'timeline.csv',
        'verdicts.csv',
      ]);
    }));

  it('gives the same files for the same seed in virtual time', () =>
    inFolder(async (folder) => {
      const words = ['run', 'viral-likes', ...small, '--seed', '7'];
      await pacelc([...words, '--out', 'one'], folder);
      await pacelc([...words, '--out', 'two'], folder);

      for (const file of ['summary', 'timeline', 'latency', 'staleness', 'faults', 'verdicts']) {
        const one = readFileSync(join(folder, 'one', `${file}.csv`), 'utf8');
        expect(readFileSync(join(folder, 'two', `${file}.csv`), 'utf8')).toBe(one);
      }
    }));

  it('prints JSON and nothing else on stdout when asked', () =>
    inFolder(async (folder) => {
      const { stdout } = await pacelc(['run', 'viral-likes', ...small, '--json', '--out', 'out'], folder);

      const report = JSON.parse(stdout) as { schemaVersion: number; comparison: { strategy: string }[] };
      expect(report.schemaVersion).toBe(1);
      expect(report.comparison.map((row) => row.strategy)).toEqual(['gossip', 'crdt', 'quorum', 'lock']);
    }));

  it('asks every strategy the same questions', () =>
    inFolder(async (folder) => {
      await pacelc(['run', 'viral-likes', ...small, '--out', 'out'], folder);

      const [header = '', ...rows] = readFileSync(join(folder, 'out', 'summary.csv'), 'utf8')
        .trim()
        .split('\n');
      const column = (name: string) => header.split(',').indexOf(name);
      const asked = rows
        .map((row) => row.split(','))
        .filter((cells) => cells[column('phase')] === 'measured')
        .map((cells) => `${cells[column('asked_reads')]} reads, ${cells[column('asked_writes')]} writes`);
      expect(asked).toHaveLength(4);
      expect(new Set(asked).size).toBe(1);
    }));

  it('interleaves trials, and goes on where an interrupted run stopped', () =>
    inFolder(async (folder) => {
      const words = [
        'run',
        'viral-likes',
        '--strategy',
        'gossip,crdt',
        '--duration',
        '1s',
        '--runtime',
        'sim',
        '--trials',
        '2',
      ];
      await pacelc([...words, '--out', 'out'], folder);
      const summary = join(folder, 'out', 'summary.csv');
      const whole = readFileSync(summary, 'utf8');
      writeFileSync(
        summary,
        whole
          .split('\n')
          .filter((line) => !/^\d+,crdt,2,/.test(line))
          .join('\n'),
      );

      const { code, stderr } = await pacelc(['run', '--resume', 'out'], folder);

      expect(code).toBe(0);
      expect(stderr).toContain('crdt');
      expect(stderr).not.toContain('gossip: ');
      expect(readFileSync(summary, 'utf8').split('\n').sort()).toEqual(whole.split('\n').sort());
    }));

  it('names the strategies that refuse what the workload asks', () =>
    inFolder(async (folder) => {
      const all = await pacelc(
        [
          'run',
          'bank-transfers',
          '--strategy',
          'gossip,crdt',
          '--duration',
          '2s',
          '--runtime',
          'sim',
          '--out',
          'out',
        ],
        folder,
      );
      const none = await pacelc(
        ['run', 'bank-transfers', '--strategy', 'crdt,quorum', '--out', 'none'],
        folder,
      );

      expect(all.stdout).toContain('crdt was left out: it refuses transfer.');
      expect(none).toMatchObject({ code: 64, stdout: '' });
      expect(none.stderr).toBe(
        'no strategy can serve "bank-transfers": crdt refuses transfer; quorum refuses transfer\n',
      );
      expect(existsSync(join(folder, 'none'))).toBe(false);
    }));
});

/** A register that answers at once and throws at its fiftieth request. */
const fragile = `export const strategy = {
  name: 'fragile', summary: 'Breaks', family: 'eventual', knobs: [],
  operations: { read: 'native', write: 'native', add: 'refused', cas: 'refused', transfer: 'refused' },
  tolerates: [], guarantees: () => [],
  create: () => {
    let requests = 0;
    return {
      onStart() {}, onMessage() {}, onTimer() {}, contents: () => [],
      onRequest(request, operation, context, out) {
        requests += 1;
        if (requests === 50) throw new Error('planted mistake');
        out.reply(request, { type: 'ok', value: null });
      },
    };
  },
};
`;

describe('a strategy that throws', () => {
  it.each(['threads', 'sim'])('is marked broken with its stack on %s, and the others go on', (runtime) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'fragile.mjs'), fragile);

      const { code, stdout } = await pacelc(
        [
          'run',
          'registers',
          '--strategy',
          './fragile.mjs,gossip',
          '--duration',
          '1s',
          '--runtime',
          runtime,
          '--out',
          'out',
        ],
        folder,
      );

      expect(code).toBe(2);
      expect(stdout).toMatch(/fragile.*broke|broken/s);
      expect(stdout).toContain('gossip answered');
      const manifest = readFileSync(join(folder, 'out', 'experiment.json'), 'utf8');
      expect(manifest).toContain('planted mistake');
      expect(manifest).toMatch(/fragile\.mjs:\d+:\d+/);
    }),
  );
});

describe('pacelc run, interrupted', () => {
  it.runIf(process.platform !== 'win32')(
    'writes what was measured, says that it is partial, and leaves no process (skipped on Windows: no SIGINT to send)',
    () =>
      inFolder(async (folder) => {
        const { child, finished } = start(
          ['run', 'viral-likes', '--strategy', 'gossip', '--out', 'out'],
          folder,
        );
        child.stderr?.on('data', (bytes: Buffer) => {
          if (/gossip: [1-9]/.test(bytes.toString())) child.kill('SIGINT');
        });

        const { code, stdout } = await finished;

        expect(code).toBe(130);
        expect(stdout).toContain('interrupted');
        const manifest = JSON.parse(readFileSync(join(folder, 'out', 'experiment.json'), 'utf8')) as {
          partial: boolean;
        };
        expect(manifest.partial).toBe(true);
        expect(readFileSync(join(folder, 'out', 'summary.csv'), 'utf8')).toContain('gossip');
      }),
  );
});

describe("a user's mistake gets one clear line and exit code 64", () => {
  const cases: readonly [name: string, words: readonly string[], stderr: RegExp][] = [
    [
      'an unknown workload',
      ['run', 'viral'],
      /^no workload "viral": give one of bank-transfers, registers, viral-likes/,
    ],
    ['a missing file', ['run', './none.yaml'], /^no workload file \.\/none\.yaml$/m],
    ['no workload at all', ['run'], /^which workload\?/],
    ['an unknown strategy', ['run', 'viral-likes', '--strategy', 'gosip'], /gosip/],
    ['a duration without a unit', ['run', 'viral-likes', '--duration', '5'], /--duration/],
    ['no nodes', ['run', 'viral-likes', '--nodes', '0'], /--nodes/],
    ['an unknown option', ['run', 'viral-likes', '--sed', '1'], /unknown option '--sed'/],
    ['an unknown verb', ['rum'], /rum/],
    ['a folder that is a file', ['run', 'viral-likes', '--out', 'taken/x'], /^cannot create .*taken/],
    ['nothing to go on with', ['run', '--resume', 'nowhere'], /holds no run/],
    ['a flag beside --resume', ['run', '--resume', 'x', '--trials', '2'], /leave out --trials/],
    ['an empty folder name', ['run', 'viral-likes', '--out', ''], /--out: name a folder/],
    ['a list of nothing known', ['list', 'nonsense'], /nonsense/],
  ];

  it.each(cases)('%s', (_, words, stderr) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'taken'), '');

      const finished = await pacelc(words, folder);

      expect(finished.stderr).toMatch(stderr);
      expect(finished.stderr).not.toMatch(/^\s+at /m);
      expect(finished).toMatchObject({ code: 64, stdout: '' });
      expect(readdirSync(folder)).toEqual(['taken']);
    }),
  );

  it('every mistake of a file at once, with its place', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'bad.yaml'), 'schemaVersion: 1\nname: bad\nsumary: typo\nseed: 1\n');

      const { code, stderr } = await pacelc(['run', './bad.yaml'], folder);

      expect(code).toBe(64);
      expect(stderr).toMatch(/bad\.yaml:3:1: .*sumary.*summary/);
      expect(stderr.trim().split('\n').length).toBeGreaterThan(1);
    }));

  it('a folder that already holds a run is not written into', () =>
    inFolder(async (folder) => {
      const words = [
        'run',
        'viral-likes',
        '--strategy',
        'gossip',
        '--duration',
        '1s',
        '--runtime',
        'sim',
        '--out',
        'out',
      ];
      await pacelc(words, folder);

      const { code, stderr } = await pacelc(words, folder);

      expect(code).toBe(64);
      expect(stderr).toMatch(/already holds a run/);
    }));
});

describe('help and lists', () => {
  it.each(['run', 'list'])('%s shows examples', async (verb) => {
    const { code, stdout } = await pacelc([verb, '--help'], process.cwd());

    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
  });

  it.each(['strategies', 'workloads', 'faults', 'topologies'])(
    'lists %s as text and as JSON',
    async (what) => {
      const text = await pacelc(['list', what, '--verbose'], process.cwd());
      const json = await pacelc(['list', what, '--json'], process.cwd());

      const names = (JSON.parse(json.stdout) as { name: string }[]).map((item) => item.name);
      expect(names.length).toBeGreaterThan(2);
      for (const name of names) expect(text.stdout).toContain(name);
    },
  );
});
