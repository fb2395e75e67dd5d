import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatDuration,
  parseDuration,
  parsePercentage,
  parseRate,
} from '../../../src/experiment/file/units.ts';

test.each([
  ['5s', 5_000_000],
  ['250ms', 250_000],
  ['100us', 100],
  ['2m', 120_000_000],
  ['1.5 s', 1_500_000],
  [' 0s ', 0],
])('"%s" is %i microseconds', (text, micros) => {
  expect(parseDuration(text)).toBe(micros);
});

test.each(['5', 's', '-5s', '5 sec', '5h', '1e3s', '5s5', '.5s', '', '99999999999999m'])(
  '"%s" is no duration',
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);

test('a duration that is written can be read again', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10 ** 12 }), (micros) => {
      expect(parseDuration(formatDuration(micros))).toBe(micros);
    }),
  );
});

test('a duration is written in the unit that suits it', () => {
  expect([0, 100, 1_500, 250_000, 4_000_000, 1_234_567].map(formatDuration)).toEqual([
    '0s',
    '100us',
    '1.5ms',
    '250ms',
    '4s',
    '1234.567ms',
  ]);
});

test('rates are per second or per minute, percentages parts of one', () => {
  expect(['200/s', '30/m', '0.5 / s', '200', '200/h'].map(parseRate)).toEqual([200, 0.5, 0.5, null, null]);
  expect(['40%', '12.5 %', '40', '-4%'].map(parsePercentage)).toEqual([0.4, 0.125, null, null]);
});
