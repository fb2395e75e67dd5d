import type { NodeId } from '../kernel/operation.ts';
import type { Micros } from '../kernel/time.ts';
import type { LinkDegradation } from '../topology/link.ts';
import type { Topology } from '../topology/topology.ts';
import type { Fault, FaultTarget, LinkChoice, LinkFault, PartitionFault, Place, SkewFault } from './fault.ts';

/** What people call a fault: `crash of america-1`, `partition of asia from america and europe`. */
export function faultLabel(fault: Fault, topology: Topology): string {
  const label = plainLabel(fault, topology);
  return fault.partOf === undefined ? label : `${label} (${fault.partOf})`;
}

/** `asia-1`, or `node 7` where the topology has none of that number. */
export function nameOf(topology: Topology, node: NodeId): string {
  return topology.nodes[node]?.name ?? `node ${node}`;
}

function plainLabel(fault: Fault, topology: Topology): string {
  switch (fault.type) {
    case 'partition':
      return partitionLabel(fault, topology);
    case 'slow-link':
    case 'loss':
    case 'duplication':
    case 'reordering':
      return `${degradationLabel(fault)} ${linksLabel(fault.links, topology)}`;
    case 'crash':
    case 'restart': {
      const lost = fault.disk === 'lost' ? ', disk lost' : '';
      return `${fault.type} of ${targetLabel(fault.target, topology)}${lost}`;
    }
    case 'pause':
    case 'join':
    case 'leave':
      return `${fault.type} of ${targetLabel(fault.target, topology)}`;
    case 'clock-skew':
      return `clock skew of ${targetLabel(fault.target, topology)} by ${skewLabel(fault)}`;
    case 'clock-jump':
      return `clock jump of ${targetLabel(fault.target, topology)} by ${signed(fault.by)}`;
    case 'slow-disk':
      return `slow disk of ${targetLabel(fault.target, topology)} (${inTime(fault.by)})`;
    case 'unsynced-persist':
      return `unsynced disk of ${targetLabel(fault.target, topology)} (${inTime(fault.window)})`;
  }
}

function degradationLabel({ type, degradation }: LinkFault): string {
  const { loss = 0, duplicate = 0, reorder } = degradation;
  switch (type) {
    case 'slow-link':
      return `slow links (${slownessLabel(degradation)})`;
    case 'loss':
      return `loss of ${percentage(loss)}`;
    case 'duplication':
      return `duplication of ${percentage(duplicate)}`;
    case 'reordering':
      return `reordering of ${percentage(reorder?.chance ?? 0)} by up to ${inTime(reorder?.upTo ?? 0)}`;
  }
}

function slownessLabel({ slowBy, addDelay }: LinkDegradation): string {
  const parts = [
    ...(slowBy === undefined ? [] : [`${slowBy}x`]),
    ...(addDelay === undefined ? [] : [`+${inTime(addDelay)}`]),
  ];
  return parts.join(', ');
}

function linksLabel(links: LinkChoice, topology: Topology): string {
  switch (links.type) {
    case 'all':
      return 'on all links';
    case 'of':
      return `on the links of ${placeLabel(links.place, topology)}`;
    case 'between': {
      const word = links.direction === 'both' ? 'and' : 'to';
      const from = placeLabel(links.from, topology);
      return `${links.direction === 'both' ? 'between' : 'from'} ${from} ${word} ${placeLabel(links.to, topology)}`;
    }
  }
}

function placeLabel(place: Place, topology: Topology): string {
  return place.type === 'node' ? nameOf(topology, place.node) : place.region;
}

function skewLabel({ skew }: SkewFault): string {
  return skew.type === 'offset' ? signed(skew.by) : `${percentage(skew.rate)} of the time`;
}

function targetLabel(target: FaultTarget, topology: Topology): string {
  switch (target.type) {
    case 'all':
      return 'all';
    case 'node':
      return nameOf(topology, target.node);
    case 'region':
      return target.region;
    case 'role':
      return target.key === undefined ? `the ${target.role}` : `the ${target.role} of ${target.key}`;
  }
}

function partitionLabel(fault: PartitionFault, topology: Topology): string {
  if (fault.direction === 'ring') return 'partition into a ring of majorities';
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

function percentage(share: number): string {
  return `${Math.round(share * 1e6) / 1e4} %`;
}

function signed(time: Micros): string {
  return `${time < 0 ? '−' : '+'}${inTime(Math.abs(time))}`;
}

const millisecond = 1_000;
const second = 1_000_000;

function inTime(time: Micros): string {
  if (time >= second) return `${time / second} s`;
  return time >= millisecond ? `${time / millisecond} ms` : `${time} µs`;
}
