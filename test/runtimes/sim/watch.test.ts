import { expect, test } from 'vitest';
import { watched } from '../../../src/runtimes/sim/watch.ts';

test('what ends in time gives its value, and may itself be watched inside', () => {
  expect(watched(() => 1 + watched(() => 2))).toBe(3);
});

test('an endless loop is ended by an error, and the process is free again', () => {
  const exit = process.exit;
  const loop = () => {
    for (;;);
  };

  expect(() => watched(loop, 20)).toThrow('a step of the strategy did not end within 0.02 s');
  expect(process.exit).toBe(exit);
  expect(watched(() => 'free')).toBe('free');
});

test('what is thrown comes through as it was', () => {
  const error = new RangeError('mine');

  expect(() =>
    watched(() => {
      throw error;
    }),
  ).toThrow(error);
});
