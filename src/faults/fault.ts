import type { Key, NodeId } from '../kernel/operation.ts';
import type { FaultKind } from '../kernel/strategy.ts';
import type { Micros } from '../kernel/time.ts';
import type { DirectedLink, LinkDegradation } from '../topology/link.ts';

/** Whom a fault strikes; a role is looked up at the moment of the strike. */
export type FaultTarget =
  | { readonly type: 'all' }
  | { readonly type: 'node'; readonly node: NodeId }
  | { readonly type: 'region'; readonly region: string }
  | { readonly type: 'role'; readonly role: string; readonly key?: Key };

interface Span {
  /** Counted from the start of the load. */
  readonly at: Micros;
  /** When it ends; `null` means that only the end of the load ends it. */
  readonly until: Micros | null;
  /** The composer that it came from, in words: `rolling restart of asia`. */
  readonly partOf?: string;
}

/** The process dies and loses what it did not persist; at the end it boots again. */
export interface CrashFault extends Span {
  readonly type: 'crash';
  readonly target: FaultTarget;
  readonly disk: 'kept' | 'lost';
}

/** The process stops for a while and then goes on, unaware (as under SIGSTOP, or in a long collection). */
export interface PauseFault extends Span {
  readonly type: 'pause';
  readonly target: FaultTarget;
}

/**
 * Messages from a node of one side to a node of another are dropped, at departure and at arrival. Clients of a
 * region are cut off from a node when every node of their region is.
 */
export interface PartitionFault extends Span {
  readonly type: 'partition';
  readonly sides: readonly (readonly NodeId[])[];
  /**
   * `one-way`: only mail from the first side to the second is lost. `ring`: the sides stand in a circle and each keeps
   * its links to the sides nearest to it, just so many that all see a majority, but no two the same one (as in Jepsen).
   */
  readonly direction: 'both' | 'one-way' | 'ring';
}

/** The process dies and boots again at once: a crash without a length, so `until` is `at`. */
export interface RestartFault extends Span {
  readonly type: 'restart';
  readonly target: FaultTarget;
  readonly disk: 'kept' | 'lost';
}

/** Links get worse: mail between these places takes longer, is lost, comes twice, or is overtaken. */
export interface LinkFault extends Span {
  readonly type: 'slow-link' | 'loss' | 'duplication' | 'reordering';
  readonly links: LinkChoice;
  readonly degradation: LinkDegradation;
}

/**
 * The wall clock drifts away from the true time and, once the fault has ended, back again. It never runs backwards: to be ahead it
 * runs faster for a while, to be behind it runs slower.
 */
export interface SkewFault extends Span {
  readonly type: 'clock-skew';
  readonly target: FaultTarget;
  readonly skew: ClockSkew;
}

/** The wall clock is set forward or back at once, and by as much the other way at the end. */
export interface JumpFault extends Span {
  readonly type: 'clock-jump';
  readonly target: FaultTarget;
  readonly by: Micros;
}

/** What a step persists takes so long to be durable, and its mail and replies wait for it. */
export interface SlowDiskFault extends Span {
  readonly type: 'slow-disk';
  readonly target: FaultTarget;
  readonly by: Micros;
}

/**
 * The disk says that it is done before it is: whoever crashes while this lasts loses what it persisted in the last `window`,
 * though mail and replies that told of it have left. It breaks the promise that a step is durable before it is known.
 */
export interface UnsyncedFault extends Span {
  readonly type: 'unsynced-persist';
  readonly target: FaultTarget;
  readonly window: Micros;
}

/** A node becomes a member; one that a schedule first names in a join stands by until then. At the end it leaves. */
export interface JoinFault extends Span {
  readonly type: 'join';
  readonly target: FaultTarget;
}

/** A member leaves and is told to no one as a peer any more. At the end it joins again. */
export interface LeaveFault extends Span {
  readonly type: 'leave';
  readonly target: FaultTarget;
}

export type Fault =
  | CrashFault
  | RestartFault
  | PauseFault
  | PartitionFault
  | LinkFault
  | SkewFault
  | JumpFault
  | SlowDiskFault
  | UnsyncedFault
  | JoinFault
  | LeaveFault;

/** By how much a clock is ahead of the true time (behind it, where negative), or how fast it gains on it: 0.01 is 10 ms a second. */
export type ClockSkew =
  | { readonly type: 'offset'; readonly by: Micros }
  | { readonly type: 'drift'; readonly rate: number };

