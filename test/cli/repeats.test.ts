import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inFolder, pacelc } from './command.ts';

const sim = ['--runtime', 'sim', '--duration', '200ms'] as const;
const scenario = fileURLToPath(new URL('../scenarios/gossip-behind-a-partition.yaml', import.meta.url));

/** A register whose messages hold a number that nobody can foresee, or one that all can. */
function moduleWith(mark: string): string {
  return `
export const strategy = {
  name: 'dicey', summary: 'rolls dice', family: 'eventual', knobs: [], tolerates: [],
  operations: { read: 'native', write: 'native', add: 'refused', cas: 'refused', transfer: 'refused' },
  guarantees: () => [],
  create: (env) => ({
    onStart() {}, onMessage() {}, onTimer() {}, contents: () => [],
    onRequest(request, operation, context, out) {
      for (const peer of env.peers) out.send(peer, { mark: ${mark} });
      out.reply(request, { type: 'ok', value: null });
    },
  }),
};
`;
}

describe('--check-determinism', () => {
  it('says that the same happened twice, in how many events', () =>
    inFolder(async (folder) => {
      const words = ['run', 'registers', '--strategy', 'gossip,quorum', ...sim, '--check-determinism'];

      const { code, stdout } = await pacelc(words, folder);

      expect(code).toBe(0);
      expect(stdout.replace(/\s+/g, ' ')).toMatch(
        /All 2 trials ran twice, and the same happened: [\d,]+ events, histories and CSV files alike\./,
      );
    }));

  it("names what a strategy of the user's does that its seed does not say, as the user's mistake", () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'dicey.mjs'), moduleWith('Math.random()'));
      const words = [
        'run',
        'registers',
        '--strategy',
        './dicey.mjs',
        ...sim,
        '--check-determinism',
        '--json',
      ];

      const { code, stdout } = await pacelc(words, folder);

      const { determinism, findings } = JSON.parse(stdout) as {
        readonly determinism: readonly { readonly strategy: string; readonly difference: string }[];
        readonly findings: readonly string[];
      };
      expect(code).toBe(64);
      expect(determinism).toHaveLength(1);
      expect(determinism[0]).toMatchObject({ strategy: 'dicey', trial: 1 });
      expect(determinism[0]!.difference).toMatch(
        /zone-[abc]-1, when it was asked .* sent \{"mark":0\.\d+\} to zone/,
      );
      expect(findings.at(-1)).toMatch(
        /^dicey is not deterministic: trial 1 ran twice, and the runs part at event/,
      );
    }));

  it('finds nothing in the same strategy without its dice', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'dicey.mjs'), moduleWith('7'));
      const words = ['run', 'registers', '--strategy', './dicey.mjs', ...sim, '--check-determinism'];

      expect((await pacelc(words, folder)).code).toBe(0);
    }));
});

describe('--workers', () => {
  it('changes no byte of what is written', () =>
    inFolder(async (folder) => {
      const words = ['run', 'viral-likes', '--strategy', 'gossip,crdt', ...sim, '--trials', '2'];

      await pacelc([...words, '--workers', '1', '--out', 'one'], folder);
      await pacelc([...words, '--workers', '3', '--out', 'three'], folder);

      for (const file of ['summary.csv', 'timeline.csv', 'verdicts.csv']) {
        expect(readFileSync(join(folder, 'three', file))).toEqual(readFileSync(join(folder, 'one', file)));
      }
    }));
});

it('a strategy that breaks in a callback of its own is named, with the line', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'dicey.mjs'), moduleWith('setTimeout(() => process.exit(0), 0) && 7'));
    const words = [
      'run',
      'registers',
      '--strategy',
      './dicey.mjs',
      ...sim,
      '--trials',
      '2',
      '--workers',
      '2',
    ];

    const { code, stderr } = await pacelc(words, folder);

    expect(code).toBe(64);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^dicey broke outside of its steps, and the run with it: a strategy called process.exit\(0\).*dicey.mjs:9:\d+\)\)$/,
    );
  }));

describe('--explain', () => {
  it('writes a picture of the first violation beside the results', () =>
    inFolder(async (folder) => {
      const words = ['run', 'registers', '--strategy', 'gossip,quorum', ...sim, '--explain', '--out', 'out'];

      await pacelc(words, folder);

      const picture = readFileSync(join(folder, 'out', 'explained', 'gossip-1.svg'), 'utf8');
      expect(picture).toContain('gossip is not &quot;linearizable&quot;');
      expect(existsSync(join(folder, 'out', 'explained', 'quorum-1.svg'))).toBe(false);
    }));

  it('of replay draws what the file expects, where it is told to', () =>
    inFolder(async (folder) => {
      const { code, stdout } = await pacelc(['replay', scenario, '--explain', '--out', 'why.svg'], folder);
      const json = await pacelc(['replay', scenario, '--explain', '--json'], folder);

      expect(code).toBe(1);
      expect(stdout).toContain('Drawing: why.svg\n');
      expect(JSON.parse(json.stdout)).toMatchObject({ drawing: 'gossip-behind-a-partition.svg' });
      const drawn = readFileSync(join(folder, 'why.svg'), 'utf8');
      expect(readFileSync(join(folder, 'gossip-behind-a-partition.svg'), 'utf8')).toBe(drawn);
      expect(drawn).toContain('partition of europe from asia and america');
    }));

  it('of replay says where nothing can be drawn', () =>
    inFolder(async (folder) => {
      const { code, stdout } = await pacelc(
        ['replay', scenario, '--strategy', 'quorum', '--explain'],
        folder,
      );

      expect(code).toBe(0);
      expect(stdout).toContain('Drawing: none, as no violation is shown by operations\n');
    }));
});

describe('what makes no sense is refused in one line', () => {
  it.each<readonly [string, readonly string[], RegExp]>([
    [
      'determinism of threads',
      ['run', 'registers', '--check-determinism'],
      /^--check-determinism: only virtual time repeats itself; add --runtime sim$/,
    ],
    [
      'pictures of threads',
      ['run', 'registers', '--explain'],
      /^--explain: what led to what is traced in virtual time only; add --runtime sim$/,
    ],
    [
      'workers for threads',
      ['run', 'registers', '--workers', '2'],
      /^--workers: trials on worker threads need the processors .*; add --runtime sim$/,
    ],
    [
      'no workers',
      ['run', 'registers', ...sim, '--workers', '0'],
      /^--workers: "0" is not a whole number from 1 on$/,
    ],
    [
      'many words',
      ['run', 'registers', ...sim, '--workers', 'all'],
      /^--workers: "all" is not a whole number/,
    ],
    [
      'a place for no picture',
      ['replay', scenario, '--out', 'x.svg'],
      /^--out names the drawing of --explain/,
    ],
    [
      'a picture where no file can be',
      ['replay', scenario, '--explain', '--out', 'no/such/folder.svg'],
      /^cannot write no\/such\/folder.svg: /,
    ],
  ])('%s', (_, words, stderr) =>
    inFolder(async (folder) => {
      const finished = await pacelc(words, folder);

      expect(finished.code).toBe(64);
      expect(finished.stderr.trimEnd()).toMatch(stderr);
      expect(finished.stderr.trimEnd().split('\n')).toHaveLength(1);
    }),
  );
});
