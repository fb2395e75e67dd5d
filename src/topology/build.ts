import { ln } from '../kernel/math.ts';
import type { Micros } from '../kernel/time.ts';
import type { LinkTraits } from './link.ts';
import type { Delay, Endpoint, NodePlace, Topology } from './topology.ts';

/** A cluster of a plan: so many nodes at one place. */
export interface PlannedCluster {
  readonly zone: string;
  readonly cluster: string;
  readonly nodes: number;
}

export interface PlannedRegion {
  readonly name: string;
  readonly clusters: readonly PlannedCluster[];
}

/** What links do beside delaying. Unlike that of a link, this `fifo` may also say no where the topology says yes. */
export type PlannedTraits = Omit<LinkTraits, 'fifo'> & { readonly fifo?: boolean };

/** What is between two regions. A delay in one direction only leaves the other direction to another entry. */
export interface PlannedLink {
  readonly from: string;
  readonly to: string;
  readonly delay: Delay;
  readonly bothWays: boolean;
  readonly traits?: PlannedTraits;
}

/** The links that a plan describes by distance. */
export type Hop = 'withinCluster' | 'withinZone' | 'withinRegion' | 'clients';

/** A topology as people describe it: places and delays by distance, all one-way. */
export interface TopologyPlan {
  readonly name: string;
  readonly regions: readonly PlannedRegion[];
  readonly withinCluster: Delay;
  readonly withinZone: Delay;
  readonly withinRegion: Delay;
  /** From clients to the nodes of their own region, and back. */
  readonly clients: Delay;
  readonly between: readonly PlannedLink[];
  readonly fifo: boolean;
  /** What every link does beside delaying, where the link itself does not say otherwise. */
  readonly links?: PlannedTraits;
  readonly hops?: Readonly<Partial<Record<Hop, PlannedTraits>>>;
  readonly serviceTime?: Delay;
}

/** A constant delay, or where `jitter` is above 0 a log-normal one: two of three messages stay within that part of the median. */
export function delayWith(median: Micros, jitter: number): Delay {
  if (jitter === 0 || median === 0) return { type: 'constant', value: median };
  return { type: 'log-normal', median, sigma: ln(1 + jitter) };
}

/** Pairs of regions that have nothing between them, as `asia to europe`. A plan with any cannot be built. */
export function missingLinks(plan: TopologyPlan): readonly string[] {
  const names = plan.regions.map((region) => region.name);
  return names.flatMap((from) =>
    names
      .filter((to) => to !== from && linkBetween(plan, from, to) === undefined)
      .map((to) => `${from} to ${to}`),
  );
}

/** The same places with `count` nodes instead, dealt to the regions in turn, and in a region to its places in turn. */
export function withNodes(plan: TopologyPlan, count: number): TopologyPlan {
  const regions = plan.regions.map((region, index) => {
    const share = Math.floor((count - index - 1) / plan.regions.length) + 1;
    const seats = region.clusters.flatMap((cluster) =>
      Array<PlannedCluster>(Math.max(1, cluster.nodes)).fill(cluster),
    );
    const nodesAt = (cluster: PlannedCluster) =>
      Array.from({ length: share }, (_, i) => seats[i % seats.length]).filter((seat) => seat === cluster)
        .length;
    const clusters = region.clusters.map((cluster) => ({ ...cluster, nodes: nodesAt(cluster) }));
    return { ...region, clusters };
  });
  return { ...plan, regions };
}

/** What a link of a plan does, with what is true of every link; `own` is what is said of it alone. */
export function traitsIn(plan: Pick<TopologyPlan, 'links' | 'fifo'>, own: PlannedTraits = {}): LinkTraits {
  const { loss = 0, duplicate = 0, reorder, bandwidth, fifo = plan.fifo } = { ...plan.links, ...own };
  return {
    ...(loss > 0 ? { loss } : {}),
    ...(duplicate > 0 ? { duplicate } : {}),
    ...(reorder !== undefined && reorder.chance > 0 && reorder.upTo > 0 ? { reorder } : {}),
    ...(bandwidth === undefined ? {} : { bandwidth }),
    ...(fifo ? { fifo } : {}),
  };
}

