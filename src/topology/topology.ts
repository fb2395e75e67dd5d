import { pow } from '../kernel/math.ts';
import type { NodeId } from '../kernel/operation.ts';
import type { Random } from '../kernel/random.ts';
import type { Micros } from '../kernel/time.ts';

/** Where a node stands: clusters in zones, zones in regions. */
export interface NodePlace {
  readonly id: NodeId;
  readonly name: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
}

/** The one-way delay of a link, in microseconds: a distribution from which each message draws. */
export type Delay =
  | { readonly type: 'constant'; readonly value: Micros }
  | { readonly type: 'uniform'; readonly minimum: Micros; readonly maximum: Micros }
  | { readonly type: 'exponential'; readonly minimum: Micros; readonly mean: Micros }
  | { readonly type: 'log-normal'; readonly median: Micros; readonly sigma: number }
  | { readonly type: 'pareto'; readonly minimum: Micros; readonly alpha: number };

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

/** One draw of a link's one-way delay, in whole microseconds. A constant delay draws nothing. */
export function drawDelay(delay: Delay, random: Random): Micros {
  switch (delay.type) {
    case 'constant':
      return delay.value;
    case 'uniform':
      return Math.round(delay.minimum + random.unit() * (delay.maximum - delay.minimum));
    case 'exponential':
      return Math.round(delay.minimum + random.exponential(delay.mean - delay.minimum));
    case 'log-normal':
      return Math.round(random.logNormal(delay.median, delay.sigma));
    case 'pareto':
      return Math.round(random.pareto(delay.minimum, delay.alpha));
  }
}

/** The middle of the distribution, by which clients judge what is near. */
export function medianDelay(delay: Delay): Micros {
  switch (delay.type) {
    case 'constant':
      return delay.value;
    case 'uniform':
      return (delay.minimum + delay.maximum) / 2;
    case 'exponential':
      return delay.minimum + (delay.mean - delay.minimum) * 0.6931471805599453;
    case 'log-normal':
      return delay.median;
    case 'pareto':
      return delay.minimum * pow(2, 1 / delay.alpha);
  }
}

/** The nodes in the order in which a client of `region` prefers them: nearest first, ties by id. */
export function nodesByDistance(topology: Topology, region: string): readonly NodeId[] {
  const site = siteOf(topology, region);
  const distance = (node: NodeId) => medianDelay(delayOf(topology, site, node));
  return topology.nodes.map((node) => node.id).sort((a, b) => distance(a) - distance(b) || a - b);
}
