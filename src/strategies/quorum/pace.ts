import type { Env } from '../../kernel/replica.ts';
import { RoundTrip } from '../../kernel/round-trip.ts';
import { type Micros, seconds } from '../../kernel/time.ts';
import type { Roster } from './roster.ts';

/** After a majority has answered, so long may the slowest node take to show that it holds the value too. */
export const settleWithin: Micros = seconds(1);
/** A round that serves nobody is given up after so many resends: others may try later. */
export const resendsForNobody = 3;

/** This node's clock, and how long it waits for what, which follows from how long its rounds take. */
export class Pace {
  readonly #env: Env;
  readonly #roster: Roster;
  /** An operation that has waited so long is as urgent as can be. */
  readonly #runOut: Micros;
  readonly #roundTrip = new RoundTrip();

  constructor(env: Env, roster: Roster, giveUpAfter: Micros) {
    this.#env = env;
    this.#roster = roster;
    this.#runOut = giveUpAfter / 2;
  }

  now(): Micros {
    return this.#env.monotonic();
  }

  /** What took longer than a resend would have taken was a pause of this node. */
  observe(took: Micros, resent: boolean): void {
    this.#roundTrip.observe(resent ? took : Math.min(took, this.resendAfter(0)), resent);
  }

  resendAfter(resends: number): Micros {
    return this.#roundTrip.resendAfter(resends);
  }

  /**
   * How long a proposer steps aside for a rival: one round trip, in which votes under way arrive and the rival gets
   * on, and a draw from a window in which every node of the cluster could find a place. The older the operations that
   * wait, the narrower the window, so that whoever has waited longest soon goes first; a window that grew with each
   * failure would starve the unlucky.
   */
  backOff(waited: Micros): Micros {
    const patience = Math.max(0, 1 - waited / this.#runOut);
    const window = 0.5 + 2 * this.#roster.size * patience;
    return 1 + Math.round(this.#roundTrip.estimate * (1 + window * this.#env.random.unit()));
  }
}
