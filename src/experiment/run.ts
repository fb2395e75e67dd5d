import { setMaxListeners } from 'node:events';
import { kindsNeeded, refusalOf } from '../faults/schedule.ts';
import type { OperationKind, Plain } from '../kernel/operation.ts';
import type { TrialResult } from '../report/result.ts';
import type { Runtime } from '../runtimes/cluster.ts';
import { loadStrategy } from '../runtimes/load-strategy.ts';
import { simRuntime } from '../runtimes/sim/runtime.ts';
import { spread } from '../runtimes/workforce/workforce.ts';
import { topologyRefusal } from '../topology/features.ts';
import { createWorkload } from '../workloads/index.ts';
import type { LoadProgress } from './client/load.ts';
import { type CheckedTrial, type Comparison, checkTrial } from './determinism.ts';
import { availableMemory } from './machine.ts';
import { endTrial, hearSignals, type TrialJob, type TrialNews, type TrialWatch } from './one-trial.ts';
import type { ExperimentSpec, StrategyChoice } from './spec.ts';
import { plannedBytes, strategyReference, type TrialOutcome, trialSeed } from './trial.ts';
import type { TrialTask } from './trial-job.ts';

export { claimsOf, promisesOf } from './one-trial.ts';

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
      /** What running the trial twice has shown, where that was asked for. */
      readonly comparison?: Comparison;
      /** The first violation as an SVG, where that was asked for and there was one to draw. */
      readonly picture?: string;
    };

export interface MatrixOptions {
  readonly spec: ExperimentSpec;
  readonly runtime: Runtime;
  readonly runtimeOptions?: Readonly<Record<string, string | number | boolean>>;
  /** Trials that an earlier, interrupted run has already measured. */
  readonly done?: readonly TrialResult[];
  /**
   * So many trials at a time, each on a thread of its own; what comes of them is the same as one after the other. Only in
   * virtual time, where trials do not disturb each other; 1 by default.
   */
  readonly workers?: number;
  /** Runs each trial twice and compares what happened; only in virtual time. */
  readonly checkDeterminism?: boolean;
  /** Draws the first violation of each trial; only in virtual time. */
  readonly explain?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void | Promise<void>;
}

/** A strategy that the workload asks what it refuses to do, or whose members the schedule changes and it cannot do that safely. */
export interface LeftOut {
  readonly label: string;
  readonly kinds: readonly (OperationKind | 'join' | 'leave')[];
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
  const { done = [], signal } = options;
  const { able, leftOut } = await planMatrix(options);
  // Each trial listens to the signal for as long as it lasts; many trials are not a leak.
  if (signal !== undefined) setMaxListeners(0, signal);
  const jobs = jobsOf(options, able).filter(
    ({ choice, trial }) => !done.some((result) => result.strategy === choice.label && result.trial === trial),
  );
  const workers = workersFor(options, jobs.length);
  const ended = await (workers > 1 ? runSideBySide(options, jobs, workers) : runInTurn(options, jobs));
  return { trials: [...done, ...ended], leftOut, partial: signal?.aborted ?? false };
}

function jobsOf(
  { spec, runtimeOptions, explain = false }: MatrixOptions,
  able: readonly StrategyChoice[],
): TrialJob[] {
  const trials = Array.from({ length: spec.trials }, (_, i) => i + 1);
  const options = runtimeOptions === undefined ? {} : { runtimeOptions };
  return trials.flatMap((trial) =>
    rotated(able, trial - 1).map((choice) => ({ spec, choice, trial, explain, ...options })),
  );
}

async function runInTurn(options: MatrixOptions, jobs: readonly TrialJob[]): Promise<TrialResult[]> {
  const { runtime, signal, checkDeterminism = false } = options;
  const results: TrialResult[] = [];
  for (const job of jobs) {
    await hearSignals();
    if (signal?.aborted === true) break;
    await tellBegin(options, job);
    const watch: TrialWatch = { signal, onNews: (news) => tellNews(options, job, news) };
    const ended = await (checkDeterminism ? checkTrial(job, watch) : endTrial(job, runtime, watch));
    if (ended === null) continue;
    await tellEnd(options, job, ended);
    results.push(ended.result);
  }
  return results;
}

