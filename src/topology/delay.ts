import { exp, ln, pow } from '../kernel/math.ts';
import type { Random } from '../kernel/random.ts';
import type { Micros } from '../kernel/time.ts';

/** A length of time in microseconds, such as the one-way delay of a link: a distribution from which each message draws. */
export type Delay =
  | { readonly type: 'constant'; readonly value: Micros }
  | { readonly type: 'uniform'; readonly minimum: Micros; readonly maximum: Micros }
  | { readonly type: 'exponential'; readonly minimum: Micros; readonly mean: Micros }
  | { readonly type: 'log-normal'; readonly median: Micros; readonly sigma: number }
  | { readonly type: 'pareto'; readonly minimum: Micros; readonly alpha: number }
  | { readonly type: 'mixture'; readonly parts: readonly MixturePart[] }
  | { readonly type: 'quantiles'; readonly points: readonly QuantilePoint[] };

/** So large a share of all messages draw from `delay`. The shares of a mixture sum to 1. */
export interface MixturePart {
  readonly share: number;
  readonly delay: Delay;
}

/**
 * So large a share of all messages take at most `value`. The points rise from share 0 to share 1; between two of them
 * delays are spread evenly.
 */
export interface QuantilePoint {
  readonly share: number;
  readonly value: Micros;
}

/** One draw, in whole microseconds. A constant delay draws nothing. */
export function drawDelay(delay: Delay, random: Random): Micros {
  switch (delay.type) {
    case 'constant':
      return delay.value;
    case 'uniform':
      return Math.round(delay.minimum + random.unit() * (delay.maximum - delay.minimum));
    case 'exponential':
      return Math.round(delay.minimum + random.exponential(delay.mean - delay.minimum));
    case 'log-normal':
      return Math.round(random.logNormal(delay.median, delay.sigma));
    case 'pareto':
      return Math.round(random.pareto(delay.minimum, delay.alpha));
    case 'mixture':
      return drawDelay(partAt(delay.parts, random.unit()), random);
    case 'quantiles':
      return Math.round(valueAt(delay.points, random.unit()));
  }
}

const ln2 = 0.6931471805599453;

/** The middle of the distribution, by which clients judge what is near. */
export function medianDelay(delay: Delay): Micros {
  switch (delay.type) {
    case 'constant':
      return delay.value;
    case 'uniform':
      return (delay.minimum + delay.maximum) / 2;
    case 'exponential':
      return delay.minimum + (delay.mean - delay.minimum) * ln2;
    case 'log-normal':
      return delay.median;
    case 'pareto':
      return delay.minimum * pow(2, 1 / delay.alpha);
    case 'mixture':
      return medianOfMixture(delay);
    case 'quantiles':
      return valueAt(delay.points, 0.5);
  }
}

/** The share of messages that take at most `limit`. */
export function shareWithin(delay: Delay, limit: Micros): number {
  switch (delay.type) {
    case 'constant':
      return limit >= delay.value ? 1 : 0;
    case 'uniform':
      if (limit >= delay.maximum) return 1;
      return Math.max(0, (limit - delay.minimum) / (delay.maximum - delay.minimum));
    case 'exponential':
      return limit <= delay.minimum ? 0 : 1 - exp(-(limit - delay.minimum) / (delay.mean - delay.minimum));
    case 'log-normal':
      return limit <= 0 ? 0 : normalShareBelow(ln(limit / delay.median) / delay.sigma);
    case 'pareto':
      return limit <= delay.minimum ? 0 : 1 - pow(delay.minimum / limit, delay.alpha);
    case 'mixture':
      return delay.parts.reduce((sum, part) => sum + part.share * shareWithin(part.delay, limit), 0);
    case 'quantiles':
      return shareAt(delay.points, limit);
  }
}

/** The last part takes what rounding leaves of the shares. */
function partAt(parts: readonly MixturePart[], share: number): Delay {
  let left = share;
  for (let i = 0; i < parts.length - 1; i += 1) {
    const part = parts[i]!;
    if (left < part.share) return part.delay;
    left -= part.share;
  }
  return parts[parts.length - 1]!.delay;
}

/** Shares that sum to one half up to the last bit are one half. */
const tolerance = 1e-12;

/** There is no closed form, but it lies between the medians of the parts: halving finds it to the last bit. */
function medianOfMixture(mixture: Delay & { readonly type: 'mixture' }): Micros {
  const medians = mixture.parts.map((part) => medianDelay(part.delay));
  let low = Math.min(...medians);
  let high = Math.max(...medians);
  if (shareWithin(mixture, low) >= 0.5 - tolerance) return low;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (shareWithin(mixture, middle) >= 0.5 - tolerance) high = middle;
    else low = middle;
  }
}

function valueAt(points: readonly QuantilePoint[], share: number): Micros {
  let i = 1;
  while (i < points.length - 1 && points[i]!.share <= share) i += 1;
  const below = points[i - 1]!;
  const above = points[i]!;
  return below.value + ((share - below.share) / (above.share - below.share)) * (above.value - below.value);
}

function shareAt(points: readonly QuantilePoint[], limit: Micros): number {
  if (limit < points[0]!.value) return 0;
  // Of several points with one value the last one counts: all that take exactly so long are within it.
  let i = points.length - 1;
  while (points[i]!.value > limit) i -= 1;
  const below = points[i]!;
  const above = points[i + 1];
  if (above === undefined) return 1;
  return below.share + ((limit - below.value) / (above.value - below.value)) * (above.share - below.share);
}

const lnRootTwoPi = 0.9189385332046728;

/** The normal distribution, by its series about 0: ½ + φ(x) · (x + x³ ÷ 3 + x⁵ ÷ (3 · 5) + …). */
function normalShareBelow(x: number): number {
  if (x > 8) return 1;
  if (x < -8) return 0;
  const square = x * x;
  let term = x;
  let sum = 0;
  for (let odd = 1; sum + term !== sum; term *= square / odd) {
    sum += term;
    odd += 2;
  }
  // Far from 0 the last bits of the sum are more than what is left to 0 or 1.
  return Math.max(0, Math.min(1, 0.5 + sum * exp(-square / 2 - lnRootTwoPi)));
}
