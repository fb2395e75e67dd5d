import type { Env } from '../../kernel/replica.ts';
import { RoundTrip } from '../../kernel/round-trip.ts';
import type { Micros } from '../../kernel/time.ts';

const backOffDoublings = 3;

/** This node's clock, and how long it waits for what, which follows from how long its rounds take. */
export class Pace {
  readonly #env: Env;
  readonly #roundTrip = new RoundTrip();

  constructor(env: Env) {
    this.#env = env;
  }

  now(): Micros {
    return this.#env.monotonic();
  }

  observe(took: Micros, resent: boolean): void {
    this.#roundTrip.observe(took, resent);
  }

  resendAfter(resends: number): Micros {
    return this.#roundTrip.resendAfter(resends);
  }

  /**
   * How long to step aside for a rival: one round trip, in which grants under way arrive and the rival gets on, and a
   * share of a window that doubles, so that of several rivals one soon has the key to itself. Whoever loses then
   * forwards to the winner, so nobody starves by this.
   */
  backOff(failures: number): Micros {
    const window = 1 << Math.min(failures, backOffDoublings);
    return 1 + Math.round(this.#roundTrip.estimate * (1 + window * this.#env.random.unit()));
  }

  /** When the turn of a place in a queue comes, if each needs the time to ask and to be heard of. */
  turns(place: number): Micros {
    return 1 + Math.round(this.#roundTrip.estimate * 1.5 * place);
  }
}
