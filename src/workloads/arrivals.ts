import type { Random } from '../kernel/random.ts';
import { randomStream } from '../kernel/random.ts';
import { type Micros, microsPerSecond } from '../kernel/time.ts';

/** A stretch of time over which the rate goes in a straight line, in operations per second. */
export interface RateStretch {
  readonly from: number;
  readonly to: number;
  readonly lasts: Micros;
}

export interface ArrivalsSetup {
  readonly arrivals: 'poisson' | 'constant';
  readonly rate: readonly RateStretch[];
  /** The part of the rate that this stream carries; the parts of all streams sum to 1. */
  readonly part: number;
  readonly seed: string;
  readonly stream: number;
}

/** How many operations a rate asks for over its whole length, on average where arrivals are random. */
export function expectedArrivals(rate: readonly RateStretch[]): number {
  return rate.reduce((sum, stretch) => sum + areaOf(stretch), 0) / microsPerSecond;
}

/**
 * The due times of one stream of an open loop, in ascending order: a pure function of the seed and the stream.
 *
 * Both kinds invert the cumulative rate. Arrival k of the constant kind comes when k + a phase operations are owed;
 * the Poisson kind waits for unit-mean exponential steps of the same quantity (Çinlar 1975), which is exact for a
 * changing rate too.
 */
export class Arrivals {
  readonly #setup: ArrivalsSetup;
  readonly #random: Random;
  #stretch = 0;
  #stretchStart: Micros = 0;
  /** Operations owed at the start of the stretch, and when the next one is due in that measure. */
  #owed = 0;
  #target: number;

  constructor(setup: ArrivalsSetup) {
    this.#setup = setup;
    this.#random = randomStream(setup.seed, `stream/${setup.stream}/due`);
    // A phase of its own keeps constant streams from knocking at the same instant.
    this.#target = setup.arrivals === 'constant' ? this.#random.unit() : this.#random.exponential(1);
  }

  /** The next due time, counted from the start of the load; null when the load is over. */
  next(): Micros | null {
    for (;;) {
      const stretch = this.#setup.rate[this.#stretch];
      if (stretch === undefined) return null;
      const area = (areaOf(stretch) * this.#setup.part) / microsPerSecond;
      if (this.#target < this.#owed + area) return this.#dueIn(stretch);
      this.#owed += area;
      this.#stretchStart += stretch.lasts;
      this.#stretch += 1;
    }
  }

  #dueIn(stretch: RateStretch): Micros {
    const area = ((this.#target - this.#owed) / this.#setup.part) * microsPerSecond;
    const elapsed = timeOfArea(stretch, area);
    this.#target += this.#setup.arrivals === 'constant' ? 1 : this.#random.exponential(1);
    return this.#stretchStart + Math.min(Math.floor(elapsed), stretch.lasts - 1);
  }
}

/** The area under a stretch: rate × microseconds. */
function areaOf(stretch: RateStretch): number {
  return ((stretch.from + stretch.to) / 2) * stretch.lasts;
}

/** When the area under the rate reaches `area`: the root of from·t + slope·t²/2 = area, in the form that never cancels. */
function timeOfArea(stretch: RateStretch, area: number): number {
  if (area === 0) return 0;
  const slope = (stretch.to - stretch.from) / stretch.lasts;
  const root = Math.sqrt(Math.max(0, stretch.from * stretch.from + 2 * slope * area));
  return (2 * area) / (stretch.from + root);
}
