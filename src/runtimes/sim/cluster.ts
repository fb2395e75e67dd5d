import type { FaultAction } from '../../faults/fault.ts';
import type {
  Completion,
  Context,
  Key,
  NodeId,
  Operation,
  Plain,
  RequestId,
  Value,
} from '../../kernel/operation.ts';
import type { AnyStrategy } from '../../kernel/strategy.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Endpoint } from '../../topology/topology.ts';
import type {
  ClientJob,
  ClientProgram,
  Cluster,
  ClusterRecord,
  ClusterSetup,
  Cost,
  FaultStamp,
  Gateway,
  ProgramReference,
} from '../cluster.ts';
import { loadProgram } from '../load-strategy.ts';
import { RequestTable } from '../request-table.ts';
import { contentsOf, ownersAgree, playing } from './inspection.ts';
import type { Request } from './node.ts';
import { Simulation } from './simulation.ts';
import type { Trace } from './trace.ts';

/** How a simulation shares the process that it runs in. */
export interface Pace {
  /** So many events at once. */
  readonly events: number;
  /** Goes on after everybody else had a turn. */
  readonly pause: (goOn: () => void) => void;
  /** Runs what calls the strategy. */
  readonly watch: <T>(act: () => T) => T;
}

/** All events at once, unwatched. */
const unpaced: Pace = {
  events: Number.POSITIVE_INFINITY,
  pause: (goOn) => goOn(),
  watch: (act) => act(),
};

/** The port of a simulation: time passes only while `sleepUntil` or a job's `result` is awaited. */
export class SimCluster implements Cluster {
  readonly simulation: Simulation;
  readonly #pace: Pace;
  #stopped = false;
  /** Resolves when the program launched last has begun: before that no time passes. */
  #launched: Promise<void> = Promise.resolve();

  constructor(setup: ClusterSetup, strategy: AnyStrategy, pace = unpaced, trace?: Trace) {
    this.#pace = pace;
    this.simulation = pace.watch(() => new Simulation(setup, strategy, trace));
  }

  now(): Micros {
    return this.simulation.now();
  }

  sleepUntil(at: Micros): Promise<void> {
    return this.#launched.then(() => this.#advance(at, () => this.#stopped));
  }

  launch<Input, Result>(program: ProgramReference, input: Input): ClientJob<Result> {
    const job = this.#newJob<Result>();
    this.#launched = loadProgram<Input, Result>(program).then((start) => start(job, input));
    // Whoever waits next is told that the program could not start; until then it is nobody's unhandled rejection.
    this.#launched.catch(() => {});
    return job;
  }

  /** Starts a program that is at hand, without a module around it. */
  launchHere<Input, Result>(program: ClientProgram<Input, Result>, input: Input): ClientJob<Result> {
    const job = this.#newJob<Result>();
    program(job, input);
    return job;
  }

  apply(action: FaultAction): Promise<FaultStamp> {
    const nodes = this.#pace.watch(() => this.simulation.strike(action));
    return Promise.resolve({ nodes, began: this.now(), done: this.now() });
  }

  serving(): Promise<readonly NodeId[]> {
    return Promise.resolve(this.simulation.members.serving());
  }

  playing(role: string, key?: Key): Promise<readonly NodeId[]> {
    return Promise.resolve(this.#pace.watch(() => playing(this.simulation.nodes, role, key)));
  }

  contents(): Promise<ReadonlyMap<NodeId, ReadonlyMap<Key, Value>>> {
    const { nodes, members } = this.simulation;
    const current = nodes.filter(({ id }) => members.current.includes(id));
    return Promise.resolve(this.#pace.watch(() => contentsOf(current)));
  }

  agrees(): Promise<boolean> {
    const { nodes, members } = this.simulation;
    return Promise.resolve(members.idle && this.#pace.watch(() => ownersAgree(nodes, members.current)));
  }

  cost(): Promise<Cost> {
    return Promise.resolve(this.simulation.record().cost);
  }

  stop(): Promise<ClusterRecord> {
    this.#stopped = true;
    return Promise.resolve(this.simulation.record());
  }

  #newJob<Result>(): SimJob<Result> {
    const advance = (finished: () => boolean) =>
      this.#launched.then(() => this.#advance(Number.POSITIVE_INFINITY, finished));
    return new SimJob(this.simulation, advance);
  }

  /** Lets time pass, with pauses in which a signal can reach the process and a program can be cancelled. */
  #advance(until: Micros, finished: () => boolean): Promise<void> {
    const { events, pause, watch } = this.#pace;
    return new Promise((resolve, reject) => {
      const goOn = () => {
        try {
          if (watch(() => this.simulation.run(until, finished, events))) resolve();
          else pause(goOn);
        } catch (error) {
          reject(error);
        }
      };
      goOn();
    });
  }
}

/** A client program under way: its gateway to the cluster and, for who controls the run, its job. */
class SimJob<Result> implements Gateway<Result>, ClientJob<Result> {
  readonly now: () => Micros;
  readonly #simulation: Simulation;
  readonly #advance: (finished: () => boolean) => Promise<void>;
  readonly #open = new RequestTable<Request>();
  readonly #progressListeners: ((progress: Plain) => void)[] = [];
  readonly #cancelListeners: (() => void)[] = [];
  #outcome: { readonly result: Result } | undefined;

  constructor(simulation: Simulation, advance: (finished: () => boolean) => Promise<void>) {
    this.#simulation = simulation;
    this.#advance = advance;
    this.now = () => simulation.now();
  }

  at(at: Micros, callback: () => void): void {
    this.#simulation.callAt(at, callback);
  }

  invoke(
    id: RequestId,
    site: Endpoint,
    node: NodeId,
    operation: Operation,
    context: Context,
    complete: (completion: Completion, context: Context) => void,
  ): void {
    const answered = (completion: Completion, answerContext: Context) => {
      this.#open.take(id);
      complete(completion, answerContext);
    };
    this.#open.set(id, this.#simulation.invoke(id, site, node, operation, context, answered));
  }

  forget(id: RequestId): void {
    const request = this.#open.take(id);
    if (request !== undefined) request.forgotten = true;
  }

  onServing(listener: (nodes: readonly NodeId[]) => void): void {
    this.#simulation.members.onServing(listener);
  }

  publish(progress: Plain): void {
    for (const listener of this.#progressListeners) listener(progress);
  }

  onCancel(listener: () => void): void {
    this.#cancelListeners.push(listener);
  }

  finish(result: Result): void {
    this.#outcome ??= { result };
  }

  onProgress(listener: (progress: Plain) => void): void {
    this.#progressListeners.push(listener);
  }

  cancel(): void {
    for (const listener of this.#cancelListeners) listener();
  }

  result(): Promise<Result> {
    return this.#advance(() => this.#outcome !== undefined).then(() => {
      if (this.#outcome === undefined) {
        throw new Error(
          `the simulation ran dry at ${this.now()} µs: nothing is due any more, yet the program has not finished`,
        );
      }
      return this.#outcome.result;
    });
  }
}
