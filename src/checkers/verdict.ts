import type { Guarantee } from '../kernel/guarantee.ts';

/**
 * What a checker says. It never depends on the machine's speed: a search that gives up does so after a number of
 * steps, and says `unknown`.
 */
export type Verdict =
  | { readonly type: 'holds' }
  | {
      readonly type: 'violated';
      /** The fewest rows of the history that show it, in the order of invocation. */
      readonly witness: readonly number[];
      /** One sentence that a person can check by hand. */
      readonly sentence: string;
      /** How many violations were counted, where the checker counts them all. */
      readonly count?: number;
    }
  | { readonly type: 'unknown'; readonly because: string };

/** A verdict on one promise; `claimed` tells whether the strategy made it. */
export interface Judgement {
  readonly guarantee: Guarantee;
  readonly claimed: boolean;
  readonly verdict: Verdict;
}
