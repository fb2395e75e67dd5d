import type { NodeId } from '../kernel/operation.ts';
import type { FaultKind } from '../kernel/strategy.ts';
import type { Micros } from '../kernel/time.ts';
import type { Topology } from '../topology/topology.ts';
import {
  cutsOf,
  type Fault,
  type FaultAction,
  type FaultTarget,
  needsOf,
  type PartitionFault,
} from './fault.ts';

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
 * node may be struck again the moment it is back. A fault without an end has no second edge: the end of the load
 * ends it.
 */
export function edgesOf(faults: readonly Fault[], topology: Topology): readonly FaultEdge[] {
  return faults.flatMap((fault, index) => edgesOfOne(fault, index, topology)).sort(byTime);
}

function byTime(a: FaultEdge, b: FaultEdge): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.type !== b.type) return a.type === 'end' ? -1 : 1;
  return a.fault - b.fault;
}

function edgesOfOne(fault: Fault, index: number, topology: Topology): FaultEdge[] {
  const nodes = knownNodesOf(fault, topology);
  const actions = nodes === null ? null : actionsOf(fault, nodes);
  const start: FaultEdge = { at: fault.at, fault: index, type: 'start', action: actions?.start ?? null };
  if (fault.until === null) return [start];
  return [start, { at: fault.until, fault: index, type: 'end', action: actions?.end ?? null }];
}

/** What carries out a fault on these nodes, and what ends it. */
export function actionsOf(
  fault: Fault,
  nodes: readonly NodeId[],
): { readonly start: FaultAction; readonly end: FaultAction } {
  switch (fault.type) {
    case 'crash':
      return { start: { type: 'crash', nodes }, end: { type: 'restart', nodes, disk: fault.disk } };
    case 'pause':
      return { start: { type: 'pause', nodes }, end: { type: 'resume', nodes } };
    case 'partition': {
      const cuts = cutsOf(fault);
      return { start: { type: 'cut', cuts }, end: { type: 'heal', cuts } };
    }
  }
}

/** The nodes that a fault strikes, ascending; null where a role decides it at the moment of the strike. */
export function knownNodesOf(fault: Fault, topology: Topology): readonly NodeId[] | null {
  if (fault.type === 'partition') return [...new Set(fault.sides.flat())].sort((a, b) => a - b);
  const { target } = fault;
  switch (target.type) {
    case 'node':
      return [target.node];
    case 'region':
      return topology.nodes.filter((node) => node.region === target.region).map((node) => node.id);
    case 'role':
      return null;
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

/** Two faults that cannot both be in force, and why. */
export interface Overlap {
  /** The indices of both faults, the one that starts later second. */
  readonly earlier: number;
  readonly later: number;
  /** For people: `america-1 is already crashed`. */
  readonly because: string;
}

/**
 * Faults that strike what another has already struck: a dead node cannot crash or pause, a paused one cannot pause,
 * and a link cut twice would heal at the first end. Whom a role will be is not known here, so such a fault is left to
 * the moment of its strike.
 */
export function overlapsOf(faults: readonly Fault[], topology: Topology): readonly Overlap[] {
  const overlaps: Overlap[] = [];
  const order = faults.map((_, index) => index).sort((a, b) => faults[a]!.at - faults[b]!.at || a - b);
  order.forEach((later, position) => {
    for (const earlier of order.slice(0, position)) {
      const because = clashOf(faults[earlier]!, faults[later]!, topology);
      if (because !== null) overlaps.push({ earlier, later, because });
    }
  });
  return overlaps;
}

function clashOf(earlier: Fault, later: Fault, topology: Topology): string | null {
  if (earlier.until !== null && earlier.until <= later.at) return null;
  if (earlier.type === 'partition' || later.type === 'partition') {
    if (earlier.type !== 'partition' || later.type !== 'partition') return null;
    return clashOfCuts(earlier, later, topology);
  }
  const struck = knownNodesOf(earlier, topology);
  const node = knownNodesOf(later, topology)?.find((candidate) => struck?.includes(candidate));
  if (node === undefined) return null;
  return `${nameOf(topology, node)} is already ${earlier.type === 'crash' ? 'crashed' : 'paused'}`;
}

function clashOfCuts(earlier: PartitionFault, later: PartitionFault, topology: Topology): string | null {
  const cuts = new Set(cutsOf(earlier).map(([from, to]) => `${from} ${to}`));
  const twice = cutsOf(later).find(([from, to]) => cuts.has(`${from} ${to}`));
  if (twice === undefined) return null;
  return `the link from ${nameOf(topology, twice[0])} to ${nameOf(topology, twice[1])} is already cut`;
}

/** What people call a fault: `crash of america-1`, `partition of asia from america and europe`. */
export function faultLabel(fault: Fault, topology: Topology): string {
  if (fault.type === 'partition') return partitionLabel(fault, topology);
  const lost = fault.type === 'crash' && fault.disk === 'lost' ? ', disk lost' : '';
  return `${fault.type} of ${targetLabel(fault.target, topology)}${lost}`;
}

function targetLabel(target: FaultTarget, topology: Topology): string {
  switch (target.type) {
    case 'node':
      return nameOf(topology, target.node);
    case 'region':
      return target.region;
    case 'role':
      return target.key === undefined ? `the ${target.role}` : `the ${target.role} of ${target.key}`;
  }
}

function partitionLabel(fault: PartitionFault, topology: Topology): string {
  const sides = fault.sides.map((side) => inWords(sideLabel(side, topology)));
  const apart = sides.reduce((label, side) => `${label} from ${side}`);
  return `${fault.direction === 'one-way' ? 'one-way ' : ''}partition of ${apart}`;
}

/** The names of a side: a region's where all of its nodes are in it, else the nodes'. */
function sideLabel(side: readonly NodeId[], topology: Topology): readonly string[] {
  const whole = topology.regions.filter((region) => {
    const members = topology.nodes.filter((node) => node.region === region);
    return members.length > 0 && members.every((node) => side.includes(node.id));
  });
  const single = side.filter((node) => !whole.includes(topology.nodes[node]?.region ?? ''));
  return [...whole, ...single.map((node) => nameOf(topology, node))];
}

function inWords(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function nameOf(topology: Topology, node: NodeId): string {
  return topology.nodes[node]?.name ?? `node ${node}`;
}
