import type { NodeId } from '../kernel/operation.ts';
import { type Delay, medianDelay } from './delay.ts';
import type { LinkTraits } from './link.ts';

export { type Delay, medianDelay };

/** Where a node stands: clusters in zones, zones in regions. */
export interface NodePlace {
  readonly id: NodeId;
  readonly name: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
}

/**
 * An end of a link. The nodes come first (0 … nodes − 1, equal to their ids), then one client site per region, in
 * the order of `regions`: the clients of a region are one end of the links to every node.
 */
export type Endpoint = number;

/** Plain data, so that it travels to workers as it is. */
export interface Topology {
  readonly name: string;
  readonly regions: readonly string[];
  readonly nodes: readonly NodePlace[];
  /** Whether each link delivers in the order of sending; otherwise jitter reorders. */
  readonly fifo: boolean;
  readonly delays: readonly Delay[];
  /** `links[from * endpoints + to]` is the index of the link's delay in `delays`. */
  readonly links: readonly number[];
  /** What links do beside delaying; absent where none does anything. */
  readonly traits?: readonly LinkTraits[];
  /** `traitOf[from * endpoints + to]` is the index of what the link does in `traits`; −1 where it only delays. */
  readonly traitOf?: readonly number[];
  /**
   * How long a node works on each request, message and timer, one after the other in the order in which they came;
   * absent where work takes no time.
   */
  readonly serviceTime?: Delay;
}

export function endpointCount(topology: Topology): number {
  return topology.nodes.length + topology.regions.length;
}

/** The endpoint of the clients in a region. Throws on a region that the topology lacks. */
export function siteOf(topology: Topology, region: string): Endpoint {
  const index = topology.regions.indexOf(region);
  if (index < 0) throw new RangeError(`no region "${region}"; there are ${topology.regions.join(', ')}`);
  return topology.nodes.length + index;
}

export function regionOfEndpoint(topology: Topology, endpoint: Endpoint): string {
  const node = topology.nodes[endpoint];
  if (node !== undefined) return node.region;
  return topology.regions[endpoint - topology.nodes.length] as string;
}

export function delayOf(topology: Topology, from: Endpoint, to: Endpoint): Delay {
  return topology.delays[topology.links[from * endpointCount(topology) + to] as number] as Delay;
}

/** What a link does beside delaying; undefined where it does nothing else. */
export function traitsOf(topology: Topology, from: Endpoint, to: Endpoint): LinkTraits | undefined {
  const index = topology.traitOf?.[from * endpointCount(topology) + to];
  return index === undefined || index < 0 ? undefined : topology.traits?.[index];
}

/** Whether a link delivers in the order of sending. */
export function isFifo(topology: Topology, from: Endpoint, to: Endpoint): boolean {
  return topology.fifo || traitsOf(topology, from, to)?.fifo === true;
}

/** The nodes in the order in which a client of `region` prefers them: nearest first, ties by id. */
export function nodesByDistance(topology: Topology, region: string): readonly NodeId[] {
  const site = siteOf(topology, region);
  const distance = (node: NodeId) => medianDelay(delayOf(topology, site, node));
  return topology.nodes.map((node) => node.id).sort((a, b) => distance(a) - distance(b) || a - b);
}
