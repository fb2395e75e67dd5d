import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { judge } from '../checkers/index.ts';
import { kindsNeeded, refusalOf } from '../faults/schedule.ts';
import type { Guarantee } from '../kernel/guarantee.ts';
import type { OperationKind, Plain } from '../kernel/operation.ts';
import type { AnyStrategy } from '../kernel/strategy.ts';
import { brokenTrial, measureTrial } from '../report/measure.ts';
import type { TrialResult } from '../report/result.ts';
import type { Runtime } from '../runtimes/cluster.ts';
import { loadStrategy } from '../runtimes/load-strategy.ts';
import { createWorkload } from '../workloads/index.ts';
import type { LoadProgress } from './client/load.ts';
import { availableMemory } from './machine.ts';
import type { ExperimentSpec, StrategyChoice } from './spec.ts';
import { plannedBytes, runTrial, strategyReference, type TrialOutcome, trialSeed } from './trial.ts';

/** What happens during a run, for whoever shows or stores it. */
export type RunEvent =
  | { readonly type: 'trial-begins'; readonly label: string; readonly trial: number }
  | {
      readonly type: 'progress';
      readonly label: string;
      readonly trial: number;
      readonly progress: LoadProgress;
    }
  | { readonly type: 'checking'; readonly label: string; readonly trial: number }
  | {
      readonly type: 'trial-ends';
      readonly label: string;
      readonly trial: number;
      readonly result: TrialResult;
      /** Absent where the trial broke before it had a record. */
      readonly outcome?: TrialOutcome;
      /** The stack of what broke it, where there is no outcome. */
      readonly broken?: string;
    };

export interface MatrixOptions {
  readonly spec: ExperimentSpec;
  readonly runtime: Runtime;
  readonly runtimeOptions?: Readonly<Record<string, string | number | boolean>>;
  /** Trials that an earlier, interrupted run has already measured. */
  readonly done?: readonly TrialResult[];
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void | Promise<void>;
}

/** A strategy that the workload asks what it refuses to do. */
export interface LeftOut {
  readonly label: string;
  readonly kinds: readonly OperationKind[];
}

export interface MatrixPlan {
  readonly able: readonly StrategyChoice[];
  readonly leftOut: readonly LeftOut[];
}

export interface MatrixResult {
  readonly trials: readonly TrialResult[];
  readonly leftOut: readonly LeftOut[];
  /** The run was interrupted before its last trial had ended. */
  readonly partial: boolean;
}

/** The experiment cannot be run as asked; the message says why, in words for its user. */
export class ExperimentRefusedError extends Error {
  override readonly name = 'ExperimentRefusedError';
}

/**
 * Every strategy through every trial, interleaved: all strategies of trial 1, then all of trial 2 …, each trial
 * beginning with another strategy, so that a machine that slows down is not held against one of them.
 *
 * Throws `ExperimentRefusedError` before anything runs when the runtime lacks a fault, when no strategy can serve
 * the workload, or when the history would not fit in memory.
 */
export async function runMatrix(options: MatrixOptions): Promise<MatrixResult> {
  const { spec, done = [], signal } = options;
  const { able, leftOut } = await planMatrix(options);
  // Each trial listens to the signal for as long as it lasts; many trials are not a leak.
  if (signal !== undefined) setMaxListeners(0, signal);
  const trials: TrialResult[] = [...done];
  for (let trial = 1; trial <= spec.trials; trial += 1) {
    for (const choice of rotated(able, trial - 1)) {
      if (done.some((result) => result.strategy === choice.label && result.trial === trial)) continue;
      await hearSignals();
      if (signal?.aborted === true) return { trials, leftOut, partial: true };
      const result = await runOne(options, choice, trial);
      if (result !== null) trials.push(result);
    }
  }
  return { trials, leftOut, partial: signal?.aborted ?? false };
}

/** Which strategies will run and which are left out. Throws `ExperimentRefusedError` when the run cannot be done as asked. */
export async function planMatrix(options: MatrixOptions): Promise<MatrixPlan> {
  const plan = await sortOut(options.spec);
  refuseImpossible(options, plan);
  return plan;
}

/**
 * Runs, judges and measures one trial; null where it was interrupted before there was anything to measure. What breaks
 * is reported in its result; the other trials go on.
 */
