import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plain } from '../../../src/kernel/operation.ts';
import { createJournal, Journal } from '../../../src/runtimes/threads/journal.ts';

test('the next life finds the last value of each key that was committed', () => {
  const memory = createJournal();
  const journal = new Journal(memory);
  journal.put('x', 1);
  journal.put('y', { deep: [1, 'two'] });
  journal.commit();
  journal.put('x', 2);
  journal.put('y', undefined);
  journal.put('z', new Map([['k', 1]]));
  journal.commit();

  const found = new Journal(memory).durable();

  expect(found).toEqual(
    new Map<string, Plain>([
      ['x', 2],
      ['z', new Map([['k', 1]])],
    ]),
  );
});

test('what was put and not committed is lost with the life that put it', () => {
  const memory = createJournal();
  const journal = new Journal(memory);
  journal.put('x', 'committed');
  journal.commit();
  journal.put('x', 'torn');
  journal.put('y', 'torn');

  expect(new Journal(memory).durable()).toEqual(new Map([['x', 'committed']]));
});

test('values larger than the first memory of a disk are kept', () => {
  const memory = createJournal();
  const journal = new Journal(memory);
  journal.put('large', 'x'.repeat(3_000_000));
  journal.commit();
  journal.put('small', 1);
  journal.commit();

  const found = new Journal(memory).durable();

  expect([(found.get('large') as string).length, found.get('small')]).toEqual([3_000_000, 1]);
});

test('a disk that is written again and again does not grow without end', () => {
  const memory = createJournal();
  const journal = new Journal(memory);
  const filler = 'x'.repeat(1_000);
  for (let i = 0; i < 20_000; i += 1) {
    journal.put(`key-${i % 10}`, `${i} ${filler}`);
    journal.commit();
  }

  const found = new Journal(memory).durable();

  expect([...found.keys()]).toHaveLength(10);
  expect(found.get('key-9')).toBe(`19999 ${filler}`);
  expect(memory.halves[0].byteLength + memory.halves[1].byteLength).toBeLessThan(8_000_000);
});

test('over any lives, commits and deaths, a disk holds what a map of committed values holds', () => {
  const value = fc.oneof(fc.integer(), fc.string(), fc.constant(undefined), fc.array(fc.integer()));
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.constantFrom('a', 'b', 'c'), value) },
    { weight: 3, arbitrary: fc.constant('commit' as const) },
    { weight: 1, arbitrary: fc.constant('die' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const memory = createJournal();
      let journal = new Journal(memory);
      let committed = new Map<string, Plain>();
      let written = new Map<string, Plain>();
      for (const taken of steps) {
        if (taken === 'commit') {
          journal.commit();
          committed = new Map(written);
        } else if (taken === 'die') {
          journal = new Journal(memory);
          written = new Map(committed);
          expect(journal.durable()).toEqual(committed);
        } else {
          journal.put(...taken);
          if (taken[1] === undefined) written.delete(taken[0]);
          else written.set(...taken);
        }
      }

      expect(new Journal(memory).durable()).toEqual(committed);
    }),
    { numRuns: 200 },
  );
});

test('what a disk only pretended to commit is lost, but for what is old enough', () => {
  const memory = createJournal();
  const journal = new Journal(memory);
  journal.put('old', 1);
  journal.pretend(1_000, 500);
  journal.put('x', 1);
  journal.put('y', 1);
  journal.pretend(1_200, 500);
  journal.put('x', 2);
  journal.pretend(1_600, 500);

  expect(journal.isLagging).toBe(true);
  expect(new Journal(memory).durable()).toEqual(new Map([['old', 1]]));
});

test('a disk that catches up has lost nothing, and keeps the order of what it was told', () => {
  const memory = createJournal();
  const journal = new Journal(memory);
  for (let i = 0; i < 3; i += 1) {
    journal.put('x', i);
    journal.pretend(i, 1_000);
  }

  journal.catchUp();
  journal.put('y', 1);
  journal.commit();

  expect(journal.isLagging).toBe(false);
  expect(new Journal(memory).durable()).toEqual(
    new Map([
      ['x', 2],
      ['y', 1],
    ]),
  );
});
