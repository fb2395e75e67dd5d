import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exp, ln, pow } from '../../src/kernel/math.ts';

const runs = { numRuns: 2000 };

/** Two roundings of 2^-52 in ours, and one in the machine's own, which it is compared with. */
const tolerance = 8e-16;

function expectClose(actual: number, expected: number, relative = tolerance): void {
  if (actual === expected) return;
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(Math.abs(expected) * relative);
}

const positive = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });

describe('ln', () => {
  test('is the natural logarithm of every positive double, subnormal ones included', () => {
    fc.assert(
      fc.property(positive, (x) => expectClose(ln(x), Math.log(x))),
      runs,
    );
  });

  test('is as exact near 1, where the logarithm vanishes', () => {
    const nearOne = fc.double({ min: 0.9, max: 1.1, noNaN: true });

    fc.assert(
      fc.property(nearOne, (x) => expectClose(ln(x), Math.log(x))),
      runs,
    );
  });

  test('of 1 is exactly 0', () => {
    expect(ln(1)).toBe(0);
  });

  test.each([0, -1, NaN, Infinity, -Infinity])('refuses %s', (x) => {
    expect(() => ln(x)).toThrow(RangeError);
  });
});

describe('exp', () => {
  test('is the exponential of every number whose exponential is a normal double', () => {
    const exponent = fc.double({ min: -708, max: 709.7, noNaN: true });

    fc.assert(
      fc.property(exponent, (x) => expectClose(exp(x), Math.exp(x))),
      runs,
    );
  });

  test('is 1 at 0, 0 far below and Infinity far above', () => {
    expect(exp(0)).toBe(1);
    expect(exp(-800)).toBe(0);
    expect(exp(-Infinity)).toBe(0);
    expect(exp(710)).toBe(Infinity);
    expect(exp(Infinity)).toBe(Infinity);
  });

  test('undoes ln', () => {
    const moderate = fc.double({ min: 1e-9, max: 1e9, noNaN: true });

    // An error of one bit in a logarithm of 20 is twenty bits' worth of its exponential.
    fc.assert(
      fc.property(moderate, (x) => expectClose(exp(ln(x)), x, 2e-14)),
      runs,
    );
  });
});

describe('pow', () => {
  test('is the power of moderate bases and exponents', () => {
    const base = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const exponent = fc.double({ min: -10, max: 10, noNaN: true });

    fc.assert(
      fc.property(base, exponent, (x, y) => expectClose(pow(x, y), x ** y, 1e-13)),
      runs,
    );
  });

  test('is exactly 1 where the base is 1 or the exponent 0', () => {
    expect(pow(1, 12.5)).toBe(1);
    expect(pow(12.5, 0)).toBe(1);
  });
});

test('the results are the same bits on every machine', () => {
  // Written down once; a machine that differs here would break every golden result.
  const bits = (x: number) => new BigUint64Array(new Float64Array([x]).buffer)[0]!.toString(16);

  expect([ln(2), ln(0.1), exp(1), exp(-0.7), pow(7, 0.3)].map(bits)).toMatchInlineSnapshot(`
    [
      "3fe62e42fefa39ef",
      "c0026bb1bbb55515",
      "4005bf0a8b14576a",
      "3fdfc80db9dd5542",
      "3ffcaf448719fef8",
    ]
  `);
});
