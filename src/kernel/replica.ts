import type { Completion, Context, Key, NodeId, Operation, Plain, RequestId, Value } from './operation.ts';
import type { Random } from './random.ts';
import type { Micros } from './time.ts';

/** The value of a knob, as a workload file gives it. */
export type KnobValue = number | string | boolean;
export type Knobs = Readonly<Record<string, KnobValue>>;

/**
 * All that a replica may read of its world. A replica never waits, never awaits, and has no clock or source of
 * chance but these, so that a seed repeats a run exactly.
 */
export interface Env {
  readonly id: NodeId;
  /** The other members, in ascending order; `onMembership` tells of changes. */
  readonly peers: readonly NodeId[];
  /** What the administrator of the cluster says of its members as this life begins. */
  readonly membership: Membership;
  /** This node's join has not been settled yet: it lacks what the members hold, and clients do not ask it. */
  readonly joining: boolean;
  /** Grows with every boot of this node over the whole run; with `id` it names one life of one node. */
  readonly incarnation: number;
  readonly knobs: Knobs;
  readonly random: Random;
  region(of: NodeId): string;
  /** This node's own wall clock, which faults may skew and jump. */
  wallClock(): Micros;
  /** Never runs backwards while the node lives; not comparable between nodes. */
  monotonic(): Micros;
}

/**
 * Who belongs to a cluster. Its administrator decides it, in one order for all: each epoch differs from the one before
 * by one node, and the next does not begin before a member has noted that this one is settled.
 */
export interface Membership {
  /** From 1. */
  readonly epoch: number;
  /** In ascending order. */
  readonly members: readonly NodeId[];
}

export type TimerId = number;

/** Why a replica boots: for the first time, after a crash with its disk kept, or after a crash with its disk lost. */
export type Boot = 'first' | 'restart' | 'replaced';

/** What earlier lives of this node persisted: key → the last value. Empty unless `boot` is `restart`. */
export type Durable = ReadonlyMap<string, Plain>;

/** Facts for the record of the run; no replica ever reads them back. */
export type Note =
  /**
   * An update has become part of the key's history. Versions order the commits of a key, and `place` those of one version
   * (a batch); without a place it is the last of them. Runtimes drop such notes unless the run wants them.
   */
  | {
      readonly type: 'committed';
      readonly key: Key;
      readonly version: number;
      readonly value: Value;
      readonly place?: number;
    }
  | { readonly type: 'role'; readonly role: string; readonly key?: Key }
  | { readonly type: 'repaired'; readonly key: Key }
  /** Whoever joined with this epoch may serve, whoever left with it may go; noted by whichever member finds it first. */
  | { readonly type: 'settled'; readonly epoch: number }
  | { readonly type: 'dropped'; readonly what: string };

/**
 * All that a replica may do. Effects are collected during a step and happen after it: first what it persists, as
 * one atomic unit, then its mail, replies and timers.
 *
 * Everything handed over (messages, persisted values, timer data, contexts) belongs to the runtime from then on
 * and must never be changed again: the simulator passes it by reference.
 */
export interface Outbox<M> {
  send(to: NodeId, message: M): void;
  /** Each request is answered at most once; a second answer to it is a bug of the strategy, and throws. */
  reply(request: RequestId, completion: Completion, context?: Context): void;
  setTimer(after: Micros, data: Plain): TimerId;
  cancelTimer(timer: TimerId): void;
  /** Keyed: the last value of a key is what a restart finds; `undefined` forgets the key. Durable before this step's mail and replies leave. */
  persist(key: string, value: Plain): void;
  note(event: Note): void;
}

/** One node's part of a strategy: a deterministic state machine of run-to-completion steps. */
export interface Replica<M> {
  onStart(out: Outbox<M>): void;
  onRequest(request: RequestId, operation: Operation, context: Context, out: Outbox<M>): void;
  onMessage(from: NodeId, message: M, out: Outbox<M>): void;
  onTimer(data: Plain, out: Outbox<M>): void;
  /**
   * A node joins or leaves. Each node is told at another moment, a dead one when it boots. One that is no member any
   * more goes on until the epoch is settled: it hands over what only it has.
   */
  onMembership?(membership: Membership, out: Outbox<M>): void;
  /** What this replica stores, read by convergence checks once all is quiet. */
  contents(): Iterable<readonly [Key, Value]>;
  /**
   * Tells states of a key apart that show the same value and will not go on doing so: two counters that lack one add
   * each. Replicas agree on a key when both value and version are equal; absent where the value says all.
   */
  version?(key: Key): number;
  /** The nodes that store a key; absent means all of them. */
  owners?(key: Key): readonly NodeId[];
  /** `leader`, `holder` …: lets a fault strike whoever plays the role (for a key, where the role is one key's). */
  role?(key?: Key): string;
}
