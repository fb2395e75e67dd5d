import type { FaultKind } from '../../kernel/strategy.ts';
import {
  buildTopology,
  type Hop,
  missingLinks,
  type PlannedCluster,
  type PlannedLink,
  type PlannedRegion,
  type TopologyPlan,
  withNodes,
} from '../../topology/build.ts';
import { lackInWords, type TopologyFeature } from '../../topology/features.ts';
import { type TopologyPreset, topologyPresets } from '../../topology/presets.ts';
import type { Topology } from '../../topology/topology.ts';
import { LinkReader, resolveDelay } from './links.ts';
import type { Mistakes } from './mistakes.ts';
import type { LinkInput, TopologyInput } from './topology-schema.ts';
import { suggestion } from './words.ts';

/** What a runtime can host; its name goes into the complaint about too many nodes. */
export interface Limits {
  readonly runtime: string;
  readonly nodes: number;
  /** What it cannot do of a topology. */
  readonly lacks?: readonly TopologyFeature[];
  /** The kinds of fault that it can do; all where it is not said. */
  readonly offers?: readonly FaultKind[];
}

const path = ['topology'];

/** A history keeps a region in one byte. */
const maximumRegions = 255;

/** The topology of a file, with `nodes` in place of its own number where the command line asks so. */
export function resolveTopology(
  input: TopologyInput,
  name: string,
  nodes: number | null,
  limits: Limits,
  mistakes: Mistakes,
): { readonly asked: Topology; readonly inFile: Topology } | undefined {
  const plan = planOf(input, name, mistakes);
  if (plan === undefined) return undefined;
  if (plan.serviceTime !== undefined && limits.lacks?.includes('service-time')) {
    mistakes.at([...path, 'nodes', 'service-time'], lackInWords(limits.runtime, 'service-time'), 'key');
  }
  const inFile = buildTopology(plan);
  const asked = nodes === null ? inFile : buildTopology(withNodes(plan, nodes));
  const count = asked.nodes.length;
  if (count > limits.nodes) {
    const message = `${count} nodes are too many for the runtime ${limits.runtime}, which hosts at most ${limits.nodes}`;
    if (nodes === null) mistakes.at([...path, 'regions'], message);
    else mistakes.inOption('--nodes', message);
  }
  return { asked, inFile };
}

type MapInput = Extract<TopologyInput, { regions: unknown }>;
type PresetInput = Extract<TopologyInput, { preset: unknown }>;

function planOf(input: TopologyInput, name: string, mistakes: Mistakes): TopologyPlan | undefined {
  if (typeof input === 'string') return topologyPresets[input]?.plan;
  const reader = new LinkReader(input, mistakes);
  const plan = 'preset' in input ? planOfPreset(input) : planOfMap(input, name, reader, mistakes);
  if (plan === undefined) return undefined;
  const serviceTime = input.nodes['service-time'];
  return {
    ...plan,
    fifo: input.fifo,
    links: reader.links,
    ...(serviceTime === undefined
      ? {}
      : { serviceTime: resolveDelay(serviceTime, 0, [...path, 'nodes', 'service-time'], mistakes) }),
  };
}

function planOfPreset(input: PresetInput): TopologyPlan {
  return (topologyPresets[input.preset] as TopologyPreset).plan;
}

function planOfMap(
  input: MapInput,
  name: string,
  reader: LinkReader,
  mistakes: Mistakes,
): TopologyPlan | undefined {
  const { latency } = input;
  const regions = Object.entries(input.regions).map(([region, zones]) => regionOf(region, zones));
  if (!areRegionsFine(regions, mistakes)) return undefined;
  const read = (given: LinkInput, key: string) =>
    reader.read(given, latency.jitter, [...path, 'latency', key]);
  const hops = {
    withinCluster: read(latency['within-cluster'], 'within-cluster'),
    withinZone: read(latency['within-zone'], 'within-zone'),
    withinRegion: read(latency['within-region'], 'within-region'),
    clients: read(latency.clients, 'clients'),
  } satisfies Record<Hop, unknown>;
  const between = linksOf(input, regions, reader, mistakes);
  const plan: TopologyPlan = {
    name,
    regions,
    withinCluster: hops.withinCluster.delay,
    withinZone: hops.withinZone.delay,
    withinRegion: hops.withinRegion.delay,
    clients: hops.clients.delay,
    hops: {
      withinCluster: hops.withinCluster.traits,
      withinZone: hops.withinZone.traits,
      withinRegion: hops.withinRegion.traits,
      clients: hops.clients.traits,
    },
    between: between ?? [],
    fifo: input.fifo,
  };
  return between === undefined || hasMissingLinks(plan, mistakes) ? undefined : plan;
}

