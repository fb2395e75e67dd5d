import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inFolder, pacelc } from './command.ts';

const forgetful = fileURLToPath(new URL('../../examples/forgetful.ts', import.meta.url));

/** A folder with a strategy in it that breaks its promise on nearly every seed. */
function withForgetful(test: (folder: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    copyFileSync(forgetful, join(folder, 'forgetful.ts'));
    await test(folder);
  });
}

describe('pacelc hunt', () => {
  it('finds a broken promise, makes it small, and prints commands that repeat it', () =>
    withForgetful(async (folder) => {
      const words = [
        'hunt',
        '--strategy',
        './forgetful.ts',
        '--seeds',
        '6',
        '--budget',
        '80',
        '--out',
        'found',
      ];

      const { code, stdout, stderr } = await pacelc(words, folder);

      expect(code).toBe(1);
      expect(stdout).toMatch(/forgetful broke its promise "linearizable" on \d seeds?, first on 1/);
      expect(stdout).toContain('Repeat: npx pacelc replay found/forgetful-linearizable.yaml');
      expect(stdout).toContain('As drawn: npx pacelc hunt --strategy ./forgetful.ts --seed 1 --seeds 1');
      expect(stderr).toContain('6 of 6 runs');

      const again = await pacelc(['replay', 'found/forgetful-linearizable.yaml'], folder);
      expect(again.code).toBe(1);
      expect(again.stdout).toMatch(/linearizable violated/);
      expect(again.stdout).toMatch(/process \d+ at \w+-\d: read/);

      const run = ['run', 'found/forgetful-linearizable.yaml', '--runtime', 'sim', '--out', 'run'];
      expect((await pacelc(run, folder)).code).toBe(1);
    }));

  it('prints the same whatever the number of workers', () =>
    inFolder(async (folder) => {
      const words = ['hunt', '--strategy', 'gossip', '--seeds', '9', '--seed', '40', '--unclaimed', '--json'];

      const one = await pacelc([...words, '--workers', '1'], folder);
      const three = await pacelc([...words, '--workers', '3'], folder);

      expect(three.stdout).toBe(one.stdout);
      expect(one.code).toBe(0);
      expect(JSON.parse(one.stdout)).toMatchObject({ schemaVersion: 1, firstSeed: '40', seeds: 9, runs: 9 });
      // Nothing was promised and broken, so there is nothing to write.
      expect(readdirSync(folder)).toEqual([]);
    }));

  it('tells with --unclaimed which seed breaks what nobody promised, and writes it where files are asked for', () =>
    inFolder(async (folder) => {
      const words = ['hunt', '--strategy', 'gossip', '--seeds', '4', '--unclaimed', '--budget', '10'];

      const { code, stdout } = await pacelc([...words, '--out', 'found'], folder);

      expect(code).toBe(0);
      expect(stdout).toMatch(/^gossip +linearizable +no +\d+ +\d+ +\d+ +\d+$/m);
      expect(existsSync(join(folder, 'found', 'gossip-unclaimed-linearizable.yaml'))).toBe(true);
      expect((await pacelc(['replay', 'found/gossip-unclaimed-linearizable.yaml'], folder)).code).toBe(1);
    }));

  it('hunts in a workload file, and leaves out who refuses what it asks', () =>
    inFolder(async (folder) => {
      const words = ['hunt', '--workload', 'bank-transfers', '--strategy', 'crdt,lock', '--seeds', '1'];

      const { code, stdout, stderr } = await pacelc(words, folder);

      expect(code).toBe(0);
      expect(stderr).toContain('crdt is left out: it refuses transfer');
      expect(stdout).toMatch(/^lock +atomic-transfers +yes +1/m);
      expect(stdout).not.toMatch(/^crdt/m);
    }));

  it.each([
    [
      ['--strategy', 'gosip'],
      '--strategy: no strategy "gosip"; did you mean "gossip"? (strategies: gossip, crdt, quorum, lock)',
    ],
    [['--strategy', 'gossip,gossip'], '--strategy: "gossip" is named twice; name each once'],
    [['--strategy', 'gossip,'], '--strategy: "gossip," has an empty name in it'],
    [['--strategy', './none.ts'], '--strategy ./none.ts: there is no such file'],
    [['--seeds', '0'], '--seeds: "0" is not a whole number from 1 on'],
    [['--seed', 'x'], '--seed: "x" is not a whole number from 1 on'],
    [['--nodes', '1.5'], '--nodes: "1.5" is not a whole number from 1 on'],
    [['--nodes', '500'], '--nodes 500: at most 200 are drawn'],
    [['--duration', '5'], '--duration: "5" has no unit: write 5s, 5ms, 5us or 5m'],
    [['--budget', 'many'], '--budget: "many" is not a whole number from 0 to 1000000'],
    [['--out', ''], '--out: name a folder'],
    [['--workload', 'nothing'], 'no workload "nothing" (workloads: '],
    [
      ['--workload', 'registers', '--nodes', '3'],
      '--nodes is for scenarios that are drawn; a workload file says it itself',
    ],
    [
      ['--workload', 'bank-transfers', '--strategy', 'crdt'],
      'no strategy can be hunted: crdt is left out: it refuses transfer',
    ],
  ])('says in one line what is wrong with %j', (words, line) =>
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await pacelc(['hunt', ...words], folder);

      expect(code).toBe(64);
      expect(stdout).toBe('');
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toContain(line);
    }),
  );
});

