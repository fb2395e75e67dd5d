/**
 * The promises that a strategy can make and a checker can judge. `docs/models.md` has a sentence and a drawn
 * counterexample for each.
 */
export const guarantees = [
  /** Every operation takes effect at one instant between its invocation and its completion (Herlihy and Wing 1990). */
  'linearizable',
  /** All operations are in one order that agrees with the order of each process (Lamport 1979). */
  'sequential',
  /** What an operation may have been caused by is seen by whoever sees it (Ahamad et al. 1995; CC of Bouajjani et al. 2017). */
  'causal',
  /** A session never reads anything older than what it wrote itself (Terry et al. 1994). */
  'read-your-writes',
  /** A session never reads anything older than what it read before (Terry et al. 1994). */
  'monotonic-reads',
  /** Whoever saw a write sees what the same session had written before it (Terry et al. 1994). */
  'monotonic-writes',
  /** Whoever saw a write sees what its session had read before it (Terry et al. 1994). */
  'writes-follow-reads',
  /** Replicas that own a key hold the same value once updates have stopped and links have healed. */
  'convergent',
  /** Every acknowledged add is in the final value exactly once. */
  'no-lost-adds',
  /** Every acknowledged write is visible, or was overwritten by one that was not older. */
  'no-lost-writes',
  /** A transfer moves its amount entirely or not at all, so the sum over all keys never changes. */
  'atomic-transfers',
  /** Nobody sees a value below the floor that whatever lowers it asked for. */
  'never-below-floor',
  /** Acknowledged updates never take more than there was above the floor. */
  'never-oversold',
] as const;

export type Guarantee = (typeof guarantees)[number];

/** What follows at once from a guarantee; the rest by going on from there. Nobody has to promise it apart. */
const follows: Readonly<Record<string, readonly Guarantee[]>> = {
  linearizable: ['sequential', 'never-oversold'],
  sequential: ['causal', 'never-below-floor'],
  causal: ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads'],
};

/** These guarantees and all that follow from them, in the order of the list above. */
export function withImplied(given: readonly Guarantee[]): readonly Guarantee[] {
  const all = new Set(given);
  for (const guarantee of all) for (const weaker of follows[guarantee] ?? []) all.add(weaker);
  return guarantees.filter((guarantee) => all.has(guarantee));
}

/** Whether a store that keeps the one guarantee keeps the other one too, by their names. */
export function implies(stronger: string, weaker: string): boolean {
  return (follows[stronger] ?? []).some((next) => next === weaker || implies(next, weaker));
}