/**
 * Numbers the nodes and gives each link its delay and what else it does. Throws when two regions have nothing between
 * them.
 */
export function buildTopology(plan: TopologyPlan): Topology {
  const missing = missingLinks(plan);
  if (missing.length > 0) throw new RangeError(`no latency is given for ${missing.join(', ')}`);
  const nodes = placesOf(plan);
  const delays: Delay[] = [];
  const indexOf = (delay: Delay) => {
    const known = delays.indexOf(delay);
    return known >= 0 ? known : delays.push(delay) - 1;
  };
  const ends = Array.from({ length: nodes.length + plan.regions.length }, (_, end) => end);
  const all = ends.flatMap((from) => ends.map((to) => linkAt(plan, nodes, from, to)));
  return {
    name: plan.name,
    regions: plan.regions.map((region) => region.name),
    nodes,
    fifo: plan.fifo && all.every((link) => link.traits.fifo === true),
    delays,
    links: all.map((link) => indexOf(link.delay)),
    ...builtTraits(all.map((link) => link.traits)),
    ...(plan.serviceTime === undefined ? {} : { serviceTime: plan.serviceTime }),
  };
}

/** What links do, each kind once; nothing at all where they only delay, or keep order one and all. */
function builtTraits(all: readonly LinkTraits[]): Pick<Topology, 'traits' | 'traitOf'> {
  const everyFifo = all.every((traits) => traits.fifo === true);
  const told = all.map(({ fifo, ...rest }) => (fifo === true && !everyFifo ? { ...rest, fifo } : rest));
  const keys = told.map((traits) => JSON.stringify(traits));
  const kinds = [...new Set(keys)].filter((key) => key !== '{}');
  if (kinds.length === 0) return {};
  return {
    traits: kinds.map((key) => told[keys.indexOf(key)] as LinkTraits),
    traitOf: keys.map((key) => kinds.indexOf(key)),
  };
}

function placesOf(plan: TopologyPlan): NodePlace[] {
  const places: NodePlace[] = [];
  for (const region of plan.regions) {
    let number = 0;
    for (const { zone, cluster, nodes } of region.clusters) {
      for (let i = 0; i < nodes; i += 1) {
        number += 1;
        places.push({
          id: places.length,
          name: `${region.name}-${number}`,
          region: region.name,
          zone,
          cluster,
        });
      }
    }
  }
  return places;
}

interface BuiltLink {
  readonly delay: Delay;
  readonly traits: LinkTraits;
}

const noDelay: Delay = { type: 'constant', value: 0 };

/** From a node to itself there is no link that could do anything, but what a node tells itself stays in order. */
function linkAt(plan: TopologyPlan, nodes: readonly NodePlace[], from: Endpoint, to: Endpoint): BuiltLink {
  if (from === to) return { delay: noDelay, traits: plan.fifo ? { fifo: true } : {} };
  const a = nodes[from];
  const b = nodes[to];
  const regionA = a?.region ?? (plan.regions[from - nodes.length] as PlannedRegion).name;
  const regionB = b?.region ?? (plan.regions[to - nodes.length] as PlannedRegion).name;
  if (regionA !== regionB) {
    const { delay, traits } = linkBetween(plan, regionA, regionB) as PlannedLink;
    return { delay, traits: traitsIn(plan, traits) };
  }
  const hop = hopBetween(a, b);
  return { delay: plan[hop], traits: traitsIn(plan, plan.hops?.[hop]) };
}

function hopBetween(a: NodePlace | undefined, b: NodePlace | undefined): Hop {
  if (a === undefined || b === undefined) return 'clients';
  if (a.zone !== b.zone) return 'withinRegion';
  return a.cluster === b.cluster ? 'withinCluster' : 'withinZone';
}

/** An entry for this direction goes before one for both. */
function linkBetween(plan: TopologyPlan, from: string, to: string): PlannedLink | undefined {
  return (
    plan.between.find((link) => !link.bothWays && link.from === from && link.to === to) ??
    plan.between.find(
      (link) =>
        link.bothWays && ((link.from === from && link.to === to) || (link.from === to && link.to === from)),
    )
  );
}
