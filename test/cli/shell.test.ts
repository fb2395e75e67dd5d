import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellWord } from '../../src/cli/shell.ts';

it('a word is quoted only where the shell would take it for something else', () => {
  const words = ['gossip,./my.ts', 'C:\\my.mjs', 'two words', "it's $5", ''];

  expect(words.map((word) => shellWord(word, 'linux'))).toEqual([
    'gossip,./my.ts',
    "'C:\\my.mjs'",
    "'two words'",
    "'it'\\''s $5'",
    "''",
  ]);
  expect(words.map((word) => shellWord(word, 'win32'))).toEqual([
    'gossip,./my.ts',
    'C:\\my.mjs',
    '"two words"',
    '"it\'s $5"',
    '""',
  ]);
});

it.runIf(process.platform !== 'win32')(
  'a POSIX shell reads back what was written (skipped on Windows: no sh)',
  () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom(...'ab \\\'"$`!*~#&;|<>()[]{}?=%\n') }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(words, (given) => {
        const script = `printf '%s\\0' ${given.map((word) => shellWord(word, 'linux')).join(' ')}`;

        const read = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);

        expect(read).toEqual(given);
      }),
      { numRuns: 20 },
    );
  },
);
