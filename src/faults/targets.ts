import type { NodeId } from '../kernel/operation.ts';
import type { DirectedLink } from '../topology/link.ts';
import { type Endpoint, endpointCount, regionOfEndpoint, type Topology } from '../topology/topology.ts';
import type { Fault, FaultTarget, LinkChoice, Place } from './fault.ts';

/** The nodes that a fault strikes, ascending; null where a role decides it at the moment of the strike. */
export function knownNodesOf(fault: Fault, topology: Topology): readonly NodeId[] | null {
  if (fault.type === 'partition') return [...new Set(fault.sides.flat())].sort((a, b) => a - b);
  if ('links' in fault) return nodesOnLinks(linksOf(fault.links, topology), topology);
  return nodesOfTarget(fault.target, topology);
}

/** The nodes of a target, ascending; null where a role decides it at the moment of the strike. */
export function nodesOfTarget(target: FaultTarget, topology: Topology): readonly NodeId[] | null {
  switch (target.type) {
    case 'all':
      return topology.nodes.map((node) => node.id);
    case 'node':
      return [target.node];
    case 'region':
      return topology.nodes.filter((node) => node.region === target.region).map((node) => node.id);
    case 'role':
      return null;
  }
}

/** The directed links that a choice means, with those of the clients in a region. Clients have no links to each other. */
export function linksOf(choice: LinkChoice, topology: Topology): readonly DirectedLink[] {
  const nodes = topology.nodes.length;
  const ends = Array.from({ length: endpointCount(topology) }, (_, end) => end);
  const links = ends.flatMap((from) => ends.map((to): DirectedLink => [from, to]));
  const isMeant = meaningOf(choice, topology);
  return links.filter(([from, to]) => from !== to && (from < nodes || to < nodes) && isMeant(from, to));
}

function meaningOf(choice: LinkChoice, topology: Topology): (from: Endpoint, to: Endpoint) => boolean {
  const isAt = (place: Place, end: Endpoint) => isOfPlace(place, end, topology);
  switch (choice.type) {
    case 'all':
      return () => true;
    case 'of':
      return (from, to) => isAt(choice.place, from) !== isAt(choice.place, to);
    case 'between': {
      const there = (from: Endpoint, to: Endpoint) => isAt(choice.from, from) && isAt(choice.to, to);
      return choice.direction === 'one-way' ? there : (from, to) => there(from, to) || there(to, from);
    }
  }
}

/** A region holds its nodes and its clients. */
function isOfPlace(place: Place, end: Endpoint, topology: Topology): boolean {
  if (place.type === 'node') return place.node === end;
  return regionOfEndpoint(topology, end) === place.region;
}

function nodesOnLinks(links: readonly DirectedLink[], { nodes }: Topology): readonly NodeId[] {
  const ends = new Set(links.flat());
  return nodes.map((node) => node.id).filter((id) => ends.has(id));
}
