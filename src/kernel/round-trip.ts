import { type Micros, milliseconds, seconds } from './time.ts';

const firstGuess: Micros = milliseconds(10);
const resendAtLeast: Micros = milliseconds(10);
/**
 * However slow the rounds were: where each needs every node, and links lose mail for good, nearly all rounds are resent, the
 * estimate grows without end, and a question whose mail was lost would not be asked again for minutes.
 */
const resendAtMost: Micros = seconds(1);
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
    else if (took > this.#estimate) {
      this.#estimate = Math.max(this.#estimate, Math.min(took, 2 * this.#estimate, resendAtMost / 2));
    }
  }

  /** How long to wait before mail counts as lost. */
  resendAfter(resends: number): Micros {
    const wait = Math.max(resendAtLeast, 4 * this.#estimate) * (1 << Math.min(resends, resendDoublings));
    return Math.round(Math.min(wait, resendAtMost));
  }
}
