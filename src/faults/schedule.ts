import type { NodeId } from '../kernel/operation.ts';
import type { FaultKind } from '../kernel/strategy.ts';
import type { Micros } from '../kernel/time.ts';
import type { Topology } from '../topology/topology.ts';
import { cutsOf, type Fault, type FaultAction, needsOf } from './fault.ts';
import { knownNodesOf, linksOf } from './targets.ts';

/** The start or the end of a fault, as something to do at a moment. */
export interface FaultEdge {
  /** Counted from the start of the load. */
  readonly at: Micros;
  /** The fault's index in the schedule. */
  readonly fault: number;
  readonly type: 'start' | 'end';
  /** What to do; null where a role decides whom it strikes, which is looked up at the start and kept to the end. */
  readonly action: FaultAction | null;
}

/**
 * Both ends of every fault, in the order in which they are due. At one instant ends come before starts, so that a
 * node may be struck again the moment it is back; only what has no length ends after it has started. A fault without
 * an end has no second edge: the end of the load ends it.
 */
export function edgesOf(faults: readonly Fault[], topology: Topology): readonly FaultEdge[] {
  const place = (edge: FaultEdge) => {
    if (edge.type === 'start') return 1;
    return faults[edge.fault]!.at === edge.at ? 2 : 0;
  };
  return faults
    .flatMap((fault, index) => edgesOfOne(fault, index, topology))
    .sort((a, b) => a.at - b.at || place(a) - place(b) || a.fault - b.fault);
}

function edgesOfOne(fault: Fault, index: number, topology: Topology): FaultEdge[] {
  const nodes = knownNodesOf(fault, topology);
  const actions = nodes === null ? null : actionsOf(fault, nodes, topology);
  const start: FaultEdge = { at: fault.at, fault: index, type: 'start', action: actions?.start ?? null };
  if (fault.until === null) return [start];
  return [start, { at: fault.until, fault: index, type: 'end', action: actions?.end ?? null }];
}

interface Actions {
  readonly start: FaultAction;
  readonly end: FaultAction;
}

/** What carries out a fault on these nodes, and what ends it. */
export function actionsOf(fault: Fault, nodes: readonly NodeId[], topology: Topology): Actions {
  switch (fault.type) {
    case 'crash':
    case 'restart':
      return { start: { type: 'crash', nodes }, end: { type: 'restart', nodes, disk: fault.disk } };
    case 'pause':
      return { start: { type: 'pause', nodes }, end: { type: 'resume', nodes } };
    case 'partition': {
      const cuts = cutsOf(fault);
      return { start: { type: 'cut', cuts }, end: { type: 'heal', cuts } };
    }
    case 'slow-link':
    case 'loss':
    case 'duplication':
    case 'reordering': {
      const worse = { links: linksOf(fault.links, topology), degradation: fault.degradation };
      return { start: { type: 'degrade', ...worse }, end: { type: 'restore', ...worse } };
    }
    case 'clock-skew':
      return { start: { type: 'skew', nodes, skew: fault.skew }, end: { type: 'unskew', nodes } };
    case 'clock-jump':
      return { start: { type: 'jump', nodes, by: fault.by }, end: { type: 'jump', nodes, by: -fault.by } };
    case 'slow-disk':
      return {
        start: { type: 'sync-takes', nodes, delay: fault.by },
        end: { type: 'sync-takes', nodes, delay: 0 },
      };
    case 'unsynced-persist':
      return {
        start: { type: 'sync-lags', nodes, window: fault.window },
        end: { type: 'sync-lags', nodes, window: 0 },
      };
    case 'join':
      return { start: { type: 'join', nodes }, end: { type: 'leave', nodes } };
    case 'leave':
      return { start: { type: 'leave', nodes }, end: { type: 'join', nodes } };
  }
}

/** The kinds of fault that a schedule asks of a runtime, each once. */
export function kindsNeeded(faults: readonly Fault[]): readonly FaultKind[] {
  return [...new Set(faults.map(needsOf))];
}

/** Why a runtime cannot carry out a schedule, with both lists; null when it can. */
export function refusalOf(
  faults: readonly Fault[],
  runtime: { readonly name: string; readonly offers: readonly FaultKind[] },
): string | null {
  const needed = kindsNeeded(faults);
  const lacking = needed.filter((kind) => !runtime.offers.includes(kind));
  if (lacking.length === 0) return null;
  const offered = runtime.offers.length === 0 ? 'none' : runtime.offers.join(', ');
  return (
    `the runtime ${runtime.name} cannot do ${lacking.join(', ')}: ` +
    `the schedule needs ${needed.join(', ')}; the runtime offers ${offered}`
  );
}