function regionOf(name: string, zones: MapInput['regions'][string]): PlannedRegion {
  if (typeof zones === 'number')
    return { name, clusters: [{ zone: 'zone', cluster: 'cluster', nodes: zones }] };
  const clusters = Object.entries(zones).flatMap(([zone, inside]): PlannedCluster[] => {
    if (typeof inside === 'number') return [{ zone, cluster: 'cluster', nodes: inside }];
    return Object.entries(inside).map(([cluster, nodes]) => ({ zone, cluster, nodes }));
  });
  return { name, clusters };
}

function areRegionsFine(regions: readonly PlannedRegion[], mistakes: Mistakes): boolean {
  const where = [...path, 'regions'];
  const empty = regions.filter((region) => region.clusters.length === 0);
  for (const { name } of empty)
    mistakes.at([...where, name], `region "${name}" has no nodes; it has at least one`);
  const names = regions.map((region) => region.name);
  const tooMany = names.length === 0 || names.length > maximumRegions;
  if (tooMany) mistakes.at(where, `${names.length} regions; there are 1 to ${maximumRegions}`);
  const mistaken = regions.filter(({ name }) => isNodeName(name, names));
  for (const { name } of mistaken)
    mistakes.at([...where, name], `"${name}" would also be the name of a node`, 'key');
  const reserved = names.includes('all');
  if (reserved)
    mistakes.at([...where, 'all'], 'results call all regions together "all"; choose another name', 'key');
  return empty.length === 0 && !tooMany && mistaken.length === 0 && !reserved;
}

/** Faults name nodes and regions alike, so `asia-1` cannot be both. */
function isNodeName(name: string, regions: readonly string[]): boolean {
  const match = /^(.+)-\d+$/.exec(name);
  return match !== null && regions.includes(match[1] as string);
}

/** The links between regions; undefined where one of them was mistaken. */
function linksOf(
  { latency }: MapInput,
  regions: readonly PlannedRegion[],
  reader: LinkReader,
  mistakes: Mistakes,
): PlannedLink[] | undefined {
  const names = regions.map((region) => region.name);
  const seen = new Map<string, string>();
  let fine = true;
  const links = Object.entries(latency.between).map(([pair, given]): PlannedLink => {
    const [from = '', word, to = ''] = pair.split(' ');
    const where = [...path, 'latency', 'between', pair];
    const bothWays = word === 'and';
    const problem = pairProblem(from, to, bothWays, names, seen);
    if (problem !== null) {
      mistakes.at(where, problem, 'key');
      fine = false;
    }
    seen.set(bothWays ? [from, to].sort().join(' and ') : `${from} to ${to}`, pair);
    return { from, to, bothWays, ...reader.read(given, latency.jitter, where) };
  });
  return fine ? links : undefined;
}

function pairProblem(
  from: string,
  to: string,
  bothWays: boolean,
  names: readonly string[],
  seen: ReadonlyMap<string, string>,
): string | null {
  const unknown = [from, to].find((name) => !names.includes(name));
  if (unknown !== undefined)
    return `no region "${unknown}"${suggestion(unknown, names)} (regions: ${names.join(', ')})`;
  if (from === to) return `"${from}" twice: delays inside a region are given by within-region`;
  const known = bothWays ? seen.get([from, to].sort().join(' and ')) : undefined;
  return known === undefined ? null : `the same pair as "${known}"; each pair is given once`;
}

function hasMissingLinks(plan: TopologyPlan, mistakes: Mistakes): boolean {
  const missing = missingLinks(plan);
  if (missing.length === 0) return false;
  const pairs = new Set(
    missing.map((link) => {
      const [from = '', to = ''] = link.split(' to ');
      const isBoth = missing.includes(`${to} to ${from}`);
      return isBoth ? [from, to].sort().join(' and ') : link;
    }),
  );
  mistakes.at(
    [...path, 'latency', 'between'],
    `no delay for ${[...pairs].join(', ')}; every pair of regions has one`,
  );
  return true;
}
