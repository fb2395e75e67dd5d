import { standbyOf } from '../faults/standby.ts';
import { completionCode, type History, kindCode } from '../history/history.ts';
import { bytesPerRow } from '../history/recorder.ts';
import type { ConvergenceRecord, LatenessRecord, TrialRecord } from '../history/trial.ts';
import { isUpdate, type Key, operationKinds } from '../kernel/operation.ts';
import type { AnyStrategy } from '../kernel/strategy.ts';
import { type Micros, microsPerSecond, milliseconds } from '../kernel/time.ts';
import type {
  ClientJob,
  Cluster,
  ClusterRecord,
  Cost,
  Runtime,
  StrategyReference,
} from '../runtimes/cluster.ts';
import { loadStrategy } from '../runtimes/load-strategy.ts';
import { orAborted } from '../runtimes/or-aborted.ts';
import { strategies } from '../strategies/index.ts';
import { createWorkload } from '../workloads/index.ts';
import type { Workload } from '../workloads/workload.ts';
import type { LoadProgress } from './client/load.ts';
import type { ClientResult, FinalReadsInput, LoadInput, SetupInput } from './client/programs.ts';
import { FaultConductor } from './fault-conductor.ts';
import type { ExperimentSpec, StrategyChoice } from './spec.ts';

/** The load starts this long after its program was launched, so that the first requests are not late. */
const runUp: Micros = milliseconds(100);
/** How often replicas are asked whether they agree. */
const convergencePoll: Micros = milliseconds(5);

/** More operations a second than any strategy reaches with one client thread; only address space is reserved for them. */
const closedLoopCeiling = 600_000;

export interface TrialRequest {
  readonly spec: ExperimentSpec;
  readonly choice: StrategyChoice;
  /** From 1. */
  readonly trial: number;
  readonly runtime: Runtime;
  readonly runtimeOptions?: Readonly<Record<string, string | number | boolean>>;
  /** The strategy, where it is at hand and the runtime needs no module of it. */
  readonly strategy?: AnyStrategy;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

/** What a trial gives: the record that everything is computed from, and what the cluster noted beside it. */
export interface TrialOutcome {
  readonly record: TrialRecord;
  readonly cluster: ClusterRecord;
}

/** The seed of a trial: the same for every strategy, so that all are asked the same questions. */
export function trialSeed(spec: ExperimentSpec, trial: number): string {
  return `${spec.seed}/trial/${trial}`;
}

/**
 * One strategy through one workload and its faults: initial values, load and faults, the wait for agreement, one
 * more read of every key. The cluster is always stopped, whatever happens. Interrupted before the load has begun, it
 * rejects; later, what was measured until then is the outcome.
 */
export async function runTrial(request: TrialRequest): Promise<TrialOutcome> {
  const { spec, runtime } = request;
  const { name, knobs } = request.choice;
  const reference =
    request.strategy === undefined ? strategyReference(request.choice) : { name, module: '', knobs };
  const strategy = request.strategy ?? (await loadStrategy(reference));
  const cluster = await runtime.open({
    topology: spec.topology,
    strategy: reference,
    standby: standbyOf(spec.faults, spec.topology),
    seed: trialSeed(spec, request.trial),
    ...(request.runtimeOptions === undefined ? {} : { options: request.runtimeOptions }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  try {
    return await new TrialRun(request, cluster, strategy.family).run();
  } finally {
    await cluster.stop();
  }
}

class TrialRun {
  readonly #request: TrialRequest;
  readonly #cluster: Cluster;
  readonly #family: TrialRecord['family'];
  readonly #seed: string;
  readonly #workload: Workload;
  readonly #maximumRows: number;

  constructor(request: TrialRequest, cluster: Cluster, family: TrialRecord['family']) {
    this.#request = request;
    this.#family = family;
    this.#cluster = cluster;
    this.#seed = trialSeed(request.spec, request.trial);
    this.#workload = createWorkload(request.spec.workload, this.#seed);
    this.#maximumRows = plannedRows(request.spec);
  }

  async run(): Promise<TrialOutcome> {
    const cluster = this.#cluster;
    const before = await orAborted(this.#setUp(), this.#request.signal);
    const costBefore = await cluster.cost();
    const startAt = cluster.now() + runUp;
    const job = cluster.launch<LoadInput, ClientResult>(
      clientProgram('load'),
      this.#loadInput(startAt, before),
    );
    this.#watch(job);
    const faults = new FaultConductor(this.#request.spec, cluster, startAt, this.#request.signal);
    // In order, not side by side: in virtual time, waiting for the result makes time pass to the end of the load.
    await faults.run();
    const loaded = await this.#resultOf(job);
    const costAfter = await cluster.cost();
    const healedAt = await faults.endAll();
    const loadTo = startAt + this.#request.spec.duration;
    const convergence = this.#interrupted ? null : await this.#awaitAgreement(loaded.history, healedAt);
    const last = await this.#readFinally(loaded);
    const contents = await cluster.contents();
    const record = await cluster.stop();
    return {
      cluster: record,
      record: this.#record({
        loaded,
        last,
        startAt,
        loadTo,
        faults,
        convergence,
        contents,
        record,
        costBefore,
        costAfter,
      }),
    };
  }

  get #interrupted(): boolean {
    return this.#request.signal?.aborted === true;
  }

  async #setUp(): Promise<ClientResult | null> {
    const { initial } = this.#workload;
    if (initial.length === 0) return null;
    const job = this.#cluster.launch<SetupInput, ClientResult>(clientProgram('setup'), {
      ...this.#clientInput(null),
      initial,
    });
    const result = await job.result();
    if (result.unanswered.length > 0) {
      throw new Error(`the initial values could not be written: ${result.unanswered.slice(0, 3).join('; ')}`);
    }
    await this.#awaitAgreement(result.history, 0);
    return result;
  }

