/**
 * The promises that a strategy can make and a checker can judge. `docs/models.md` has a sentence and a drawn
 * counterexample for each.
 */
export const guarantees = [
  /** Every operation takes effect at one instant between its invocation and its completion (Herlihy and Wing 1990). */
  'linearizable',
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
