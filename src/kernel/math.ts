/**
 * Logarithm, exponential and power made only of + − × ÷ and exact bit operations. Engines may round `Math.log` and
 * its kind differently; these give the same bits on every machine, so golden results hold everywhere. The relative
 * error is below 4e-16 over the range that draws use.
 */

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const highWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const sqrtHalf = 0.7071067811865476;

/** The natural logarithm of a positive, finite number. */
export function ln(x: number): number {
  if (!(x > 0) || x === Infinity) throw new RangeError(`ln needs a positive, finite number, not ${x}`);
  let exponent = 0;
  let value = x;
  if (value < 2.2250738585072014e-308) {
    value *= 18014398509481984; // 2^54 makes a subnormal number normal.
    exponent = -54;
  }
  float[0] = value;
  const high = words[highWord]!;
  exponent += (high >>> 20) - 1022;
  words[highWord] = (high & 0x000fffff) | (1022 << 20);
  let mantissa = float[0]!; // In [0.5, 1).
  if (mantissa < sqrtHalf) {
    mantissa *= 2;
    exponent -= 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const s2 = s * s;
  // 2 · artanh(s), by its series: |s| ≤ 0.172, so eleven terms reach the last bit. Every other term makes a sum of its
  // own, so that a processor works on both at once.
  const s4 = s2 * s2;
  const odd = 1 / 3 + s4 * (1 / 7 + s4 * (1 / 11 + s4 * (1 / 15 + s4 * (1 / 19))));
  const even = 1 / 5 + s4 * (1 / 9 + s4 * (1 / 13 + s4 * (1 / 17 + s4 * (1 / 21))));
  const sum = s2 * odd + s4 * even;
  return exponent * ln2High + (2 * s + (2 * s * sum + exponent * ln2Low));
}

/** e to the power of x; 0 below the smallest double, Infinity above the largest. */
export function exp(x: number): number {
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  const k = Math.round(x / 0.6931471805599453);
  const r = x - k * ln2High - k * ln2Low;
  // The series: |r| ≤ 0.347, so the power 14 is below the last bit. In two sums, as above.
  const r2 = r * r;
  const even =
    r2 * (1 / 2 + r2 * (1 / 24 + r2 * (1 / 720 + r2 * (1 / 40320 + r2 * (1 / 3628800 + r2 / 479001600)))));
  const odd =
    r2 *
    (1 / 6 + r2 * (1 / 120 + r2 * (1 / 5040 + r2 * (1 / 362880 + r2 * (1 / 39916800 + r2 / 6227020800)))));
  return scale(1 + (r + (even + r * odd)), k);
}

/** `base` to the power of `exponent`, for a positive base. */
export function pow(base: number, exponent: number): number {
  if (exponent === 0 || base === 1) return 1;
  return exp(exponent * ln(base));
}

/** x · 2^k, in steps that stay within the range of doubles. */
function scale(x: number, k: number): number {
  if (k >= -1000 && k <= 1000) return x * powerOfTwo(k);
  let result = x;
  let rest = k;
  while (rest > 1000) {
    result *= powerOfTwo(1000);
    rest -= 1000;
  }
  while (rest < -1000) {
    result *= powerOfTwo(-1000);
    rest += 1000;
  }
  return result * powerOfTwo(rest);
}

function powerOfTwo(k: number): number {
  words[1 - highWord] = 0;
  words[highWord] = (k + 1023) << 20;
  return float[0]!;
}
