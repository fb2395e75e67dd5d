/**
 * One number per row of the history: NaN where the row is no read that could be judged, 0 where the read was fresh.
 * Only reads of the load are judged; everything that was recorded serves as evidence.
 */
export interface StalenessColumns {
  /** How long ago, at least, the read should have known better. */
  readonly age: Float64Array;
  /** Registers: how many writes it missed. */
  readonly versions: Float64Array;
  /** Counters: at least how much it missed of what later became visible. */
  readonly increments: Float64Array;
  /** Counters: how much of what was acknowledged before it began is not in it, late or lost. */
  readonly behind: Float64Array;
  /** Counters that only rise: what the value should have been at least. */
  readonly expected: Float64Array;
  /** How long before the read began the latest update was over that it could have seen; NaN where there was none. */
  readonly elapsed: Float64Array;
  /** 1 where the read certainly did not see that update, nor anything newer. */
  readonly unseen: Uint8Array;
}

/** Columns in which nothing was judged yet. */
export function blankColumns(length: number): StalenessColumns {
  const column = () => new Float64Array(length).fill(Number.NaN);
  return {
    age: column(),
    versions: column(),
    increments: column(),
    behind: column(),
    expected: column(),
    elapsed: column(),
    unseen: new Uint8Array(length),
  };
}