/** A node with its links, or a region with those of its nodes and of its clients. */
export type Place =
  | { readonly type: 'node'; readonly node: NodeId }
  | { readonly type: 'region'; readonly region: string };

/** Which links: all, those between a place and everything else, or those between two places. */
export type LinkChoice =
  | { readonly type: 'all' }
  | { readonly type: 'of'; readonly place: Place }
  | {
      readonly type: 'between';
      readonly from: Place;
      readonly to: Place;
      /** `one-way`: only from the first place to the second. */
      readonly direction: 'both' | 'one-way';
    };

/** What a schedule asks of a runtime, which must offer it. */
export function needsOf(fault: Fault): FaultKind {
  if (fault.type !== 'crash' && fault.type !== 'restart') return fault.type;
  return fault.disk === 'lost' ? 'disk-loss' : 'crash';
}

/** A directed link that is cut: mail from the first node to the second is lost. */
export type Cut = readonly [from: NodeId, to: NodeId];

/** One step of a schedule as a runtime carries it out. */
export type FaultAction =
  | { readonly type: 'crash'; readonly nodes: readonly NodeId[] }
  | { readonly type: 'restart'; readonly nodes: readonly NodeId[]; readonly disk: 'kept' | 'lost' }
  | { readonly type: 'pause'; readonly nodes: readonly NodeId[] }
  | { readonly type: 'resume'; readonly nodes: readonly NodeId[] }
  | { readonly type: 'cut'; readonly cuts: readonly Cut[] }
  | { readonly type: 'heal'; readonly cuts: readonly Cut[] }
  | {
      readonly type: 'degrade';
      readonly links: readonly DirectedLink[];
      readonly degradation: LinkDegradation;
    }
  | {
      readonly type: 'restore';
      readonly links: readonly DirectedLink[];
      readonly degradation: LinkDegradation;
    }
  | { readonly type: 'skew'; readonly nodes: readonly NodeId[]; readonly skew: ClockSkew }
  | { readonly type: 'unskew'; readonly nodes: readonly NodeId[] }
  | { readonly type: 'jump'; readonly nodes: readonly NodeId[]; readonly by: Micros }
  /** From now on it takes so long until what was persisted is durable; 0: at once. */
  | { readonly type: 'sync-takes'; readonly nodes: readonly NodeId[]; readonly delay: Micros }
  /** From now on a crash loses what was persisted within the last `window`; 0: nothing. */
  | { readonly type: 'sync-lags'; readonly nodes: readonly NodeId[]; readonly window: Micros }
  | { readonly type: 'join'; readonly nodes: readonly NodeId[] }
  | { readonly type: 'leave'; readonly nodes: readonly NodeId[] };

/** What strikes a process. */
export type ProcessAction = Extract<FaultAction, { type: 'crash' | 'restart' | 'pause' | 'resume' }>;

/** What strikes the machine under a process: its clock or its disk. */
export type MachineAction = Extract<
  FaultAction,
  { type: 'skew' | 'unskew' | 'jump' | 'sync-takes' | 'sync-lags' }
>;

/** The nodes that an action concerns; of links, the ends that are one of so many nodes and not clients. */
export function nodesOf(action: FaultAction, nodes = Number.POSITIVE_INFINITY): readonly NodeId[] {
  if ('nodes' in action) return action.nodes;
  const links = 'cuts' in action ? action.cuts : action.links;
  return [...new Set(links.flat())].filter((end) => end < nodes);
}

/** The directed node-to-node links that a partition cuts. */
export function cutsOf(fault: PartitionFault): readonly Cut[] {
  const cuts: Cut[] = [];
  fault.sides.forEach((side, i) => {
    fault.sides.forEach((other, j) => {
      if (i === j || !areApart(fault, i, j)) return;
      for (const from of side) for (const to of other) cuts.push([from, to]);
    });
  });
  return cuts;
}

function areApart({ sides, direction }: PartitionFault, from: number, to: number): boolean {
  switch (direction) {
    case 'both':
      return true;
    case 'one-way':
      return from === 0 && to === 1;
    case 'ring': {
      const around = Math.abs(from - to);
      return Math.min(around, sides.length - around) > neighboursInRing(sides.length);
    }
  }
}

/** How many sides in each direction make a majority, together with one's own. */
export function neighboursInRing(sides: number): number {
  return Math.ceil(Math.floor(sides / 2) / 2);
}
