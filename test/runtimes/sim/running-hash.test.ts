import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunningHash } from '../../../src/runtimes/sim/running-hash.ts';
import { propertyRuns } from '../../support/histories.ts';

function digestOf(...values: readonly unknown[]): string {
  const hash = new RunningHash();
  for (const value of values) hash.plain(value);
  return hash.digest;
}

describe('the hash of plain data', () => {
  test('differs where contents differ, even where they look alike', () => {
    const contents = [
      undefined,
      null,
      false,
      true,
      0,
      -0,
      1,
      0.5,
      2 ** 31,
      2 ** 40,
      -(2 ** 40),
      1e300,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '',
      '0',
      '00',
      '\u0000',
      [],
      [0],
      [[0]],
      [0, 0],
      {},
      { a: 0 },
      { b: 0 },
      { a: 0, b: 0 },
      { b: 0, a: 0 },
      { a: { b: 0 } },
      new Map(),
      new Map([['a', 0]]),
      new Set(),
      new Set(['a']),
      Uint8Array.of(),
      Uint8Array.of(0),
    ];

    expect(new Set(contents.map((content) => digestOf(content))).size).toBe(contents.length);
  });

  test('depends on the order in which contents came, and on where each of them ends', () => {
    expect(digestOf('a', 'b')).not.toBe(digestOf('b', 'a'));
    expect(digestOf('ab')).not.toBe(digestOf('a', 'b'));
    expect(digestOf([1], 2)).not.toBe(digestOf([1, 2]));
    expect(digestOf({ a: 1 }, 'b', 2)).not.toBe(digestOf({ a: 1, b: 2 }));
  });

  test('is the same for the same contents, and another for any two that are not alike', () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(anything, anything, (one, other) => {
        expect(digestOf(structuredClone(one))).toBe(digestOf(one));
        if (JSON.stringify(one) !== JSON.stringify(other)) expect(digestOf(one)).not.toBe(digestOf(other));
      }),
      { numRuns: propertyRuns },
    );
  });

  test('is this on every machine', () => {
    const contents = [
      1,
      -1,
      0.1,
      2 ** 53 - 1,
      'register:1 ä 🙂',
      { type: 'vote', votes: [true, null] },
      new Map([['x', 7]]),
    ];

    expect(digestOf(...contents)).toBe('2a52d205ef73a79b');
  });
});
