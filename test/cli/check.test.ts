import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { verdictsFile } from '../../src/report/csv/verdicts.ts';
import { inFolder, pacelc, start } from './command.ts';

const kept = '0 :invoke :write 1\n0 :ok :write 1\n1 :invoke :read nil\n1 :ok :read 1\n';
const violated = kept.replace(':ok :read 1', ':ok :read 2');
/** Twelve clients at once on one register, and a value that comes back: no short proof. */
const undecided = hardHistory();

describe('pacelc check', () => {
  it('says in one line that a history is kept', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'kept.log'), kept);
      const { code, stdout, stderr } = await pacelc(['check', 'kept.log'], folder);

      expect(stdout).toBe('kept.log: linearizable kept (register, 2 operations)\n');
      expect([code, stderr]).toEqual([0, '']);
    }));

  it('shows a violation by the lines of the file', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'bad.log'), violated);
      const { code, stdout } = await pacelc(['check', 'bad.log'], folder);

      const [verdict, ...lines] = stdout.trimEnd().split('\n');
      expect(verdict).toBe('bad.log: linearizable violated (register, 2 operations)');
      expect(lines.join('\n')).toMatch(
        /^ {2}linearizable: [^:]+: process 1 read 2\n {4}\(asked in line 3\)\n/,
      );
      expect(lines).toContain('  bad.log:3: process 1: read → 2');
      expect(code).toBe(1);
    }));

  it('says undecided where the budget is used up', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'hard.log'), undecided);
      const { code, stdout } = await pacelc(['check', 'hard.log', '--budget', '10'], folder);

      expect(stdout).toMatch(/^hard\.log: linearizable undecided .*\n {2}linearizable: .+\n( {4}.+\n)*$/);
      expect(code).toBe(2);
    }));

  it('ends with the worst of all files, and judges those that can be read', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'kept.log'), kept);
      writeFileSync(join(folder, 'bad.log'), violated);
      writeFileSync(join(folder, 'hard.log'), undecided);
      writeFileSync(join(folder, 'broken.log'), `${kept}1 :ok :read 1\n`);
      const codeOf = async (...files: string[]) =>
        (await pacelc(['check', '--budget', '10', ...files], folder)).code;

      expect(await codeOf('kept.log', 'hard.log')).toBe(2);
      expect(await codeOf('bad.log', 'hard.log', 'kept.log')).toBe(1);
      const { code, stdout, stderr } = await pacelc(['check', 'broken.log', 'none.log', 'bad.log'], folder);
      expect(code).toBe(64);
      expect(stdout).toContain('bad.log: linearizable violated');
      expect(stderr).toBe(
        'broken.log:5:1: :ok of process 1 without its invocation; every completion needs a line with :invoke before it\n' +
          'none.log: there is no such file\n',
      );
    }));

  it('reads standard input, compressed or not', () =>
    inFolder(async (folder) => {
      for (const bytes of [Buffer.from(violated), gzipSync(violated)]) {
        const { code, stdout } = await pacelcReading(bytes, ['check', '-', '--json'], folder);

        expect(code).toBe(1);
        expect(JSON.parse(stdout)).toMatchObject({
          schemaVersion: 1,
          files: [
            {
              file: '-',
              format: 'log',
              model: 'register',
              operations: 2,
              verdicts: [{ guarantee: 'linearizable', verdict: 'violated', witness: [{ line: 3 }] }],
            },
          ],
        });
      }
    }));

  it('takes the model that it is given, and says where a call does not fit it', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'kept.log'), kept);
      const counter = await pacelc(['check', 'kept.log', '--model', 'counter'], folder);
      const mutex = await pacelc(['check', 'kept.log', '--model', 'mutex'], folder);

      expect(counter.stdout).toBe('kept.log: linearizable kept (counter, 2 operations)\n');
      expect(mutex.stderr).toMatch(
        /^kept\.log:1: the model mutex has no function "write"; it has .+\nkept\.log:3: .+ "read"; .+\n$/,
      );
      expect(mutex.code).toBe(64);
    }));

  it.each([
    [['--model', 'queue'], /Allowed choices are register, cas-register/],
    [['--format', 'csv'], /Allowed choices are ndjson, edn, log, kv/],
    [['--budget', 'much'], /^--budget much: give a whole number of steps/],
    [['--guarantee', 'good'], /^--guarantee good: there is no such guarantee; there are linearizable, /],
    [['--guarantee', 'convergent'], /^kept\.log: histories of others are judged by linearizable only/],
    [['--out', 'x'], /^--out goes with --export\n$/],
    [['--export', 'edn', '--model', 'register'], /^--model judges a history and --export writes one\n$/],
    [['--export', 'ndjson', '--key', 'x'], /^--key goes with --export edn, log or kv\n$/],
    [['--export', 'edn', '--key', 'x'], /^--key x: the history has no such key; it has none\n$/],
    [['--export', 'log', '--key', 'x'], /^--key x: the history has no such key; it has none\n$/],
    [['--export', 'kv'], /^--export kv: "(?:write|read)" names no key/],
    [['--export', 'ndjson'], /^--export ndjson: only histories of pacelc/],
    [['kept.log', '--export', 'edn'], /^--export takes one file\n$/],
    [['-', '-'], /^-: standard input can be read once\n$/],
  ])('refuses %s in words', (words, message) =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'kept.log'), kept);
      const { code, stderr, stdout } = await pacelc(['check', 'kept.log', ...words], folder);

      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect([code, stdout]).toEqual([64, '']);
    }),
  );

  it('shows examples and what each model knows', () =>
    inFolder(async (folder) => {
      const { code, stdout } = await pacelc(['check', '--help'], folder);

      expect(code).toBe(0);
      expect(stdout).toMatch(/\n {2}mutex +a mutex: acquire, release\n/);
      expect(stdout).toContain('$ pacelc check history.edn\n');
    }));
});

