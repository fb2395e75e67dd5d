import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inFolder, nodeRuns, pacelc } from './cli/command.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const scripts = (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

/** What a reader would type: the lines behind a prompt, without their comments. */
const commands = [...readme.matchAll(/^\$ ([^#\n]+)/gm)].map((match) => match[1]!.trim());
const verbs = commands
  .filter((line) => line.startsWith('npx pacelc '))
  .map((line) => line.slice(11).split(/\s+/));

describe('the README', () => {
  it('is short, and shows its first command by line 15', () => {
    const lines = readme.split('\n');

    expect(lines.length).toBeLessThanOrEqual(200);
    expect(lines.findIndex((line) => line.startsWith('$ '))).toBeLessThan(15);
  });

  it('gives one command that runs the main job and one that runs the tests', () => {
    expect(commands).toContain('npm ci && npm start');
    expect(commands).toContain('npm ci && npm test');
    expect(scripts.start).toBe('node dist/cli/main.js run viral-likes');
    expect(scripts.prestart).toBe('npm run build');
    expect(scripts.pretest).toBe('npm run build');
  });

  it('names only scripts that there are', () => {
    const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1]!);

    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('links to no file that is missing', () => {
    const linked = [...readme.matchAll(/\]\((?!http)([^)#]+)/g)].map((match) => match[1]!);

    expect(linked.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it.each(verbs.filter(([verb]) => verb !== 'run').map((words) => words.join(' ')))(
    'pacelc %s works',
    async (line) => {
      expect((await pacelc(line.split(' '), root)).code).toBe(0);
    },
  );

  // Shortened, where they are not short already: what is tried here is that the words are right.
  it.each(verbs.filter(([verb]) => verb === 'run').map((words) => words.join(' ')))(
    'pacelc %s works',
    (line) =>
      inFolder(async (folder) => {
        const words = line.replace(/--duration \S+|--out \S+|--trials \d+/g, '').split(/\s+/);
        if (words.includes('--resume')) return expect(words).toEqual(['run', '--resume', 'results/latest']);
        const local = words.map((word) => (word.startsWith('./') ? join(root, word) : word));

        const finished = await pacelc([...local, '--duration', '500ms', '--out', 'out'], folder);

        expect(finished.stderr).not.toMatch(/^\s+at /m);
        expect([0, 1, 2]).toContain(finished.code);
      }),
  );

  it('shows a strategy that runs, and that the checkers reject', () =>
    inFolder(async (folder) => {
      const [code] = codeBlocks('ts').filter((block) => block.includes('export const strategy'));
      const own = readFileSync(join(root, 'examples', 'forgetful.ts'), 'utf8');
      writeFileSync(
        join(folder, 'forgetful.ts'),
        code!.replace(/^import .*from 'pacelc';\n/, '').replace(': Strategy<null>', ''),
      );

      const { code: exit, stdout } = await pacelc(
        [
          'run',
          'registers',
          '--strategy',
          './forgetful.ts',
          '--duration',
          '1s',
          '--runtime',
          'sim',
          '--out',
          'out',
        ],
        folder,
      );

      expect(own).toBe(code);
      expect(exit).toBe(1);
      expect(stdout).toContain('forgetful broke its promise');
    }));
});

describe('the library, as the README shows it', () => {
  it('runs an experiment and tells its findings', () =>
    inFolder(async (folder) => {
      const [code] = codeBlocks('js').filter((block) => block.includes("from 'pacelc'"));
      const library = new URL('../dist/index.js', import.meta.url).href;
      writeFileSync(join(folder, 'use.mjs'), code!.replace("'pacelc'", `'${library}'`));

      const { code: exit, stdout } = await nodeRuns(['use.mjs'], folder);

      expect(exit).toBe(0);
      expect(stdout).toContain('gossip answered every read and write');
      expect(stdout).toContain('files in ');
    }));
});

function codeBlocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (match) => match[1]!,
  );
}
