/** What the process says when it ends. One code per class of outcome, in this file only. */
export const exitCode = {
  /** Every promise that could be judged was kept. */
  kept: 0,
  /** A claimed guarantee was violated. */
  violated: 1,
  /** No violation, but a claimed guarantee could not be decided. */
  undecided: 2,
  /** An expectation of the user was missed. */
  missed: 3,
  /** The user's mistake: wrong arguments, a workload file that does not hold, a folder that cannot be written. */
  usage: 64,
  /** Our own bug. */
  internal: 70,
  /** Interrupted by Ctrl-C (128 + SIGINT), after writing what was measured. */
  interrupted: 130,
} as const;
