import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest, suggestion } from '../../../src/experiment/file/words.ts';

test.each([
  ['', 'abc', 3],
  ['seed', 'seed', 0],
  ['sed', 'seed', 1],
  ['nmae', 'name', 1],
  ['form', 'from', 1],
  ['kitten', 'sitting', 3],
])('from "%s" to "%s" it takes %i slips', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
});

test('a distance is symmetric, and never more than the longer word', () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b);

      expect(distance).toBe(editDistance(b, a));
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance === 0).toBe(a === b);
    }),
  );
});

test('the nearest word is suggested, unless all are far', () => {
  const known = ['gossip', 'crdt', 'quorum', 'lock'];

  expect(nearest('gosip', known)).toBe('gossip');
  expect(nearest('Quorm', known)).toBe('quorum');
  expect(nearest('raft', known)).toBeNull();
  expect(suggestion('lokc', known)).toBe('; did you mean "lock"?');
  expect(suggestion('paxos', known)).toBe('');
});

test('a word that is only begun is completed where one way alone goes on', () => {
  const known = ['viral-likes', 'registers', 'registry'];

  expect(nearest('viral', known)).toBe('viral-likes');
  expect(nearest('regi', known)).toBeNull();
  expect(nearest('vi', known)).toBeNull();
});
