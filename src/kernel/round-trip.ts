import { type Micros, milliseconds } from './time.ts';

const firstGuess: Micros = milliseconds(10);
const resendAtLeast: Micros = milliseconds(10);
const resendDoublings = 4;

/** How long a majority takes to answer one node, learned from its own rounds (Jacobson 1988), on a LAN as around the world. */
export class RoundTrip {
  #estimate = firstGuess;

  get estimate(): Micros {
    return this.#estimate;
  }

  /**
   * A majority answered after `took`. Whether it answered the first sending or a repetition is unknown of a round that
   * was resent (Karn and Partridge 1987), so such a round counts for little: the guess may have been too short, or
   * the mail was lost.
   */
  observe(took: Micros, resent: boolean): void {
    if (!resent) this.#estimate += (took - this.#estimate) / 8;
    else if (took > this.#estimate) this.#estimate = Math.min(took, 2 * this.#estimate);
  }

  /** How long to wait before mail counts as lost. */
  resendAfter(resends: number): Micros {
    return Math.round(
      Math.max(resendAtLeast, 4 * this.#estimate) * (1 << Math.min(resends, resendDoublings)),
    );
  }
}
