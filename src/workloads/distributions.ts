import { pow } from '../kernel/math.ts';

/** Picks ranks from 0, one uniform draw per pick. */
export interface Distribution {
  readonly size: number;
  /** The rank for a uniform draw in [0, 1). */
  pick(unit: number): number;
}

/** The exact probabilities of Zipf's law: rank r (from 0) weighs (r + 1) to the power of −`exponent`; 0 is uniform. */
export function zipfProbabilities(size: number, exponent: number): Float64Array {
  const weights = new Float64Array(size);
  let total = 0;
  // The smallest weights are summed first, so that the sum loses nothing to rounding.
  for (let rank = size - 1; rank >= 0; rank -= 1) {
    weights[rank] = 1 / pow(rank + 1, exponent);
    total += weights[rank]!;
  }
  return weights.map((weight) => weight / total);
}

/** Exact Zipf's law over `size` ranks. (YCSB's approximating formula is not Zipf: it gives rank 3 1.17 times its share.) */
export function zipfian(size: number, exponent: number): Distribution {
  return exponent === 0 ? uniform(size) : aliasTable(zipfProbabilities(size, exponent));
}

export function uniform(size: number): Distribution {
  return { size, pick: (unit) => Math.floor(unit * size) };
}

/**
 * Any discrete distribution in constant time (Walker 1977, built as Vose 1991 does): each of n columns holds at most
 * two ranks, so one draw picks the column by its whole part and the rank in it by its fraction.
 */
export function aliasTable(probabilities: ArrayLike<number>): Distribution {
  const size = probabilities.length;
  const { threshold, alias } = fillColumns(probabilities);
  const pick = (unit: number) => {
    const scaled = unit * size;
    const column = Math.floor(scaled);
    return scaled - column < threshold[column]! ? column : alias[column]!;
  };
  return { size, pick };
}

function fillColumns(probabilities: ArrayLike<number>): { threshold: Float64Array; alias: Uint32Array } {
  const size = probabilities.length;
  const threshold = new Float64Array(size).fill(1);
  const alias = new Uint32Array(size);
  const height = Float64Array.from(probabilities, (probability) => probability * size);
  const low: number[] = [];
  const high: number[] = [];
  for (let i = size - 1; i >= 0; i -= 1) (height[i]! < 1 ? low : high).push(i);
  while (low.length > 0 && high.length > 0) {
    const poor = low.pop() as number;
    const rich = high.at(-1) as number;
    threshold[poor] = height[poor]!;
    alias[poor] = rich;
    height[rich] = height[rich]! - (1 - height[poor]!);
    if (height[rich]! < 1) low.push(high.pop() as number);
  }
  // What rounding leaves over on either side is a full column.
  return { threshold, alias };
}
