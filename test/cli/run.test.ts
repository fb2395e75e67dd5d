import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder, mainFile, pacelc, start } from './command.ts';

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
        'atomicity.csv',
        'experiment.json',
        'faults.csv',
        'latency.csv',
        'staleness.csv',
        'summary.csv',
        'timeline.csv',
        'verdicts.csv',
        'visibility.csv',
      ]);
    }));

  it('gives the same files for the same seed in virtual time', () =>
    inFolder(async (folder) => {
      const words = ['run', 'viral-likes', ...small, '--seed', '7'];
      await pacelc([...words, '--out', 'one'], folder);
      await pacelc([...words, '--out', 'two'], folder);

      for (const file of [
        'summary',
        'timeline',
        'latency',
        'staleness',
        'visibility',
        'faults',
        'verdicts',
      ]) {
        const one = readFileSync(join(folder, 'one', `${file}.csv`), 'utf8');
        expect(readFileSync(join(folder, 'two', `${file}.csv`), 'utf8')).toBe(one);
      }
    }));

  it('prints JSON and nothing else on stdout when asked', () =>
    inFolder(async (folder) => {
      const { stdout } = await pacelc(['run', 'viral-likes', ...small, '--json', '--out', 'out'], folder);

      const report = JSON.parse(stdout) as { comparison: { strategy: string }[] };
      expect(report).toMatchObject({
        schemaVersion: 1,
        partial: false,
        folder: join(realpathSync(folder), 'out'),
      });
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
      const manifestFile = join(folder, 'out', 'experiment.json');
      const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as { trials: { label: string }[] };
      const [last] = manifest.trials.splice(-2).filter(({ label }) => label === 'gossip');
      writeFileSync(manifestFile, JSON.stringify({ ...manifest, trials: [...manifest.trials, last] }));

      const { code, stderr } = await pacelc(['run', '--resume', 'out'], folder);

      expect(code).toBe(0);
      expect(stderr).toContain('crdt');
      expect(stderr).not.toContain('gossip: ');
      expect(readFileSync(summary, 'utf8').split('\n').sort()).toEqual(whole.split('\n').sort());
      const { trials } = JSON.parse(readFileSync(manifestFile, 'utf8')) as typeof manifest;
      expect(trials).toHaveLength(4);
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

describe('a module that bears the name of another strategy', () => {
  it('is shown by its file, and that is said', () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, 'own'));
      writeFileSync(join(folder, 'own', 'mine.mjs'), fragile.replaceAll("'fragile'", "'gossip'"));
      cpSync(join(folder, 'own', 'mine.mjs'), join(folder, 'mine.mjs'));
      const names = 'gossip,./own/mine.mjs,./mine.mjs';

      const { stdout, stderr } = await pacelc(
        ['run', 'registers', '--strategy', names, '--duration', '100ms', '--runtime', 'sim', '--out', 'out'],
        folder,
      );

      expect(stderr).toContain(
        'own/mine.mjs calls itself "gossip", as another strategy does: it is shown by its file\n',
      );
      expect(stdout).toMatch(/^gossip .*\nown\/mine\.mjs .*\n\.\/mine\.mjs /m);
    }));
});

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
          ['run', 'viral-likes', '--strategy', 'gossip', '--json', '--out', 'out'],
          folder,
        );
        child.stderr?.on('data', (bytes: Buffer) => {
          if (/gossip: [1-9]/.test(bytes.toString())) child.kill('SIGINT');
        });

        const { code, stdout } = await finished;

        expect(code).toBe(130);
        expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, partial: true, trials: [{ trial: 1 }] });
        const manifest = JSON.parse(readFileSync(join(folder, 'out', 'experiment.json'), 'utf8')) as {
          partial: boolean;
        };
        expect(manifest.partial).toBe(true);
        expect(readFileSync(join(folder, 'out', 'summary.csv'), 'utf8')).toContain('gossip');
      }),
  );

  it.runIf(process.platform !== 'win32')(
    'stops between trials in virtual time, and can be gone on with (skipped on Windows: no SIGINT to send)',
    () =>
      inFolder(async (folder) => {
        const words = ['--strategy', 'gossip', '--duration', '100ms', '--runtime', 'sim', '--trials', '900'];
        const { child, finished } = start(['run', 'viral-likes', ...words, '--out', 'out'], folder);
        let told = '';
        child.stderr?.on('data', (bytes: Buffer) => {
          const before = told.includes('trial 2 of 900');
          told += bytes.toString();
          // Once: whoever presses Ctrl-C again wants out at once.
          if (!before && told.includes('trial 2 of 900')) child.kill('SIGINT');
        });

        const { code, stdout } = await finished;

        expect(code).toBe(130);
        expect(stdout).toContain('The run was interrupted');
        expect(stdout).toMatch(/^Go on: {5}npx pacelc run --resume (\S+\/)?out$/m);
      }),
  );
});