async function runOne(
  options: MatrixOptions,
  choice: StrategyChoice,
  trial: number,
): Promise<TrialResult | null> {
  const { spec, runtime, runtimeOptions, signal, onEvent } = options;
  const { label } = choice;
  await onEvent?.({ type: 'trial-begins', label, trial });
  let outcome: TrialOutcome | undefined;
  let result: TrialResult;
  let broken: string | undefined;
  try {
    outcome = await runTrial({
      spec,
      choice,
      trial,
      runtime,
      ...(runtimeOptions === undefined ? {} : { runtimeOptions }),
      ...(signal === undefined ? {} : { signal }),
      onProgress: (progress) => void onEvent?.({ type: 'progress', label, trial, progress }),
    });
    await onEvent?.({ type: 'checking', label, trial });
    result = measureTrial(outcome.record, judge(outcome.record, await claimsOf(spec, choice)));
  } catch (error) {
    await hearSignals();
    if (signal?.aborted === true) return null;
    broken = error instanceof Error ? (error.stack ?? error.message) : String(error);
    result = brokenTrial({
      label,
      strategy: choice.name,
      trial,
      seed: trialSeed(spec, trial),
      openLoop: spec.load.type === 'open',
      broken,
    });
  }
  await onEvent?.({
    type: 'trial-ends',
    label,
    trial,
    result,
    ...(outcome === undefined ? {} : { outcome }),
    ...(broken === undefined ? {} : { broken }),
  });
  return result;
}

/** What a strategy promises under the faults of this experiment: nothing, when it does not tolerate them all. */
export async function claimsOf(spec: ExperimentSpec, choice: StrategyChoice): Promise<readonly Guarantee[]> {
  return promisesOf(spec, choice, await loadStrategy(strategyReference(choice)));
}

/** The same where the strategy is at hand. */
export function promisesOf(
  spec: ExperimentSpec,
  choice: StrategyChoice,
  strategy: AnyStrategy,
): readonly Guarantee[] {
  const tolerated = kindsNeeded(spec.faults).every((kind) => strategy.tolerates.includes(kind));
  return tolerated ? strategy.guarantees(choice.knobs) : [];
}

/** Parts the strategies that serve every kind of operation of the workload from those that refuse one. */
async function sortOut(spec: ExperimentSpec): Promise<MatrixPlan> {
  const { kinds } = createWorkload(spec.workload, trialSeed(spec, 1));
  const able: StrategyChoice[] = [];
  const leftOut: LeftOut[] = [];
  for (const choice of spec.strategies) {
    const strategy = await loadStrategy(strategyReference(choice));
    const refused = kinds.filter((kind) => strategy.operations[kind] === 'refused');
    if (refused.length === 0) able.push(choice);
    else leftOut.push({ label: choice.label, kinds: refused });
  }
  return { able, leftOut };
}

function refuseImpossible({ spec, runtime }: MatrixOptions, { able, leftOut }: MatrixPlan): void {
  const faults = refusalOf(spec.faults, runtime);
  if (faults !== null) throw new ExperimentRefusedError(faults);
  if (able.length === 0) {
    const words = leftOut.map(({ label, kinds }) => `${label} refuses ${kinds.join(' and ')}`);
    throw new ExperimentRefusedError(`no strategy can serve "${spec.name}": ${words.join('; ')}`);
  }
  const needed = plannedBytes(spec) * memoryFactor;
  const available = availableMemory();
  if (needed > available) {
    throw new ExperimentRefusedError(
      `the history of "${spec.name}" may need ${gigabytes(needed)} and ${gigabytes(available)} are free: ` +
        'ask for a shorter --duration, a lower rate, or a closed load with an `operations` limit',
    );
  }
}

/** Work that leaves no turn to others keeps signals such as Ctrl-C waiting; Node comes to them in its second turn. */
async function hearSignals(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** Checking and measuring a history takes about as much memory again as the history. */
const memoryFactor = 2;

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/** Plain data for a manifest: what the cluster noted beside the history. */
export function clusterNotes(outcome: TrialOutcome): Plain {
  const { deliveryLateness, realisedDelays, notesDropped, failures } = outcome.cluster;
  return JSON.parse(
    JSON.stringify({
      generatorLateness: outcome.record.generatorLateness,
      deliveryLateness,
      realisedDelays,
      notesDropped,
      failures,
    }),
  ) as Plain;
}
