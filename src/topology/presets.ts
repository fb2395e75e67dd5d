import { milliseconds } from '../kernel/time.ts';
import { delayWith, type PlannedRegion, type TopologyPlan } from './build.ts';
import type { Delay } from './topology.ts';

/** A topology under a name, so that a workload file can say `topology: world-3x3`. */
export interface TopologyPreset {
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly plan: TopologyPlan;
}

/** Two of three messages arrive within this part of the median. */
const wanJitter = 0.05;
const lanJitter = 0.2;

const lan: Delay = delayWith(milliseconds(0.1), lanJitter);
const acrossZones: Delay = delayWith(milliseconds(0.5), lanJitter);

/**
 * One-way delays in milliseconds between cloud regions: half of the median round trips that cloudping.co measured
 * between Amazon's regions in Tokyo, Oregon, Ireland, Mumbai and São Paulo in 2025; docs/topologies.md has them.
 */
const wan: readonly (readonly [from: string, to: string, oneWay: number])[] = [
  ['asia', 'america', 49],
  ['asia', 'europe', 101],
  ['asia', 'india', 67],
  ['asia', 'brazil', 129],
  ['america', 'europe', 59],
  ['america', 'india', 111],
  ['america', 'brazil', 87],
  ['europe', 'india', 63],
  ['europe', 'brazil', 89],
  ['india', 'brazil', 151],
];

/** The presets by name. */
export const topologyPresets: Readonly<Record<string, TopologyPreset>> = {
  'lan-3': { summary: 'three nodes in one cluster, 0.1 ms apart', plan: lanOf('lan-3', 3) },
  'lan-5': { summary: 'five nodes in one cluster, 0.1 ms apart', plan: lanOf('lan-5', 5) },
  'one-region-3-zones': {
    summary: 'three nodes in one region, each in a zone of its own, 0.5 ms apart',
    plan: planOf('one-region-3-zones', [regionOf('region', 3)]),
  },
  'world-3x1': {
    summary: 'one node in each of asia, america and europe, 49 to 101 ms apart',
    plan: worldOf('world-3x1', ['asia', 'america', 'europe'], 1),
  },
  'world-3x3': {
    summary: 'three zones with a node each in asia, america and europe, 49 to 101 ms apart',
    plan: worldOf('world-3x3', ['asia', 'america', 'europe'], 3),
  },
  'world-3x5': {
    summary: 'five zones with a node each in asia, america and europe, 49 to 101 ms apart',
    plan: worldOf('world-3x5', ['asia', 'america', 'europe'], 5),
  },
  'world-5x5': {
    summary: 'five zones with a node each in asia, america, europe, india and brazil, 49 to 151 ms apart',
    plan: worldOf('world-5x5', ['asia', 'america', 'europe', 'india', 'brazil'], 5),
  },
};

function lanOf(name: string, nodes: number): TopologyPlan {
  return planOf(name, [{ name: 'lan', clusters: [{ zone: 'zone', cluster: 'cluster', nodes }] }]);
}

function worldOf(name: string, regions: readonly string[], zones: number): TopologyPlan {
  return planOf(
    name,
    regions.map((region) => regionOf(region, zones)),
  );
}

/** A region of so many zones, each with one cluster of one node. */
function regionOf(name: string, zones: number): PlannedRegion {
  const clusters = Array.from({ length: zones }, (_, i) => ({
    zone: `zone-${i + 1}`,
    cluster: 'cluster',
    nodes: 1,
  }));
  return { name, clusters };
}

function planOf(name: string, regions: readonly PlannedRegion[]): TopologyPlan {
  const names = regions.map((region) => region.name);
  const between = wan
    .filter(([from, to]) => names.includes(from) && names.includes(to))
    .map(([from, to, oneWay]) => {
      return { from, to, delay: delayWith(milliseconds(oneWay), wanJitter), bothWays: true };
    });
  return {
    name,
    regions,
    withinCluster: lan,
    withinZone: lan,
    withinRegion: acrossZones,
    clients: regions.length === 1 && names[0] === 'lan' ? lan : acrossZones,
    between,
    fifo: false,
  };
}
