import { expect, test } from 'vitest';
import type { Key, NodeId, Plain, Value } from '../../../src/kernel/operation.ts';
import type { Replica } from '../../../src/kernel/replica.ts';
import { digestsAgree, digestsOf } from '../../../src/runtimes/threads/digest.ts';

type Entries = readonly (readonly [Key, Value])[];

test('replicas that store the same agree, in whatever order they store it', () => {
  const one = digestsOf(
    replica([
      ['x', 1],
      ['y', [1, 'two']],
    ]),
    0,
  );
  const other = digestsOf(
    replica([
      ['y', [1, 'two']],
      ['x', 1],
    ]),
    1,
  );

  expect(agree(one, other)).toBe(true);
});

test('replicas that differ in a value, or that swap two values, disagree', () => {
  const one = digestsOf(
    replica([
      ['x', 1],
      ['y', 2],
    ]),
    0,
  );

  expect(
    agree(
      one,
      digestsOf(
        replica([
          ['x', 1],
          ['y', 3],
        ]),
        1,
      ),
    ),
  ).toBe(false);
  expect(
    agree(
      one,
      digestsOf(
        replica([
          ['x', 2],
          ['y', 1],
        ]),
        1,
      ),
    ),
  ).toBe(false);
  expect(agree(one, digestsOf(replica([['x', 1]]), 1))).toBe(false);
  expect(agree(one, digestsOf(replica([]), 1))).toBe(false);
});

test('a key without a value counts as a key that is not there', () => {
  const one = digestsOf(
    replica([
      ['x', 1],
      ['y', null],
    ]),
    0,
  );

  expect(agree(one, digestsOf(replica([['x', 1]]), 1))).toBe(true);
});

test('only the owners of a key have to agree on it', () => {
  const owners = (key: Key) => (key === 'x' ? [0, 1] : [1, 2]);
  const stores = (entries: Entries, self: NodeId) => digestsOf(replica(entries, owners), self);

  const zero = stores(
    [
      ['x', 1],
      ['y', 'stray'],
    ],
    0,
  );
  const one = stores(
    [
      ['x', 1],
      ['y', 2],
    ],
    1,
  );

  expect(agree(zero, one, stores([['y', 2]], 2))).toBe(true);
  expect(agree(zero, one, stores([['y', 3]], 2))).toBe(false);
});

test('replicas that show the same value in different versions disagree', () => {
  const one = digestsOf({ ...replica([['x', 1]]), version: () => 7 }, 0);

  expect(agree(one, digestsOf({ ...replica([['x', 1]]), version: () => 8 }, 1))).toBe(false);
  expect(agree(one, digestsOf({ ...replica([['x', 1]]), version: () => 7 }, 1))).toBe(true);
});

function agree(...digests: ReturnType<typeof digestsOf>[]): boolean {
  return digestsAgree(new Map(digests.map((digest, node) => [node, digest])));
}

function replica(entries: Entries, owners?: (key: Key) => readonly NodeId[]): Replica<Plain> {
  return {
    onStart() {},
    onRequest() {},
    onMessage() {},
    onTimer() {},
    contents: () => entries,
    ...(owners && { owners }),
  };
}
