import type { ExperimentSpec, StrategyChoice } from '../experiment/spec.ts';
import type { Guarantee } from '../kernel/guarantee.ts';
import type { AnyStrategy } from '../kernel/strategy.ts';
import { type Finding, hashOfRun, type Played, play } from './play.ts';

/** A verdict that was to come out again. */
export interface Expected {
  readonly guarantee: Guarantee;
  readonly verdict: Finding['verdict'];
}

/** What else was recorded of the run that is repeated. */
export interface Recorded {
  readonly expected: readonly Expected[];
  /** SHA-256 of the uncompressed history; null where none was kept. */
  readonly hash: string | null;
}

/** A trial that was run once more, beside what it was to show. */
export interface Replayed {
  readonly choice: StrategyChoice;
  readonly trial: number;
  readonly played: Played;
  readonly hash: string;
  /** Verdicts that came out otherwise. */
  readonly missed: readonly { readonly expected: Expected; readonly found: Finding | undefined }[];
  /** Whether the same was asked and answered; null where no history was recorded. */
  readonly sameHistory: boolean | null;
}

/** Runs a trial in virtual time and compares it with what is expected of it, by its file or by the run that is repeated. */
export async function replayTrial(
  spec: ExperimentSpec,
  choice: StrategyChoice,
  strategy: AnyStrategy,
  trial: number,
  { expected, hash }: Recorded,
): Promise<Replayed> {
  const played = await play({ spec, choice, strategy, trial });
  const found = (guarantee: Guarantee) => played.findings.find((finding) => finding.subject === guarantee);
  const missed = expected
    .map((one) => ({ expected: one, found: found(one.guarantee) }))
    .filter((one) => one.found?.verdict !== one.expected.verdict);
  const again = hashOfRun(played);
  return {
    choice,
    trial,
    played,
    hash: again,
    missed,
    sameHistory: hash === null ? null : hash === again,
  };
}

/** What the file of an experiment expects of each of its trials. */
export function expectedBy({ expect = {} }: ExperimentSpec): Recorded {
  const expected = Object.entries(expect).map(([guarantee, verdict]) => ({
    guarantee: guarantee as Guarantee,
    verdict,
  }));
  return { expected, hash: null };
}