/** What is told of ends is told in the order of the jobs, whichever ended first. */
async function runSideBySide(
  options: MatrixOptions,
  jobs: readonly TrialJob[],
  workers: number,
): Promise<TrialResult[]> {
  const results: TrialResult[] = [];
  await spread<TrialTask, TrialNews, CheckedTrial | null>(trialJobModule(), workers, {
    tasks: jobs.map((job) => ({ job, twice: options.checkDeterminism === true })),
    signal: options.signal,
    onStart: ({ job }) => void tellBegin(options, job),
    onNews: ({ job }, news) => void tellNews(options, job, news),
    async onResult({ job }, ended) {
      if (ended === null) return;
      await tellEnd(options, job, ended);
      results.push(ended.result);
    },
  }).catch((error: unknown) => {
    throw strayOf(error, options.spec) ?? error;
  });
  return results;
}

/**
 * What ends a thread is a bug of ours, unless the user's own strategy does so: outside of its steps, in a callback of its
 * own, it breaks the whole run.
 */
function strayOf(error: unknown, { strategies }: ExperimentSpec): ExperimentRefusedError | null {
  if (!(error instanceof Error)) return null;
  for (const { label, module } of strategies) {
    const line = error.stack?.split('\n').find((one) => module !== undefined && one.includes(`${module}:`));
    if (line === undefined) continue;
    const words = `${label} broke outside of its steps, and the run with it: ${error.message} (${line.trim()})`;
    return new ExperimentRefusedError(words);
  }
  return null;
}

function trialJobModule(): URL {
  return new URL(`./trial-job${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}

/** As many as were asked for, but no more than there are trials, nor than have room for their histories. */
function workersFor({ spec, runtime, workers = 1 }: MatrixOptions, jobs: number): number {
  if (runtime !== simRuntime) return 1;
  const fitting = Math.floor(availableMemory() / (plannedBytes(spec) * memoryFactor));
  return Math.max(1, Math.min(workers, jobs, fitting));
}

async function tellBegin({ onEvent }: MatrixOptions, { choice, trial }: TrialJob): Promise<void> {
  await onEvent?.({ type: 'trial-begins', label: choice.label, trial });
}

async function tellNews(
  { onEvent }: MatrixOptions,
  { choice, trial }: TrialJob,
  news: TrialNews,
): Promise<void> {
  await onEvent?.({ ...news, label: choice.label, trial });
}

async function tellEnd(
  { onEvent }: MatrixOptions,
  { choice, trial }: TrialJob,
  ended: CheckedTrial,
): Promise<void> {
  await onEvent?.({ type: 'trial-ends', label: choice.label, trial, ...ended });
}

/** Which strategies will run and which are left out. Throws `ExperimentRefusedError` when the run cannot be done as asked. */
export async function planMatrix(options: MatrixOptions): Promise<MatrixPlan> {
  const plan = await sortOut(options.spec);
  refuseImpossible(options, plan);
  return plan;
}

/** Parts the strategies that serve every kind of operation of the workload from those that refuse one. */
async function sortOut(spec: ExperimentSpec): Promise<MatrixPlan> {
  const { kinds } = createWorkload(spec.workload, trialSeed(spec, 1));
  const changes = kindsNeeded(spec.faults).filter((kind) => kind === 'join' || kind === 'leave');
  const able: StrategyChoice[] = [];
  const leftOut: LeftOut[] = [];
  for (const choice of spec.strategies) {
    const strategy = await loadStrategy(strategyReference(choice));
    const refused = [
      ...kinds.filter((kind) => strategy.operations[kind] === 'refused'),
      ...changes.filter((kind) => !strategy.tolerates.includes(kind)),
    ];
    if (refused.length === 0) able.push(choice);
    else leftOut.push({ label: choice.label, kinds: refused });
  }
  return { able, leftOut };
}

function refuseImpossible(
  { spec, runtime, checkDeterminism, explain }: MatrixOptions,
  { able, leftOut }: MatrixPlan,
): void {
  const refusal = refusalOf(spec.faults, runtime) ?? topologyRefusal(spec.topology, runtime);
  if (refusal !== null) throw new ExperimentRefusedError(refusal);
  const repeats = checkDeterminism === true || explain === true;
  if (repeats && runtime !== simRuntime) {
    const what = checkDeterminism === true ? '--check-determinism' : '--explain';
    throw new ExperimentRefusedError(
      `only virtual time repeats itself: ${what} needs --runtime sim, not ${runtime.name}`,
    );
  }
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
