import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrapped } from '../../src/report/wrap.ts';

it('text breaks at spaces, and what goes on is indented', () => {
  expect(wrapped('one two three four', 9)).toBe('one two\nthree\nfour');
  expect(wrapped('one two three four', 9, '  ')).toBe('one two\n  three\n  four');
});

it('no line is longer than the width, unless it is one word, and no word is lost', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 30 }), fc.nat(4), (given, width, margin) => {
      const lines = wrapped(given.join(' '), width, ' '.repeat(margin)).split('\n');

      expect(lines.flatMap((line) => line.trim().split(' '))).toEqual(given);
      for (const line of lines) expect(line.length <= width || !line.trim().includes(' ')).toBe(true);
    }),
  );
});
