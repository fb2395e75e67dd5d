import type { Key, NodeId, OperationKind, Value } from '../kernel/operation.ts';
import type { Micros } from '../kernel/time.ts';
import type { Commits } from './commits.ts';
import type { History } from './history.ts';

/** When the parts of a trial began and ended, on the shared clock. */
export interface Window {
  readonly loadFrom: Micros;
  readonly measuredFrom: Micros;
  readonly measuredTo: Micros;
  readonly loadTo: Micros;
}

/** One fault as it really struck. */
export interface FaultRecord {
  /** For people: `crash of america-1`. */
  readonly label: string;
  readonly type: string;
  readonly nodes: readonly NodeId[];
  /** When the strike began, and when it had taken full effect. */
  readonly began: Micros;
  readonly effective: Micros;
  /** When its end had taken full effect (the node is back, the link healed); null if it lasted to the end of the load. */
  readonly ended: Micros | null;
  /** Of a join or leave: from the strike until whoever came serves or whoever left has gone, and what moved meanwhile. */
  readonly membership?: { readonly took: Micros | null; readonly bytes: number };
}

/** What happened once the load had stopped and every fault had ended. */
export interface ConvergenceRecord {
  readonly agreed: boolean;
  /** From the last update's completion or the last fault's end, whichever is later; null when they never agreed in the time allowed. */
  readonly took: Micros | null;
  /** How long replicas were given. */
  readonly allowed: Micros;
}

/** Messages between replicas while the load ran. */
export interface TrialCost {
  readonly messages: number;
  readonly bytes: number;
  readonly crossRegionMessages: number;
  readonly crossRegionBytes: number;
}

export interface LatenessRecord {
  readonly count: number;
  readonly p50: Micros;
  readonly p99: Micros;
  readonly maximum: Micros;
}

/** Everything measured in one trial of one strategy: what metrics, checkers and reports start from. */
export interface TrialRecord {
  /** The strategy's name, or the label that the workload file gives it. */
  readonly label: string;
  readonly strategy: string;
  readonly family: 'eventual' | 'strong';
  /** From 1. */
  readonly trial: number;
  readonly seed: string;
  /** Kinds of operation that the workload asks. */
  readonly kinds: readonly OperationKind[];
  readonly openLoop: boolean;
  readonly history: History;
  /** What replicas noted of the order of writes; null where nobody asked them to. */
  readonly commits: Commits | null;
  readonly window: Window;
  readonly faults: readonly FaultRecord[];
  readonly cost: TrialCost;
  readonly convergence: ConvergenceRecord | null;
  /** What each live node stored when all was quiet. */
  readonly contents: ReadonlyMap<NodeId, ReadonlyMap<Key, Value>>;
  /** How late the load generator was; null in closed loops. */
  readonly generatorLateness: LatenessRecord | null;
  /** How late injected delays were delivered; null where nothing was delayed. */
  readonly deliveryLateness: LatenessRecord | null;
  /** The run was interrupted: what is here was measured, the rest was not. */
  readonly partial: boolean;
  /** A node or the client died of its own fault: the stack, or null. */
  readonly broken: string | null;
}
