import type { FaultAction } from '../faults/fault.ts';
import type { Commits } from '../history/commits.ts';
import type {
  Completion,
  Context,
  Key,
  NodeId,
  Operation,
  Plain,
  RequestId,
  Value,
} from '../kernel/operation.ts';
import type { Knobs, Note } from '../kernel/replica.ts';
import type { FaultKind } from '../kernel/strategy.ts';
import type { Micros } from '../kernel/time.ts';
import type { TopologyFeature } from '../topology/features.ts';
import type { Endpoint, Topology } from '../topology/topology.ts';
import type { MembershipChange } from './administrator.ts';

/** Where workers find a strategy: the URL of a module that exports it as `strategy`. Knobs are complete: defaults filled in. */
export interface StrategyReference {
  readonly name: string;
  readonly module: string;
  readonly knobs: Knobs;
}

/** A function in a module, so that it can run where the clients live. */
export interface ProgramReference {
  /** The URL of the module. */
  readonly module: string;
  /** The name of the exported `ClientProgram`. */
  readonly name: string;
}

export interface ClusterSetup {
  readonly topology: Topology;
  readonly strategy: StrategyReference;
  /** Nodes of the topology that are no members before a fault lets them join. */
  readonly standby?: readonly NodeId[];
  /** The seed of this trial; every stream of chance in the cluster is derived from it by a label of its own. */
  readonly seed: string;
  /** What the runtime itself can be told, for example the transport of the threads runtime; see each runtime. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  /** Aborted, it ends the opening of the cluster, which then rejects and leaves nothing behind. */
  readonly signal?: AbortSignal;
}

/** Hosts replicas of one strategy: worker threads, virtual time, or a real engine. */
export interface Runtime {
  readonly name: string;
  readonly offers: readonly FaultKind[];
  /** What it cannot do of a topology, and refuses before anything is opened. */
  readonly lacks?: readonly TopologyFeature[];
  open(setup: ClusterSetup): Promise<Cluster>;
}

/**
 * A running system under test, seen by whoever controls the run. Times count from the opening of the cluster, on
 * one monotonic clock that all its parts share and that is apart from the nodes' own clocks.
 */
export interface Cluster {
  now(): Micros;
  /** Resolves when the shared clock reads `at`; in virtual time this is what makes time pass. */
  sleepUntil(at: Micros): Promise<void>;
  /** Starts a program where the clients live. One program runs at a time; a second one may follow the first. */
  launch<Input, Result>(program: ProgramReference, input: Input): ClientJob<Result>;
  /** Carries out one step of a fault schedule and resolves when it has taken effect. */
  apply(action: FaultAction): Promise<FaultStamp>;
  /** The nodes that clients may ask now: members, but for those whose join is not settled. */
  serving(): Promise<readonly NodeId[]>;
  /** The live nodes that play a role now (for a key, where the role is one key's). */
  playing(role: string, key?: Key): Promise<readonly NodeId[]>;
  /** What each live member stores. */
  contents(): Promise<ReadonlyMap<NodeId, ReadonlyMap<Key, Value>>>;
  /**
   * Whether live members that own a key agree on it now, and nobody is about to come or to go. Cheaper than `contents`: nodes compare digests.
   * Meant to be asked again and again after the load has stopped.
   */
  agrees(): Promise<boolean>;
  /** Counts so far. */
  cost(): Promise<Cost>;
  /** Ends every node and gives back what the run recorded. Idempotent; nothing is left behind. */
  stop(): Promise<ClusterRecord>;
}

/** When a fault action began and when it had fully taken effect (a thread takes milliseconds to die). */
export interface FaultStamp {
  readonly nodes: readonly NodeId[];
  readonly began: Micros;
  readonly done: Micros;
}

export interface ClientJob<Result> {
  /** Called with whatever the program publishes, now and then. */
  onProgress(listener: (progress: Plain) => void): void;
  /** Asks the program to stop early; its `result` then resolves with what it has. */
  cancel(): void;
  /** Resolves when the program has called `finish`; in virtual time, waiting for it makes time pass. */
  result(): Promise<Result>;
}

/** A client-side program: synchronous, driven by completions and timers only. */
export type ClientProgram<Input, Result> = (gateway: Gateway<Result>, input: Input) => void;

/** The synchronous face of a cluster: what clients see of it. The driver is written against this alone. */
export interface Gateway<Result> {
  readonly now: () => Micros;
  /** Calls back once, at `at` or as soon after as possible. */
  at(at: Micros, callback: () => void): void;
  /**
   * Sends a request from the clients at `site` to a node. `complete` is called at most once, never from within
   * `invoke`. A dead node refuses (`fail`); one that dies with the request answers `info`; silence stays silence,
   * and deadlines are the driver's own.
   */
  invoke(
    request: RequestId,
    site: Endpoint,
    node: NodeId,
    operation: Operation,
    context: Context,
    complete: (completion: Completion, context: Context) => void,
  ): void;
  /** The request's answer is no longer of interest: it will not be delivered. */
  forget(request: RequestId): void;
  /** Calls back at once, and whenever it is announced that other nodes serve. */
  onServing(listener: (nodes: readonly NodeId[]) => void): void;
  publish(progress: Plain): void;
  onCancel(listener: () => void): void;
  finish(result: Result): void;
}

/** Errors that runtimes answer with on behalf of nodes. */
export const clusterErrors = {
  /** The node is not there: nobody listens. Certainly not done. */
  connectionRefused: 'connection refused',
  /** The node died with the request inside. Unknown. */
  connectionLost: 'connection lost',
} as const;

/** Nothing can be measured where the strategy fails on every node before it serves anything. */
export function noNodeLeft(stack: string): Error {
  const error = new Error('the strategy failed on every node as it started');
  error.stack = stack;
  return error;
}

/** Messages between replicas; requests and replies of clients are not counted. */
export interface Cost {
  readonly messages: number;
  readonly bytes: number;
  readonly crossRegionMessages: number;
  readonly crossRegionBytes: number;
}

/** Differences between what was asked of a link or timer and what happened, in microseconds. */
export interface Lateness {
  readonly count: number;
  readonly p50: Micros;
  readonly p99: Micros;
  readonly maximum: Micros;
}

/** What a cluster recorded beside the history. */
export interface ClusterRecord {
  readonly cost: Cost;
  readonly notes: readonly { readonly at: Micros; readonly node: NodeId; readonly note: Note }[];
  /** How many notes were dropped because there were too many to keep. */
  readonly notesDropped: number;
  /** What replicas noted of their commits; null where the setup did not ask for it (`options.commits`). */
  readonly commits: Commits | null;
  /** How late mail arrived compared with the delay that was drawn for it; null where nothing was delayed. */
  readonly deliveryLateness: Lateness | null;
  /** Realised one-way delays per pair of regions (`asia→europe`). */
  readonly realisedDelays: readonly RealisedDelay[];
  /** Nodes that died of their own fault (a strategy threw), with the stack. */
  readonly failures: readonly { readonly node: NodeId; readonly at: Micros; readonly stack: string }[];
  /** The nodes that came and went, in the order in which it was asked for. */
  readonly membership: readonly MembershipChange[];
}

export interface RealisedDelay {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly p50: Micros;
  readonly p99: Micros;
}
