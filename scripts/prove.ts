/**
 * The large runs, which take hours: every property on 100,000 random cases, every strategy on 100,000 seeds and again under each
 * kind of trouble, and the strategies that are known to be wrong. Everything that repeats a run is printed.
 *
 *     npm run prove -- [--cases 100000] [--seeds 100000] [--seed 7] [--only properties,swarm,trouble,mutants]
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { strategies } from '../src/strategies/index.ts';

interface Job {
  readonly part: string;
  /** For people: what is run, with the seeds. */
  readonly title: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const parts = ['properties', 'swarm', 'trouble', 'mutants'];

const { cases, seeds, seed, only } = settings();
const jobs = [...properties(), ...swarm(), ...trouble(), ...mutants()].filter(({ part }) =>
  only.includes(part),
);
const failed = await runAll(jobs);
process.stdout.write(failed.length === 0 ? 'proven\n' : `failed: ${failed.join('; ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

function settings() {
  const values = given();
  const wanted = values.only.split(',');
  const stray = wanted.find((part) => !parts.includes(part));
  if (stray !== undefined) refuse(`--only ${stray}`, `allowed is ${parts.join(', ')}`);
  return {
    cases: wholeNumber('--cases', values.cases),
    seeds: wholeNumber('--seeds', values.seeds),
    seed: wholeNumber('--seed', values.seed),
    only: wanted,
  };
}

function given() {
  try {
    return parseArgs({
      options: {
        cases: { type: 'string', default: '100000' },
        seeds: { type: 'string', default: '100000' },
        seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
        only: { type: 'string', default: parts.join(',') },
      },
    }).values;
  } catch (error) {
    return refuse(process.argv.slice(2).join(' '), (error as Error).message);
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    refuse(`${name} ${text}`, 'allowed is a whole number above 0');
  return value;
}

function refuse(what: string, why: string): never {
  process.stderr.write(`${what}: ${why}\n`);
  process.exit(64);
}

function properties(): readonly Job[] {
  return filesWith('propertyRuns').map((file) => ({
    part: 'properties',
    title: `${file}: ${cases} cases of each property from seed ${seed}`,
    words: [file, '--root', root, '--config', join(root, 'scripts', 'prove', 'vitest.config.ts')],
    env: { PROVE: String(cases), PROVE_SEED: String(seed) },
  }));
}

function swarm(): readonly Job[] {
  return Object.keys(strategies).map((name) => ({
    part: 'swarm',
    title: `${name}: seeds 1 to ${seeds}`,
    words: ['test/sim/seeds.test.ts', '-t', name],
    env: { SEEDS: String(seeds) },
  }));
}

function trouble(): readonly Job[] {
  const each = Math.ceil(seeds / 10);
  return Object.keys(strategies).map((name) => ({
    part: 'trouble',
    title: `${name}: seeds 1 to ${each} of each kind of trouble`,
    words: ['test/support/swarm-profiles.test.ts', '-t', `${name} keeps`],
    env: { SEEDS: String(each) },
  }));
}

function mutants(): readonly Job[] {
  return [
    { part: 'mutants', title: 'known-wrong strategies, from seed 1', words: ['test/mutants'], env: {} },
  ];
}

/** Tests that say the word, relative to the root. */
function filesWith(word: string): readonly string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(root, 'test', file))
    .filter((file) => readFileSync(file, 'utf8').includes(word))
    .map((file) => relative(root, file).replaceAll('\\', '/'))
    .sort();
}

/** As many at a time as there are cores; returns the titles of those that failed. */
async function runAll(all: readonly Job[]): Promise<readonly string[]> {
  const left = [...all];
  const failures: string[] = [];
  const work = async (): Promise<void> => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) {
      const { ok, output } = await run(job);
      process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${job.title}\n${ok ? '' : output}`);
      if (!ok) failures.push(job.title);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), all.length) }, work));
  return failures;
}

function run({ words, env }: Job): Promise<{ readonly ok: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vitest, 'run', ...words], {
      cwd: root,
      env: { ...process.env, ...env },
    });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      output += text;
    });
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}
