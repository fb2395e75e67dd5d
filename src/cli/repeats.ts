import type { RunEvent } from '../experiment/run.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { exitCode } from './exit-codes.ts';

/** What running a trial twice has shown. */
export interface Repeat {
  readonly strategy: string;
  /** From 1. */
  readonly trial: number;
  /** The hash of all that happened, and of how many events. */
  readonly trace: string;
  readonly events: number;
  /** SHA-256 of the history and of the lines in each CSV file. */
  readonly files: Readonly<Record<string, string>>;
  /** Where the runs parted, in words; null where they were the same. */
  readonly difference: string | null;
}

/** Gathers what `--check-determinism` finds. */
export class Repeats {
  readonly #spec: ExperimentSpec;
  readonly #compared: Repeat[] = [];

  constructor(spec: ExperimentSpec) {
    this.#spec = spec;
  }

  see(event: RunEvent): void {
    if (event.type !== 'trial-ends' || event.comparison === undefined) return;
    const { label: strategy, trial, comparison } = event;
    const { fingerprint, difference } = comparison;
    this.#compared.push({ strategy, trial, ...fingerprint, difference });
  }

  get compared(): readonly Repeat[] {
    return this.#compared;
  }

  /** A strategy of the user's that does not repeat itself is the user's to mend, and one of ours is a bug of ours. */
  exit(): number | null {
    const different = this.#compared.filter(({ difference }) => difference !== null);
    if (different.length === 0) return null;
    const ours = (label: string) =>
      this.#spec.strategies.some((choice) => choice.label === label && choice.module === undefined);
    return different.some(({ strategy }) => ours(strategy)) ? exitCode.internal : exitCode.usage;
  }
}

/** A sentence for each trial that did not repeat itself, or one for all that did. */
export function repeatsInWords(compared: readonly Repeat[]): readonly string[] {
  if (compared.length === 0) return [];
  const different = compared.filter(({ difference }) => difference !== null);
  if (different.length === 0) {
    const events = compared.reduce((sum, repeat) => sum + repeat.events, 0).toLocaleString('en-US');
    const trials = compared.length === 1 ? 'The trial' : `All ${compared.length} trials`;
    return [`${trials} ran twice, and the same happened: ${events} events, histories and CSV files alike.`];
  }
  return different.map(
    ({ strategy, trial, difference }) =>
      `${strategy} is not deterministic: trial ${trial} ran twice, and ${difference}.`,
  );
}
