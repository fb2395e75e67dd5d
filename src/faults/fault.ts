import type { Key, NodeId } from '../kernel/operation.ts';
import type { FaultKind } from '../kernel/strategy.ts';
import type { Micros } from '../kernel/time.ts';

/** Whom a fault strikes; a role is looked up at the moment of the strike. */
export type FaultTarget =
  | { readonly type: 'node'; readonly node: NodeId }
  | { readonly type: 'region'; readonly region: string }
  | { readonly type: 'role'; readonly role: string; readonly key?: Key };

interface Span {
  /** Counted from the start of the load. */
  readonly at: Micros;
  /** When it ends; `null` means that only the end of the load ends it. */
  readonly until: Micros | null;
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
  /** `one-way`: only mail from the first side to the second is lost. */
  readonly direction: 'both' | 'one-way';
}

export type Fault = CrashFault | PauseFault | PartitionFault;

/** What a schedule asks of a runtime, which must offer it. */
export function needsOf(fault: Fault): FaultKind {
  if (fault.type === 'crash' && fault.disk === 'lost') return 'disk-loss';
  return fault.type;
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
  | { readonly type: 'heal'; readonly cuts: readonly Cut[] };

/** The directed node-to-node links that a partition cuts. */
export function cutsOf(fault: PartitionFault): readonly Cut[] {
  const cuts: Cut[] = [];
  fault.sides.forEach((side, i) => {
    fault.sides.forEach((other, j) => {
      if (i === j || (fault.direction === 'one-way' && !(i === 0 && j === 1))) return;
      for (const from of side) for (const to of other) cuts.push([from, to]);
    });
  });
  return cuts;
}
