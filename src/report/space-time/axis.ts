import type { Micros } from '../../kernel/time.ts';

/** Two moments that must be so many pixels apart, for what stands between them to be read. */
export interface Distance {
  readonly from: Micros;
  readonly to: Micros;
  readonly pixels: number;
}

/** A stretch of time in which nothing happens and which takes far less room than its length. */
export interface Shortened {
  readonly from: number;
  readonly to: number;
  readonly lasts: Micros;
}

/** Where moments stand in a picture. */
export interface Axis {
  readonly width: number;
  readonly x: (at: Micros) => number;
  readonly shortened: readonly Shortened[];
}

/** The least distance of two different moments, in pixels. */
const least = 4;
/** A gap that is so many times as dense as the middle one is marked as shortened. */
const dense = 12;

/**
 * Puts the moments at which something happens from left to right, in their order but not to scale: a gap takes room by
 * the logarithm of its length, so that a second of silence does not crush the microseconds in which all happens.
 */
export function axisOf(moments: readonly Micros[], wanted: number, distances: readonly Distance[]): Axis {
  const times = [...new Set(moments)].sort((a, b) => a - b);
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  const unit = [...gaps].sort((a, b) => a - b)[gaps.length >> 1] ?? 1;
  const weights = gaps.map((gap) => bits(1 + gap / unit));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const scale = Math.max(0, wanted - least * gaps.length) / Math.max(sum, 1);
  const place = new Map<Micros, number>();
  let x = 0;
  times.forEach((time, i) => {
    if (i > 0) x += least + scale * weights[i - 1]!;
    for (const { from, to, pixels } of distances) {
      if (to === time && place.has(from)) x = Math.max(x, place.get(from)! + pixels);
    }
    place.set(time, x);
  });
  const at = (time: Micros) => between(times, place, time);
  return { width: x, x: at, shortened: shortenedOf(times, place, unit) };
}

/** Between two moments of the axis, time runs evenly. */
function between(times: readonly Micros[], place: ReadonlyMap<Micros, number>, time: Micros): number {
  const known = place.get(time);
  if (known !== undefined) return known;
  const next = times.findIndex((other) => other > time);
  if (next === 0) return 0;
  if (next < 0) return place.get(times.at(-1)!) ?? 0;
  const [before, after] = [times[next - 1]!, times[next]!];
  const share = (time - before) / (after - before);
  return place.get(before)! + share * (place.get(after)! - place.get(before)!);
}

function shortenedOf(
  times: readonly Micros[],
  place: ReadonlyMap<Micros, number>,
  unit: Micros,
): readonly Shortened[] {
  return times.slice(1).flatMap((to, i) => {
    const from = times[i]!;
    const [left, right] = [place.get(from)!, place.get(to)!];
    const isShort = to - from >= dense * unit && right - left >= 30;
    return isShort ? [{ from: left, to: right, lasts: to - from }] : [];
  });
}

/** The logarithm to base 2, near enough for a picture and the same on every machine: between powers of 2 it is a line. */
function bits(value: number): number {
  let whole = 0;
  let rest = value;
  while (rest >= 2) {
    rest /= 2;
    whole += 1;
  }
  return whole + rest - 1;
}
