import seedrandom from 'seedrandom';
import { exp, ln, pow } from './math.ts';

/** One labelled stream of random draws. Every draw is made of + − × ÷ √ alone and so is the same on every machine. */
export interface Random {
  /** Uniform in [0, 1), with 53 random bits. */
  unit(): number;
  /** A uniform integer from 0 to `bound` − 1. `bound` is at most 2^32. */
  below(bound: number): number;
  chance(probability: number): boolean;
  exponential(mean: number): number;
  /** Standard normal, by Marsaglia's polar method. */
  normal(): number;
  /** exp(normal · sigma) · median. */
  logNormal(median: number, sigma: number): number;
  /** At least `minimum`, with tail index `alpha`. */
  pareto(minimum: number, alpha: number): number;
  pick<T>(choices: readonly T[]): T;
  /** A new array in random order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[];
}

/**
 * The stream named `label` of a run's seed. One stream per purpose (`node/3/net`), so that a new consumer of chance
 * never shifts the draws of the others.
 */
export function randomStream(seed: number | string, label: string): Random {
  return new AleaStream(`${String(seed)}/${label}`);
}

class AleaStream implements Random {
  readonly #draw: () => number;
  readonly #double: () => number;
  #spareNormal: number | undefined;

  constructor(name: string) {
    const generator = seedrandom.alea(name);
    this.#draw = generator;
    this.#double = generator.double;
  }

  unit(): number {
    return this.#double();
  }

  below(bound: number): number {
    return Math.floor(this.#draw() * bound);
  }

  chance(probability: number): boolean {
    return this.#draw() < probability;
  }

  exponential(mean: number): number {
    return -mean * ln(1 - this.#double());
  }

  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.#double() - 1;
      const y = 2 * this.#double() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * ln(square)) / square);
      this.#spareNormal = y * factor;
      return x * factor;
    }
  }

  logNormal(median: number, sigma: number): number {
    return median * exp(sigma * this.normal());
  }

  pareto(minimum: number, alpha: number): number {
    return minimum / pow(1 - this.#double(), 1 / alpha);
  }

  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError('nothing to pick from');
    return choices[this.below(choices.length)] as T;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i -= 1) {
      const j = this.below(i + 1);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  }
}
