import { type Call, forgetAnswer, isOptional } from './call.ts';

/** How a violation is made smaller. */
export interface Effort {
  /** What each attempt may cost, and all of them together. */
  readonly attempt: number;
  readonly whole: number;
  /** Whether what was invoked later comes later: not where real time does not count. */
  readonly inRealTime: boolean;
}

export const effortInRealTime: Effort = { attempt: 20_000, whole: 500_000, inRealTime: true };
/** What it costs to make a search ready. */
const stepsPerCall = 4;

/** Whether calls have no order, as far as so many steps tell, and how many it took. */
export type Refute<Action> = (
  calls: readonly Call<Action>[],
  steps: number,
) => { readonly isRefuted: boolean; readonly steps: number };

/**
 * Makes calls without an order fewer: an answer is kept only if the rest could be put in order without it. An update
 * whose answer is left out may still have happened; only its acknowledgement is not needed. Gives the calls whose
 * answers contradict each other, in the order of completion.
 */
export function contradiction<Action>(
  calls: readonly Call<Action>[],
  refute: Refute<Action>,
  effort: Effort = effortInRealTime,
): readonly Call<Action>[] {
  const shrinker = new Shrinker(refute, effort);
  let kept = shrinker.untilFirstContradiction(calls);
  const observations = kept.filter((call) => !isOptional(call) && call.unanswered.length === 0);
  kept = shrinker.withoutNeedless(kept, observations);
  const acknowledged = kept.filter((call) => !isOptional(call) && call.unanswered.length > 0);
  kept = shrinker.withoutNeedless(kept, acknowledged);
  return kept.filter((call) => !isOptional(call)).sort((a, b) => a.completedAt - b.completedAt);
}

/** Those calls that touch one of the parts, reduced to what they do to them. */
export function onParts<Action>(
  calls: readonly Call<Action>[],
  parts: ReadonlySet<string>,
): readonly Call<Action>[] {
  return calls.flatMap((call) => {
    const touches = call.touches.filter(({ part }) => parts.has(part));
    const unanswered = call.unanswered.filter(({ part }) => parts.has(part));
    return touches.length === 0 ? [] : [{ ...call, touches, unanswered }];
  });
}

class Shrinker<Action> {
  readonly #refute: Refute<Action>;
  readonly #effort: Effort;
  #left: number;

  constructor(refute: Refute<Action>, effort: Effort) {
    this.#refute = refute;
    this.#effort = effort;
    this.#left = effort.whole;
  }

  /** What was known at the earliest completion by which no order was left. */
  untilFirstContradiction(calls: readonly Call<Action>[]): readonly Call<Action>[] {
    const ends = calls.filter((call) => !isOptional(call)).map((call) => call.completedAt);
    ends.sort((a, b) => a - b);
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#refutes(this.#knownAt(calls, ends[middle]!), this.#effort.whole)) high = middle;
      else low = middle + 1;
    }
    const known = this.#knownAt(calls, ends[low]!);
    // A search that gave up is no proof that there was an order.
    return low === ends.length - 1 || this.#refutes(known, this.#effort.whole) ? known : calls;
  }

  /** Forgets as many of these answers as it can without making an order possible: many at a time first, then one by one. */
  withoutNeedless(calls: readonly Call<Action>[], answers: readonly Call<Action>[]): readonly Call<Action>[] {
    let kept = calls;
    for (let size = Math.ceil(answers.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = 0; from < answers.length; from += size) {
        const chunk = new Set(answers.slice(from, from + size));
        const without = kept.flatMap((call) => (chunk.has(call) ? forgetAnswer(call) : [call]));
        if (this.#refutes(without, this.#effort.attempt)) kept = without;
      }
    }
    return kept;
  }

  #knownAt(calls: readonly Call<Action>[], at: number): readonly Call<Action>[] {
    return calls
      .filter((call) => !this.#effort.inRealTime || call.invokedAt <= at)
      .flatMap((call) => (isOptional(call) || call.completedAt <= at ? [call] : forgetAnswer(call)));
  }

  #refutes(calls: readonly Call<Action>[], steps: number): boolean {
    const result = this.#refute(calls, Math.min(steps, this.#left));
    this.#left = Math.max(0, this.#left - result.steps - calls.length * stepsPerCall);
    return result.isRefuted;
  }
}
