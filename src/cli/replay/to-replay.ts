import type { ExperimentSpec, StrategyChoice } from '../../experiment/spec.ts';
import type { Recorded } from '../../hunting/replay.ts';

/** What is repeated, wherever it comes from. */
export interface ToReplay {
  readonly spec: ExperimentSpec;
  /** The word that named it. */
  readonly source: string;
  /** What a trial is expected to show; null where it was not measured, and is not repeated. */
  readonly recordedOf: (choice: StrategyChoice, trial: number) => Recorded | null;
}

/** Nothing to compare with. */
export const nothingRecorded: Recorded = { expected: [], hash: null };
