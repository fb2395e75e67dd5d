import { setImmediate } from 'node:timers/promises';
import { judge } from '../checkers/index.ts';
import { kindsNeeded } from '../faults/schedule.ts';
import type { Guarantee } from '../kernel/guarantee.ts';
import type { AnyStrategy } from '../kernel/strategy.ts';
import { brokenTrial, measureTrial } from '../report/measure.ts';
import type { TrialResult } from '../report/result.ts';
import type { Runtime } from '../runtimes/cluster.ts';
import { loadStrategy } from '../runtimes/load-strategy.ts';
import { troubleIn } from '../topology/features.ts';
import type { LoadProgress } from './client/load.ts';
import { explainTrial, firstViolation } from './explain/explain.ts';
import type { ExperimentSpec, StrategyChoice } from './spec.ts';
import { runTrial, strategyReference, type TrialOutcome, trialSeed } from './trial.ts';

/** One strategy through one trial, as plain data. */
export interface TrialJob {
  readonly spec: ExperimentSpec;
  readonly choice: StrategyChoice;
  /** From 1. */
  readonly trial: number;
  readonly runtimeOptions?: Readonly<Record<string, string | number | boolean>>;
  /** Draws the first violation, for which the trial runs once more; only in virtual time. */
  readonly explain?: boolean;
}

/** How a trial is getting on. */
export type TrialNews =
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'checking' };

/** A trial that has ended, one way or another. */
export interface EndedTrial {
  readonly result: TrialResult;
  /** Absent where the trial broke before it had a record. */
  readonly outcome?: TrialOutcome;
  /** The stack of what broke it, where there is no outcome. */
  readonly broken?: string;
  /** The first violation as an SVG, where that was asked for and there was one to draw. */
  readonly picture?: string;
}

/** What a trial is told by whoever runs it. */
export interface TrialWatch {
  readonly signal: AbortSignal | undefined;
  readonly onNews: (news: TrialNews) => void | Promise<void>;
}

/**
 * Runs, judges and measures one trial; null where it was interrupted before there was anything to measure. What breaks
 * is reported in its result.
 */
export async function endTrial(
  job: TrialJob,
  runtime: Runtime,
  { signal, onNews }: TrialWatch,
): Promise<EndedTrial | null> {
  const { spec, choice, trial, runtimeOptions } = job;
  let outcome: TrialOutcome | undefined;
  try {
    outcome = await runTrial({
      spec,
      choice,
      trial,
      runtime,
      ...(runtimeOptions === undefined ? {} : { runtimeOptions }),
      ...(signal === undefined ? {} : { signal }),
      onProgress: (progress) => void onNews({ type: 'progress', progress }),
    });
    await onNews({ type: 'checking' });
    const judgements = judge(outcome.record, await claimsOf(spec, choice));
    const violation = job.explain === true ? firstViolation(judgements) : undefined;
    return {
      result: measureTrial(outcome.record, judgements),
      outcome,
      ...(violation === undefined ? {} : { picture: await explainTrial(job, outcome.record, violation) }),
    };
  } catch (error) {
    await hearSignals();
    if (signal?.aborted === true) return null;
    const broken = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const { label, name: strategy } = choice;
    const known = {
      label,
      strategy,
      trial,
      seed: trialSeed(spec, trial),
      openLoop: spec.load.type === 'open',
    };
    return {
      result: brokenTrial({ ...known, broken }),
      ...(outcome === undefined ? {} : { outcome }),
      broken,
    };
  }
}

/** What a strategy promises under the faults and on the links of this experiment: nothing, when it does not tolerate them all. */
export async function claimsOf(spec: ExperimentSpec, choice: StrategyChoice): Promise<readonly Guarantee[]> {
  return promisesOf(spec, choice, await loadStrategy(strategyReference(choice)));
}

/** The same where the strategy is at hand. */
export function promisesOf(
  spec: ExperimentSpec,
  choice: StrategyChoice,
  strategy: AnyStrategy,
): readonly Guarantee[] {
  const trouble = [...kindsNeeded(spec.faults), ...troubleIn(spec.topology)];
  const tolerated = trouble.every((kind) => strategy.tolerates.includes(kind));
  return tolerated ? strategy.guarantees(choice.knobs) : [];
}

/** Work that leaves no turn to others keeps signals such as Ctrl-C waiting; Node comes to them in its second turn. */
export async function hearSignals(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