  #watch(job: ClientJob<ClientResult>): void {
    const { signal, onProgress } = this.#request;
    job.onProgress((progress) => onProgress?.(progress as LoadProgress));
    if (signal === undefined) return;
    if (signal.aborted) job.cancel();
    else signal.addEventListener('abort', () => job.cancel(), { once: true });
  }

  /** An interrupted program is told again and again to stop: the first word may have come before it listened. */
  async #resultOf(job: ClientJob<ClientResult>): Promise<ClientResult> {
    const { signal } = this.#request;
    const reminder = setInterval(() => {
      if (signal?.aborted === true) job.cancel();
    }, 100);
    try {
      return await job.result();
    } finally {
      clearInterval(reminder);
    }
  }

  #clientInput(previous: ClientResult | null) {
    const { spec } = this.#request;
    return { topology: spec.topology, policy: spec.clients, maximumRows: this.#maximumRows, previous };
  }

  #loadInput(startAt: Micros, previous: ClientResult | null): LoadInput {
    const { spec } = this.#request;
    return {
      ...this.#clientInput(previous),
      seed: this.#seed,
      workload: spec.workload,
      load: spec.load,
      startAt,
      warmUp: spec.warmUp,
      duration: spec.duration,
    };
  }

  /** Asks until replicas agree or the time allowed is over; null where the run is interrupted first. */
  async #awaitAgreement(history: History, healedAt: Micros): Promise<ConvergenceRecord | null> {
    const allowed = this.#request.spec.settle;
    const since = Math.max(lastUpdateCompleted(history), healedAt);
    const giveUpAt = this.#cluster.now() + allowed;
    for (;;) {
      const asked = this.#cluster.now();
      if (await this.#cluster.agrees()) return { agreed: true, took: Math.max(0, asked - since), allowed };
      if (this.#interrupted) return null;
      if (this.#cluster.now() >= giveUpAt) return { agreed: false, took: null, allowed };
      await this.#cluster.sleepUntil(this.#cluster.now() + convergencePoll);
    }
  }

  /**
   * Reads every updated key once all is quiet. Where money moves, twice: a transfer of unknown fate may take effect
   * between two of the reads, and only keys read before and after one instant tell what was there at that instant.
   */
  async #readFinally(loaded: ClientResult): Promise<ClientResult> {
    const { signal } = this.#request;
    try {
      signal?.throwIfAborted();
      const once = await orAborted(this.#readAll(loaded), signal);
      return this.#workload.kinds.includes('transfer') ? await orAborted(this.#readAll(once), signal) : once;
    } catch (error) {
      // Interrupted: a key that was not read any more is not one that was lost.
      if (this.#interrupted) return loaded;
      throw error;
    }
  }

  async #readAll(previous: ClientResult): Promise<ClientResult> {
    const job = this.#cluster.launch<FinalReadsInput, ClientResult>(clientProgram('finalReads'), {
      ...this.#clientInput(previous),
      keys: updatedKeys(previous.history),
    });
    return job.result();
  }

  #record(parts: {
    loaded: ClientResult;
    last: ClientResult;
    startAt: Micros;
    loadTo: Micros;
    faults: FaultConductor;
    convergence: ConvergenceRecord | null;
    contents: TrialRecord['contents'];
    record: ClusterRecord;
    costBefore: Cost;
    costAfter: Cost;
  }): TrialRecord {
    const { spec, choice, trial } = this.#request;
    const { startAt, record } = parts;
    const loadTo =
      parts.loaded.stopped === 'complete' ? parts.loadTo : Math.min(parts.loadTo, this.#cluster.now());
    return {
      label: choice.label,
      strategy: choice.name,
      family: this.#family,
      trial,
      seed: this.#seed,
      kinds: this.#workload.kinds,
      openLoop: spec.load.type === 'open',
      history: parts.last.history,
      commits: record.commits,
      window: {
        loadFrom: startAt,
        measuredFrom: Math.min(startAt + spec.warmUp, loadTo),
        measuredTo: loadTo,
        loadTo,
      },
      faults: parts.faults.records(record.membership),
      cost: {
        messages: parts.costAfter.messages - parts.costBefore.messages,
        bytes: parts.costAfter.bytes - parts.costBefore.bytes,
        crossRegionMessages: parts.costAfter.crossRegionMessages - parts.costBefore.crossRegionMessages,
        crossRegionBytes: parts.costAfter.crossRegionBytes - parts.costBefore.crossRegionBytes,
      },
      convergence: parts.convergence,
      contents: parts.contents,
      generatorLateness: spec.load.type === 'open' ? generatorLateness(parts.loaded.history) : null,
      deliveryLateness: record.deliveryLateness,
      partial: parts.loaded.stopped !== 'complete' || parts.convergence === null || this.#interrupted,
      broken: record.failures[0]?.stack ?? null,
    };
  }
}

