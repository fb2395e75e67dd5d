import { ln } from '../kernel/math.ts';
import type { Micros } from '../kernel/time.ts';
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

/** What is between two regions. A delay in one direction only leaves the other direction to another entry. */
export interface PlannedLink {
  readonly from: string;
  readonly to: string;
  readonly delay: Delay;
  readonly bothWays: boolean;
}

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

/** Numbers the nodes and gives each link its delay. Throws when two regions have nothing between them. */
export function buildTopology(plan: TopologyPlan): Topology {
  const missing = missingLinks(plan);
  if (missing.length > 0) throw new RangeError(`no latency is given for ${missing.join(', ')}`);
  const nodes = placesOf(plan);
  const delays: Delay[] = [];
  const indexOf = (delay: Delay) => {
    const known = delays.indexOf(delay);
    return known >= 0 ? known : delays.push(delay) - 1;
  };
  const endpoints = nodes.length + plan.regions.length;
  const links: number[] = [];
  for (let from = 0; from < endpoints; from += 1) {
    for (let to = 0; to < endpoints; to += 1) links.push(indexOf(linkDelay(plan, nodes, from, to)));
  }
  const regions = plan.regions.map((region) => region.name);
  return { name: plan.name, regions, nodes, fifo: plan.fifo, delays, links };
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

const noDelay: Delay = { type: 'constant', value: 0 };

function linkDelay(plan: TopologyPlan, nodes: readonly NodePlace[], from: Endpoint, to: Endpoint): Delay {
  if (from === to) return noDelay;
  const a = nodes[from];
  const b = nodes[to];
  const regionA = a?.region ?? (plan.regions[from - nodes.length] as PlannedRegion).name;
  const regionB = b?.region ?? (plan.regions[to - nodes.length] as PlannedRegion).name;
  if (regionA !== regionB) return (linkBetween(plan, regionA, regionB) as PlannedLink).delay;
  if (a === undefined || b === undefined) return plan.clients;
  if (a.zone !== b.zone) return plan.withinRegion;
  return a.cluster === b.cluster ? plan.withinCluster : plan.withinZone;
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