describe("a user's mistake gets one clear line and exit code 64", () => {
  const likes = ['run', 'viral-likes'];
  const cases: readonly [name: string, words: readonly string[], stderr: RegExp][] = [
    [
      'an unknown workload',
      ['run', 'viral'],
      /^no workload "viral"; did you mean "viral-likes"\? \(workloads: bank-transfers, registers, viral-likes/,
    ],
    ['a missing file', ['run', './none.yaml'], /^no workload file \.\/none\.yaml$/],
    ['a folder for a file', ['run', './'], /: is a folder; a workload is a YAML file$/],
    ['no workload at all', ['run'], /^which workload\?/],
    ['an unknown strategy', [...likes, '--strategy', 'gosip'], /"gosip"; did you mean "gossip"\?/],
    ['a strategy named twice', [...likes, '--strategy', 'lock,lock'], /"lock" is named twice/],
    [
      'a strategy given twice',
      [...likes, '--strategy', 'lock', '--strategy', 'lock'],
      /"lock" is named twice/,
    ],
    ['no strategy', [...likes, '--strategy', ''], /^--strategy: names none/],
    [
      'a strategy that is no file',
      [...likes, '--strategy', './x.mjs'],
      /^--strategy \.\/x\.mjs: there is no/,
    ],
    ['a duration without a unit', [...likes, '--duration', '5'], /^--duration: "5" has no unit/],
    ['no duration', [...likes, '--duration', '0'], /^--duration: "0" is not a duration longer/],
    ['no nodes', [...likes, '--nodes', '0'], /^--nodes: "0" is not a whole number from 1/],
    [
      'too few nodes for the faults',
      [...likes, '--nodes', '1'],
      /^--nodes: 1 node leaves no .* --faults none$/,
    ],
    ['no trials', [...likes, '--trials', '0'], /^--trials: "0" is not a whole number from 1/],
    ['no seed', [...likes, '--seed', ''], /^--seed: "" is not a text/],
    ['an unknown runtime', [...likes, '--runtime', 'thread'], /^--runtime: .* did you mean "threads"\?$/],
    ['faults that are not none', [...likes, '--faults', 'all'], /^--faults: "all" is not none/],
    [
      'an option without its value',
      [...likes, '--seed'],
      /^option '--seed <seed>' argument missing \(pacelc run --help/,
    ],
    ['an unknown option', [...likes, '--sed', '1'], /^unknown option '--sed'; did you mean --seed\?/],
    ['a word too many', [...likes, 'registers'], /^too many arguments/],
    ['an unknown verb', ['rum'], /^unknown command 'rum'; did you mean run\? \(pacelc --help/],
    ['a folder that is a file', [...likes, '--out', 'taken'], /^cannot create .*taken: there is a file/],
    ['a folder below a file', [...likes, '--out', 'taken/x'], /^cannot create .*taken/],
    ['nothing to go on with', ['run', '--resume', 'nowhere'], /holds no run/],
    [
      'flags beside --resume',
      ['run', '--resume', 'x', '--trials', '2', '--runtime', 'sim'],
      /leave out --trials --runtime$/,
    ],
    ['an empty folder name', [...likes, '--out', ''], /^--out: name a folder/],
    [
      'a list of nothing known',
      ['list', 'fault'],
      /^list: "fault" is not one of .* did you mean "faults"\?$/,
    ],
    ['a list of nothing', ['list'], /^missing required argument/],
  ];

  it.each(cases)('%s', (_, words, stderr) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'taken'), '');

      const finished = await pacelc(words, folder);

      expect(finished.stderr.trimEnd()).toMatch(stderr);
      expect(finished.stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(finished).toMatchObject({ code: 64, stdout: '' });
      expect(readdirSync(folder)).toEqual(['taken']);
    }),
  );

  it.each([
    ['a value', [...likes, '--json', '--nodes', '0']],
    ['an option', [...likes, '--json', '--sed', '7']],
    ['a word of another list', ['list', 'fault', '--json']],
  ])('and with --json a document of it on stdout: %s', (_, words) =>
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await pacelc(words, folder);

      expect(code).toBe(64);
      expect(JSON.parse(stdout)).toEqual({ schemaVersion: 1, exitCode: 64, error: stderr.trimEnd() });
    }),
  );

  it('a module that cannot be loaded, with its line', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'slip.mjs'), 'export const strategy = {\n  name: "x"\n  summary: 3 };\n');
      writeFileSync(join(folder, 'throws.mjs'), '\nthrow new Error("no such luck");\n');
      const complaintAbout = async (file: string) =>
        (await pacelc([...likes, '--strategy', `./${file}`], folder)).stderr;

      expect(await complaintAbout('slip.mjs')).toMatch(/^--strategy \.\/slip\.mjs:3: Unexpected [^\n]*\n$/);
      expect(await complaintAbout('throws.mjs')).toBe('--strategy ./throws.mjs:2: no such luck\n');
    }));

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

