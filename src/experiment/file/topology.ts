import {
  buildTopology,
  delayWith,
  missingLinks,
  type PlannedCluster,
  type PlannedLink,
  type PlannedRegion,
  type TopologyPlan,
  withNodes,
} from '../../topology/build.ts';
import { topologyPresets } from '../../topology/presets.ts';
import type { Delay, Topology } from '../../topology/topology.ts';
import type { Mistakes } from './mistakes.ts';
import type { DelayInput, TopologyInput } from './topology-schema.ts';
import { suggestion } from './words.ts';

/** What a runtime can host; its name goes into the complaint about too many nodes. */
export interface Limits {
  readonly runtime: string;
  readonly nodes: number;
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
  const plan = typeof input === 'string' ? topologyPresets[input]?.plan : planOf(input, name, mistakes);
  if (plan === undefined) return undefined;
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

type MapInput = Exclude<TopologyInput, string>;

function planOf(input: MapInput, name: string, mistakes: Mistakes): TopologyPlan | undefined {
  const { latency } = input;
  const regions = Object.entries(input.regions).map(([region, zones]) => regionOf(region, zones));
  if (!areRegionsFine(regions, mistakes)) return undefined;
  const between = linksOf(input, regions, mistakes);
  const delay = (given: DelayInput, key: keyof typeof latency) =>
    resolveDelay(given, latency.jitter, [...path, 'latency', key], mistakes);
  const plan: TopologyPlan = {
    name,
    regions,
    withinCluster: delay(latency['within-cluster'], 'within-cluster'),
    withinZone: delay(latency['within-zone'], 'within-zone'),
    withinRegion: delay(latency['within-region'], 'within-region'),
    clients: delay(latency.clients, 'clients'),
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
    return { from, to, bothWays, delay: resolveDelay(given, latency.jitter, where, mistakes) };
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

function resolveDelay(
  input: DelayInput,
  jitter: number,
  where: readonly string[],
  mistakes: Mistakes,
): Delay {
  if (typeof input === 'number') return delayWith(input, jitter);
  if ('constant' in input) return { type: 'constant', value: input.constant };
  if ('log-normal' in input) return delayWith(input['log-normal'].median, input['log-normal'].jitter);
  if ('pareto' in input) return { type: 'pareto', ...input.pareto };
  if ('exponential' in input) {
    const { minimum, mean } = input.exponential;
    if (mean <= minimum)
      mistakes.at([...where, 'exponential', 'mean'], 'the mean is above the minimum, or there is no tail');
    return { type: 'exponential', minimum, mean };
  }
  const { minimum, maximum } = input.uniform;
  if (maximum < minimum) mistakes.at([...where, 'uniform', 'maximum'], 'the maximum is below the minimum');
  return { type: 'uniform', minimum, maximum };
}
