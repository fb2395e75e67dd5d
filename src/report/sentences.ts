import { byStrategy, countingTrials } from './comparison.ts';
import { answering } from './findings/answering.ts';
import { exceptions } from './findings/exceptions.ts';
import { losses } from './findings/losses.ts';
import { membership } from './findings/membership.ts';
import { staleness } from './findings/staleness.ts';
import { measuredRow, type TrialResult } from './result.ts';

export interface FindingsOptions {
  /** What increments are in this workload's story: `likes`. */
  readonly increments?: string;
}

/** What the numbers say of one strategy, in whole sentences. */
export interface Findings {
  readonly strategy: string;
  readonly sentences: readonly string[];
}

/**
 * First how it answered, how stale that was and what was lost in the end; then whatever else a reader must know
 * before trusting the numbers. Counts are sums over trials, ages and downtimes the worst of any trial.
 */
export function findingsOf(
  results: readonly TrialResult[],
  options: FindingsOptions = {},
): readonly Findings[] {
  return [...byStrategy(results)].map(([strategy, trials]) => {
    const counting = countingTrials(trials);
    const rows = counting.flatMap((result) => measuredRow(result) ?? []);
    const first = rows.length === 0 ? [] : [mainSentence(strategy, counting, options)];
    const changes = membership(strategy, counting);
    return { strategy, sentences: [...first, ...changes, ...exceptions(strategy, trials, counting)] };
  });
}

/** The same as one list, strategy after strategy. */
export function findings(results: readonly TrialResult[], options: FindingsOptions = {}): readonly string[] {
  return findingsOf(results, options).flatMap((found) => found.sentences);
}

function mainSentence(strategy: string, trials: readonly TrialResult[], options: FindingsOptions): string {
  const increments = options.increments ?? 'increments';
  const rest = [...staleness(trials, increments), ...losses(trials, increments)];
  const after = rest.length > 1 ? [...rest.slice(0, -1), `and ${rest.at(-1)!}`].join(', ') : rest.join('');
  return `${strategy} ${answering(trials)}${after === '' ? '' : `; ${after}`}.`;
}