describe('stdout', () => {
  it.runIf(process.platform === 'linux')(
    'that is full is one clear line (skipped elsewhere: no /dev/full)',
    async () => {
      const full = openSync('/dev/full', 'w');
      const { status, stderr } = spawnSync(process.execPath, [mainFile, 'list', 'strategies'], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      });
      closeSync(full);

      expect(status).toBe(64);
      expect(stderr).toMatch(/^stdout takes no more: ENOSPC[^\n]*\n$/);
    },
  );

  it.runIf(process.platform !== 'win32')(
    'whose reader has seen enough is no mistake (skipped on Windows: no sh)',
    () =>
      inFolder(async (folder) => {
        const words = 'run viral-likes --strategy gossip --duration 1s --runtime sim --out out --json';
        const command = `"${process.execPath}" "${mainFile}" ${words}; echo "code $?" >&2`;

        const { stderr } = spawnSync('sh', ['-c', `{ ${command}; } | true`], {
          cwd: folder,
          encoding: 'utf8',
        });

        expect(stderr).toMatch(/done\ncode 0\n$/);
      }),
  );
});

describe('help and lists', () => {
  it.each(['run', 'list'])('%s shows examples', async (verb) => {
    const { code, stdout } = await pacelc([verb, '--help'], process.cwd());

    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
  });

  it('fits a terminal of 80 columns', async () => {
    for (const words of [['--help'], ['run', '--help'], ['list', '--help']]) {
      const { stdout } = await pacelc(words, process.cwd());

      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    }
  });

  it.each(['strategies', 'workloads', 'kinds', 'faults', 'topologies'])(
    'lists %s as text and as JSON',
    async (what) => {
      const text = await pacelc(['list', what, '--verbose'], process.cwd());
      const json = await pacelc(['list', what, '--json'], process.cwd());

      const names = (JSON.parse(json.stdout) as { name: string }[]).map((item) => item.name);
      expect(names.length).toBeGreaterThan(2);
      for (const name of names) expect(text.stdout).toMatch(new RegExp(`^${name} `, 'm'));
    },
  );
});