/** Rows to plan for: what an open loop will ask, or the most that a closed loop can on this class of machine. */
export function plannedRows(spec: ExperimentSpec): number {
  const keys = 200_000; // Setup and final reads.
  if (spec.load.type === 'open') {
    const asked = spec.load.rate.reduce(
      (sum, step) => sum + ((step.from + step.to) / 2) * (step.lasts / microsPerSecond),
      0,
    );
    return Math.ceil(asked * 1.2) + keys;
  }
  const fastest = (spec.duration / microsPerSecond) * closedLoopCeiling;
  return Math.ceil(Math.min(spec.load.operations ?? Number.POSITIVE_INFINITY, fastest)) + keys;
}

/** What a trial's history may take in memory, at the most. */
export function plannedBytes(spec: ExperimentSpec): number {
  return plannedRows(spec) * bytesPerRow;
}

/** Where a choice's strategy is loaded from: its own module, or the registry. */
export function strategyReference(choice: StrategyChoice): StrategyReference {
  const module = choice.module ?? strategies[choice.name]?.module;
  if (module === undefined)
    throw new RangeError(`no strategy "${choice.name}"; there are ${Object.keys(strategies).join(', ')}`);
  return { name: choice.name, module, knobs: choice.knobs };
}

function clientProgram(name: 'setup' | 'load' | 'finalReads') {
  const file = name === 'load' ? './client/load' : './client/programs';
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return { module: new URL(`${file}${extension}`, import.meta.url).href, name };
}

function lastUpdateCompleted(history: History): Micros {
  const { kind, completion, completedAt } = history.columns;
  let last = 0;
  for (let row = 0; row < history.length; row += 1) {
    if (kind[row] === kindCode.read || completion[row] !== completionCode.ok) continue;
    if (completedAt[row]! > last) last = completedAt[row]!;
  }
  return last;
}

/** Every key that an update may have changed, in the order of first appearance. */
function updatedKeys(history: History): Key[] {
  const { kind, completion, key, to } = history.columns;
  const ids = new Set<number>();
  for (let row = 0; row < history.length; row += 1) {
    if (!isUpdate(operationKinds[kind[row]!]!) || completion[row] === completionCode.fail) continue;
    ids.add(key[row]!);
    if (kind[row] === kindCode.transfer) ids.add(to[row]!);
  }
  return [...ids].map((id) => history.texts[id]!);
}

/** How long after its due time each request really left, over the whole load. */
function generatorLateness(history: History): LatenessRecord {
  const { dueAt, invokedAt } = history.columns;
  const late: number[] = [];
  for (let row = 0; row < history.length; row += 1) {
    if (!Number.isNaN(dueAt[row]!)) late.push(invokedAt[row]! - dueAt[row]!);
  }
  const sorted = Float64Array.from(late).sort();
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), maximum: at(1) };
}