describe('the histories of a run', () => {
  it.each(['registers', 'viral-likes', 'bank-transfers'])(
    'of %s get the verdicts that the run gave',
    (workload) =>
      inFolder(async (folder) => {
        const words = ['--runtime', 'sim', '--duration', '1s', '--seed', '7', '--history', '--out', 'out'];
        await pacelc(['run', workload, ...words], folder);
        const told = verdictsFile
          .read(readFileSync(join(folder, 'out', 'verdicts.csv'), 'utf8'), 'verdicts.csv')
          .map(({ strategy, guarantee, claimed, verdict }) => ({ strategy, guarantee, claimed, verdict }));

        const files = readdirSync(join(folder, 'out', 'history'));
        const { code, stdout } = await pacelc(
          ['check', '--json', ...files.map((file) => join('out', 'history', file))],
          folder,
        );

        const report = JSON.parse(stdout) as {
          files: { label: string; verdicts: { guarantee: string; claimed: boolean; verdict: string }[] }[];
        };
        const checked = report.files.flatMap(({ label, verdicts }) =>
          verdicts.map(({ guarantee, claimed, verdict }) => ({
            strategy: label,
            guarantee,
            claimed,
            verdict,
          })),
        );
        expect(inOrder(checked)).toEqual(inOrder(told));
        expect(new Set(told.map(({ verdict }) => verdict)).size).toBeGreaterThan(1);
        expect(code).toBe(told.some(({ claimed, verdict }) => claimed && verdict === 'unknown') ? 2 : 0);
      }),
  );

  it('are written for each strategy and trial, and the same for the same seed', () =>
    inFolder(async (folder) => {
      const words = ['--runtime', 'sim', '--duration', '1s', '--trials', '2', '--strategy', 'gossip,crdt'];
      await pacelc(['run', 'viral-likes', ...words, '--history', '--out', 'one'], folder);
      await pacelc(['run', 'viral-likes', ...words, '--history', '--out', 'two'], folder);

      const files = readdirSync(join(folder, 'one', 'history')).sort();
      expect(files).toEqual(['crdt-1', 'crdt-2', 'gossip-1', 'gossip-2'].map((name) => `${name}.ndjson.gz`));
      for (const file of files) {
        const [one, two] = ['one', 'two'].map((run) =>
          gunzipSync(readFileSync(join(folder, run, 'history', file))).toString(),
        );
        expect(two).toBe(one);
      }
    }));

  it('can be handed to other checkers', () =>
    inFolder(async (folder) => {
      const words = ['--runtime', 'sim', '--duration', '1s', '--strategy', 'quorum,gossip'];
      await pacelc(['run', 'registers', ...words, '--history', '--out', 'out'], folder);
      const [quorum, gossip] = ['quorum', 'gossip'].map((name) => `out/history/${name}-1.ndjson.gz`) as [
        string,
        string,
      ];

      await pacelc(['check', quorum, '--export', 'edn', '--out', 'quorum.edn.gz'], folder);
      await pacelc(['check', gossip, '--export', 'edn', '--out', 'gossip.edn'], folder);
      await pacelc(['check', gossip, '--export', 'log', '--key', 'register:1', '--out', 'one.log'], folder);
      await pacelc(['check', gossip, '--export', 'edn', '--key', 'register:1', '--out', 'one.edn'], folder);
      const ndjson = await pacelc(['check', quorum, '--export', 'ndjson'], folder);
      const choice = await pacelc(['check', quorum, '--export', 'log'], folder);

      expect((await pacelc(['check', 'quorum.edn.gz'], folder)).stdout).toMatch(
        /linearizable kept \(register, /,
      );
      expect((await pacelc(['check', 'gossip.edn', 'one.log'], folder)).stdout).toMatch(
        /^gossip\.edn: linearizable violated \(register, [\s\S]*^one\.log: linearizable violated \(register, /m,
      );
      expect(readFileSync(join(folder, 'one.edn'), 'utf8')).not.toContain(':key');
      expect((await pacelc(['check', 'one.edn'], folder)).stdout).toContain('violated');
      expect(ndjson.stdout).toBe(gunzipSync(readFileSync(join(folder, quorum))).toString());
      expect(choice.stderr).toMatch(
        /^--export log: lines of a log name no keys; choose one with --key: register:/,
      );
    }));
});

function hardHistory(): string {
  const processes = Array.from({ length: 12 }, (_, process) => process);
  const begins = processes.map(
    (process) => `${process} :invoke :cas [${process % 3} ${(process + 1) % 3}]\n`,
  );
  const ends = processes.map((process) => `${process} :ok :cas [${process % 3} ${(process + 1) % 3}]\n`);
  return `99 :invoke :write 0\n99 :ok :write 0\n${begins.join('')}${ends.join('')}99 :invoke :read nil\n99 :ok :read 1\n`;
}

function inOrder<T extends object>(rows: readonly T[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

function pacelcReading(bytes: Buffer, words: readonly string[], folder: string) {
  return start(words, folder, bytes).finished;
}
