import type { Env } from '../../kernel/replica.ts';
import { type Micros, milliseconds } from '../../kernel/time.ts';

const firstGuess: Micros = milliseconds(10);
const resendAtLeast: Micros = milliseconds(10);
const resendDoublings = 4;
const backOffDoublings = 6;

/** How long a majority takes to answer this node, learned from its own rounds, and what follows from it. */
export class Pace {
  readonly #env: Env;
  #roundTrip = firstGuess;

  constructor(env: Env) {
    this.#env = env;
  }

  now(): Micros {
    return this.#env.monotonic();
  }

  /** A round that was sent once was answered by a majority: repeated ones would mislead (Karn and Partridge 1987). */
  observe(took: Micros): void {
    this.#roundTrip += (took - this.#roundTrip) / 8;
  }

  /** How long to wait before mail counts as lost. */
  resendAfter(resends: number): Micros {
    return Math.round(
      Math.max(resendAtLeast, 4 * this.#roundTrip) * (1 << Math.min(resends, resendDoublings)),
    );
  }

  /**
   * How long a preempted proposer steps aside: at least long enough for votes under way to arrive, and drawn from a
   * window that doubles, so that of several rivals one soon has the two round trips that it needs to itself.
   */
  backOff(failures: number): Micros {
    const window = 1 << Math.min(failures, backOffDoublings);
    return 1 + Math.round(this.#roundTrip * (0.25 + window * this.#env.random.unit()));
  }
}
