import type { MessagePort } from 'node:worker_threads';
import type { Key, NodeId, Plain, Value } from '../../kernel/operation.ts';
import type { Boot, Membership, Note } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Topology } from '../../topology/topology.ts';
import type { ProgramReference, StrategyReference } from '../cluster.ts';

/**
 * What the threads of a cluster say to each other. One thread hosts one node, and one more hosts the clients of all
 * regions; the main thread starts and ends them, strikes them with faults, and asks them questions over one control
 * port each. Mail between hosts never passes through the main thread: see `mail.ts` for its layout, and
 * `shared-state.ts` for what all of them see in shared memory.
 */

/** A thread of the cluster: the nodes by their ids, then the host of all clients. */
export type Host = number;

/** How mail travels. */
export const transportNames = ['ring', 'port', 'port-each'] as const;
export type TransportName = (typeof transportNames)[number];

/** The host's end of a message channel to another host, valid for one life of that other host. */
export interface LinkPort {
  readonly host: Host;
  readonly life: number;
  readonly port: MessagePort;
}

/** What both kinds of host start from. */
interface HostTask {
  readonly host: Host;
  /** Which life of the host this is, from 1; a node's incarnation. */
  readonly life: number;
  readonly topology: Topology;
  readonly seed: string;
  readonly strategy: StrategyReference;
  readonly transport: TransportName;
  readonly memory: SharedMemory;
  /** What the shared clock counts from; see `SharedClock`. */
  readonly openedAt: number;
  /** What the shared clock read when the task was made: never later than the host's first reading. */
  readonly startedAt: Micros;
  readonly control: MessagePort;
  readonly links: readonly LinkPort[];
}

export interface NodeTask extends HostTask {
  readonly type: 'node';
  readonly boot: Boot;
  readonly membership: Membership;
  readonly joining: boolean;
  readonly journal: JournalMemory;
  /** Whether notes of commits are wanted: each costs more than the commit. */
  readonly commits: boolean;
}

export interface ClientsTask extends HostTask {
  readonly type: 'clients';
  /** Whom clients may ask at first. */
  readonly serving: readonly NodeId[];
}

/** Everything in shared memory that all hosts see. */
export interface SharedMemory {
  readonly state: SharedArrayBuffer;
  readonly doorbells: SharedArrayBuffer;
  /** What faults do to clocks and disks; see `Machine`. */
  readonly machines: SharedArrayBuffer;
  /** `rings[from * hosts + to]`; null where no mail goes or where the transport is another. */
  readonly rings: readonly (SharedArrayBuffer | null)[];
}

/** What a node persists, outside its thread; see `Journal`. */
export interface JournalMemory {
  readonly index: SharedArrayBuffer;
  readonly halves: readonly [SharedArrayBuffer, SharedArrayBuffer];
}

/** Another host begins a new life: mail to it takes this port from now on, where it takes one. */
export interface LinkMessage {
  readonly type: 'link';
  readonly link: LinkPort;
}

export type Question =
  | { readonly type: 'role'; readonly key: Key | undefined }
  | { readonly type: 'contents' }
  | { readonly type: 'digests' }
  /** Makes durable what a disk that lied has not written yet. */
  | { readonly type: 'sync' };

export type Answer =
  | { readonly type: 'role'; readonly role: string | undefined }
  | { readonly type: 'contents'; readonly entries: readonly (readonly [Key, Value])[] }
  | { readonly type: 'digests'; readonly digests: Digests }
  | { readonly type: 'sync' };

/** A digest of what a node stores, for each set of owners among its keys (`0,1,2`). */
export type Digests = ReadonlyMap<string, string>;

export type ToNode =
  | LinkMessage
  | { readonly type: 'ask'; readonly id: number; readonly question: Question }
  | { readonly type: 'members'; readonly membership: Membership };

export type FromHost =
  /** The modules are there, and what is thrown from now on is the strategy's. */
  | { readonly type: 'loaded' }
  /** The host runs. */
  | { readonly type: 'up' };

export type FromNode =
  | FromHost
  /** It stands still from now on, until it is resumed. */
  | { readonly type: 'paused' }
  | { readonly type: 'notes'; readonly notes: readonly TimedNote[] }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answer };

export interface TimedNote {
  readonly at: Micros;
  readonly node: NodeId;
  readonly note: Note;
}

export type ToClients =
  | LinkMessage
  | { readonly type: 'launch'; readonly program: ProgramReference; readonly input: unknown }
  /** Whom clients may ask from now on. */
  | { readonly type: 'serving'; readonly nodes: readonly NodeId[] }
  | { readonly type: 'cancel' };

export type FromClients =
  | FromHost
  | { readonly type: 'progress'; readonly progress: Plain }
  | { readonly type: 'finished'; readonly result: unknown }
  /** The program threw; it does not run on. */
  | { readonly type: 'broken'; readonly stack: string };
