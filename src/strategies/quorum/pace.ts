import type { Env } from '../../kernel/replica.ts';
import { type Micros, milliseconds, seconds } from '../../kernel/time.ts';

const firstGuess: Micros = milliseconds(10);
const resendAtLeast: Micros = milliseconds(10);
const resendDoublings = 4;
/** After a majority has answered, so long may the slowest node take to show that it holds the value too. */
export const settleWithin: Micros = seconds(1);
/** A round that serves nobody is given up after so many resends: others may try later. */
export const resendsForNobody = 3;

/** How long a majority takes to answer this node, learned from its own rounds, and what follows from it. */
export class Pace {
  readonly #env: Env;
  /** An operation that has waited so long is as urgent as can be. */
  readonly #runOut: Micros;
  #roundTrip = firstGuess;

  constructor(env: Env, giveUpAfter: Micros) {
    this.#env = env;
    this.#runOut = giveUpAfter / 2;
  }

  now(): Micros {
    return this.#env.monotonic();
  }

  /**
   * A majority answered after `took`. Whether it answered the first sending or a repetition is unknown of a round that
   * was resent (Karn and Partridge 1987), so such a round counts for little: the guess may have been too short, or
   * the mail was lost. What took longer than a resend would have taken was a pause of this node.
   */
  observe(took: Micros, resent: boolean): void {
    if (!resent) this.#roundTrip += (Math.min(took, this.resendAfter(0)) - this.#roundTrip) / 8;
    else if (took > this.#roundTrip) this.#roundTrip = Math.min(took, 2 * this.#roundTrip);
  }

  /** How long to wait before mail counts as lost. */
  resendAfter(resends: number): Micros {
    return Math.round(
      Math.max(resendAtLeast, 4 * this.#roundTrip) * (1 << Math.min(resends, resendDoublings)),
    );
  }

  /**
   * How long a proposer steps aside for a rival: one round trip, in which votes under way arrive and the rival gets
   * on, and a draw from a window in which every node of the cluster could find a place. The older the operations that
   * wait, the narrower the window, so that whoever has waited longest soon goes first; a window that grew with each
   * failure would starve the unlucky.
   */
  backOff(waited: Micros): Micros {
    const patience = Math.max(0, 1 - waited / this.#runOut);
    const window = 0.5 + 2 * (this.#env.peers.length + 1) * patience;
    return 1 + Math.round(this.#roundTrip * (1 + window * this.#env.random.unit()));
  }
}
