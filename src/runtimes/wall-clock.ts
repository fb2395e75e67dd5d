import type { ClockSkew } from '../faults/fault.ts';
import type { Micros } from '../kernel/time.ts';

/** A skewed clock gains at double speed and loses at half speed until it is as wrong as it should be: it never runs backwards. */
const gaining = 1;
const losing = -0.5;

/** Where the state of a wall clock stands, in a list of numbers: shared memory, where threads share it. */
const jumpedAt = 0;
/** The skew at the moment of the last change; how it goes on from there, and how far. */
const skewAt = 1;
const changedAt = 2;
const rateAt = 3;
const goalAt = 4;
/** How many numbers a wall clock takes. */
export const wallClockNumbers = 5;

/**
 * A node's wall clock: the shared clock with an offset, plus what faults do to it. Jumps add up and may set it back;
 * a skew grows from nothing and shrinks to nothing, so that time goes on under it.
 */
export class WallClock {
  readonly #start: Micros;
  readonly #state: Float64Array;

  /** `start` is what it reads when the shared clock reads 0. */
  constructor(start: Micros, state: Float64Array = new Float64Array(wallClockNumbers)) {
    this.#start = start;
    this.#state = state;
  }

  read(now: Micros): Micros {
    return this.#start + now + this.#state[jumpedAt]! + Math.floor(this.#skew(now));
  }

  jump(by: Micros): void {
    this.#state[jumpedAt] = this.#state[jumpedAt]! + by;
  }

  skew(now: Micros, skew: ClockSkew): void {
    if (skew.type === 'offset') return this.#head(now, skew.by);
    this.#go(now, skew.rate, skew.rate * Number.POSITIVE_INFINITY);
  }

  /** Back to the true time, at the same pace. */
  unskew(now: Micros): void {
    this.#head(now, 0);
  }

  #skew(now: Micros): number {
    const state = this.#state;
    const rate = state[rateAt]!;
    if (rate === 0) return state[skewAt]!;
    const reached = state[skewAt]! + rate * (now - state[changedAt]!);
    return rate > 0 ? Math.min(reached, state[goalAt]!) : Math.max(reached, state[goalAt]!);
  }

  #head(now: Micros, goal: Micros): void {
    this.#go(now, goal > this.#skew(now) ? gaining : losing, goal);
  }

  #go(now: Micros, rate: number, goal: number): void {
    const state = this.#state;
    state[skewAt] = this.#skew(now);
    state[changedAt] = now;
    state[rateAt] = rate;
    state[goalAt] = goal;
  }
}