describe('pacelc replay', () => {
  const scenario = (expect: string) => `schemaVersion: 1
name: small
summary: Two clients change one key at once.
topology: { regions: { asia: 2 } }
workload: { kind: mixed, cas: 1 }
load: { closed: { clients-per-region: 2 } }
duration: 20ms
strategies: [gossip]
${expect}`;

  it('repeats a run of the simulator and finds the same verdicts and the same history', () =>
    inFolder(async (folder) => {
      const run = ['run', 'registers', '--strategy', 'gossip,quorum', '--duration', '1s', '--runtime', 'sim'];
      await pacelc([...run, '--history', '--out', 'out'], folder);

      const { code, stdout } = await pacelc(['replay', 'out'], folder);

      expect(code).toBe(0);
      expect(stdout.match(/The same as recorded: verdicts and history\./g)).toHaveLength(2);
    }));

  it('says so where a recorded history is another one', () =>
    inFolder(async (folder) => {
      const run = ['run', 'registers', '--strategy', 'gossip', '--duration', '1s', '--runtime', 'sim'];
      await pacelc([...run, '--history', '--out', 'out'], folder);
      await pacelc([...run, '--history', '--seed', '43', '--out', 'other'], folder);
      copyFileSync(
        join(folder, 'other', 'history', 'gossip-1.ndjson.gz'),
        join(folder, 'out', 'history', 'gossip-1.ndjson.gz'),
      );

      const { code, stdout } = await pacelc(['replay', 'out'], folder);

      expect(code).toBe(3);
      expect(stdout).toContain('Not as recorded: the history is another one.');
    }));

  it('exits with 1 where a file expects a violation and it comes, and with 3 where it does not', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'right.yaml'), scenario('expect: { linearizable: violated }'));
      writeFileSync(join(folder, 'wrong.yaml'), scenario('expect: { linearizable: holds }'));

      const right = await pacelc(['replay', 'right.yaml'], folder);
      const wrong = await pacelc(['replay', 'wrong.yaml', '--json'], folder);

      expect(right.code).toBe(1);
      expect(right.stdout).toContain('linearizable (not promised): ');
      expect(wrong.code).toBe(3);
      expect(JSON.parse(wrong.stdout)).toMatchObject({
        trials: [{ asExpected: false, missed: [{ guarantee: 'linearizable', found: 'violated' }] }],
      });
    }));

  it('expects nothing of another seed or strategy', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'small.yaml'), scenario('expect: { linearizable: violated }'));

      const other = await pacelc(['replay', 'small.yaml', '--strategy', 'quorum', '--seed', '7'], folder);

      expect(other.code).toBe(0);
      expect(other.stdout).toMatch(/^quorum, seed 7, \d+ operations: linearizable/);
    }));

  it.each([
    [['nothing.yaml'], 'no workload file nothing.yaml'],
    [['.'], '. holds no run: there is no experiment.json in it'],
    [['small.yaml', '--strategy', 'nobody'], '--strategy: no strategy "nobody"'],
    [['crdt.yaml'], 'crdt refuses cas'],
  ])('says in one line what is wrong with %j', (words, line) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'small.yaml'), scenario(''));
      writeFileSync(
        join(folder, 'crdt.yaml'),
        scenario('expect: { causal: holds }').replace('[gossip]', '[crdt]'),
      );

      const { code, stderr } = await pacelc(['replay', ...words], folder);

      expect(code).toBe(64);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toContain(line);
    }),
  );

  it('refuses a run on worker threads', () =>
    inFolder(async (folder) => {
      await pacelc(
        ['run', 'registers', '--strategy', 'gossip', '--duration', '200ms', '--out', 'out'],
        folder,
      );

      const { code, stderr } = await pacelc(['replay', 'out'], folder);

      expect(code).toBe(64);
      expect(stderr).toContain('out is a run on threads, which nothing repeats');
    }));

  it('finds strategies that a file names by path beside the file', () =>
    withForgetful(async (folder) => {
      const text = scenario('expect: { linearizable: violated }')
        .replace('cas: 1', 'registers: 1')
        .replace('[gossip]', '[./forgetful.ts]');
      writeFileSync(join(folder, 'mine.yaml'), text);

      const { stdout, code } = await pacelc(['replay', join(folder, 'mine.yaml')], '/');

      expect(stdout).toMatch(/^forgetful, seed 1, /);
      expect(code).toBe(1);
      expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe(text);
    }));
});
