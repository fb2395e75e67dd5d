import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maximumStream, originOf, uniqueValue } from '../../src/workloads/unique.ts';

const streams = fc.nat(maximumStream);
const indices = fc.nat(2 ** 32 - 1);

test('a unique value tells its origin', () => {
  fc.assert(
    fc.property(streams, indices, (stream, index) => {
      const value = uniqueValue(stream, index);

      expect(Number.isSafeInteger(value)).toBe(true);
      expect(originOf(value)).toEqual({ stream, index });
    }),
  );
});

test('a stream without values left is refused', () => {
  expect(() => uniqueValue(maximumStream + 1, 0)).toThrow(RangeError);
});

test('a unique value can be read by people', () => {
  expect(uniqueValue(3, 16)).toBe(30_000_000_017);
});
