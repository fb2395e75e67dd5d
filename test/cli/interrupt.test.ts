import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Finished, inFolder, start } from './command.ts';

/** A strategy that answers everything, and does something as it is created and when it is asked for its contents. */
function strategyThat(atCreate: string, atContents = 'return [];'): string {
  return `import { writeSync } from 'node:fs';
export const strategy = {
  name: 'odd', summary: 'Does odd things', family: 'eventual', knobs: [],
  operations: { read: 'native', write: 'native', add: 'refused', cas: 'refused', transfer: 'refused' },
  tolerates: [], guarantees: () => [],
  create: () => {
    ${atCreate}
    return {
      onStart() {}, onMessage() {}, onTimer() {},
      onRequest(request, operation, context, out) { out.reply(request, { type: 'ok', value: null }); },
      contents() { ${atContents} },
    };
  },
};
`;
}

/** Runs, and sends a signal for each of some words, in their order, when they have been printed on stderr. */
async function interruptedAt(
  folder: string,
  words: readonly string[],
  signals: readonly (readonly [NodeJS.Signals, RegExp])[],
): Promise<Finished> {
  const { child, finished } = start(['run', ...words, '--out', 'out'], folder);
  const left = [...signals];
  let printed = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    printed += bytes.toString();
    const next = left[0];
    if (next === undefined || !next[1].test(printed)) return;
    left.shift();
    child.kill(next[0]);
  });
  return finished;
}

function partialIn(folder: string): unknown {
  return (JSON.parse(readFileSync(join(folder, 'out', 'experiment.json'), 'utf8')) as { partial: unknown })
    .partial;
}

const runtimes = [['threads'], ['sim']] as const;

describe.runIf(process.platform !== 'win32')(
  'an interruption (skipped on Windows: no SIGINT to send)',
  () => {
    it.each(runtimes)(
      'while the first nodes start on %s ends the run and says that it is partial',
      (runtime) =>
        inFolder(async (folder) => {
          const words = ['viral-likes', '--strategy', 'gossip,quorum', '--runtime', runtime];

          const { code, stdout, stderr } = await interruptedAt(folder, words, [['SIGINT', /starting nodes/]]);

          expect(stderr).toContain('Interrupted');
          expect(stdout).toContain('The run was interrupted');
          expect(partialIn(folder)).toBe(true);
          expect(code).toBe(130);
        }),
    );

    it('in the middle of a load in virtual time writes what was measured', () =>
      inFolder(async (folder) => {
        const words = ['viral-likes', '--strategy', 'gossip', '--runtime', 'sim', '--duration', '3000s'];

        const { code } = await interruptedAt(folder, words, [['SIGINT', /gossip: [1-9]/]]);

        expect(partialIn(folder)).toBe(true);
        expect(readFileSync(join(folder, 'out', 'summary.csv'), 'utf8')).toContain(',gossip,');
        expect(code).toBe(130);
      }));

    it.each(['SIGINT', 'SIGTERM'] as const)('by %s ends the start of nodes that never come up', (signal) =>
      inFolder(async (folder) => {
        writeFileSync(join(folder, 'slow.mjs'), strategyThat("writeSync(2, 'starts\\n'); for (;;);"));
        const words = ['registers', '--strategy', './slow.mjs'];

        const { code, stdout } = await interruptedAt(folder, words, [[signal, /starts/]]);

        expect(stdout).toContain('Nothing was measured.');
        expect(code).toBe(130);
      }),
    );

    it('that is repeated leaves at once, though a node hangs', () =>
      inFolder(async (folder) => {
        writeFileSync(
          join(folder, 'stubborn.mjs'),
          strategyThat('', "writeSync(2, 'never tells\\n'); for (;;);"),
        );
        const words = ['registers', '--strategy', './stubborn.mjs', '--duration', '300ms'];

        const { code, stdout } = await interruptedAt(folder, words, [
          ['SIGINT', /never tells/],
          ['SIGINT', /Press Ctrl-C again/],
        ]);

        expect(stdout).toBe('');
        expect(code).toBe(130);
      }));
  },
);

describe('a strategy with a timer of its own', () => {
  const words = [
    'run',
    'registers',
    '--strategy',
    './odd.mjs',
    '--runtime',
    'sim',
    '--duration',
    '1s',
    '--out',
    'out',
  ];

  it('does not keep the process alive after the run', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'odd.mjs'), strategyThat('setInterval(() => {}, 10);'));

      const { stdout } = await start(words, folder).finished;

      expect(stdout).toContain('Repeat:');
    }));

  it('does not end the process unnoticed', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'odd.mjs'), strategyThat('setTimeout(() => process.exit(0), 0);'));

      const { code, stderr } = await start(words, folder).finished;

      expect(stderr).toContain('something ended the process: does a strategy call process.exit?');
      expect(code).toBe(2);
    }));
});
