import { exp } from '../kernel/math.ts';
import { buildTopology, type Hop, type TopologyPlan } from './build.ts';
import { type Delay, medianDelay } from './delay.ts';

/** What a plan is, in a few lines for people: its regions and nodes, and the one-way delays between places. */
export function describePlan(plan: TopologyPlan): readonly string[] {
  const { nodes } = buildTopology(plan);
  const regions = plan.regions.map(({ name, clusters }) => {
    const names = nodes.filter((node) => node.region === name).map((node) => node.name);
    const zones = new Set(clusters.map((cluster) => cluster.zone)).size;
    return `${name}: ${counted(zones, 'zone')} with ${counted(names.length, 'node')}, ${spanOf(names)}`;
  });
  const hops = hopsOf(plan).map((hop) => `${hopWords[hop]} ${delayInWords(plan[hop])}`);
  const between = plan.between.map(
    ({ from, to, bothWays, delay }) => `${from} ${bothWays ? 'and' : 'to'} ${to} ${delayInWords(delay)}`,
  );
  return [...regions, `one way: ${[...hops, ...between].join(', ')}`];
}

const hopWords: Readonly<Record<Hop, string>> = {
  withinCluster: 'within a cluster',
  withinZone: 'between clusters of a zone',
  withinRegion: 'between zones',
  clients: 'from clients to nodes of their region',
};

/** Only those that some pair of ends takes. */
function hopsOf({ regions }: TopologyPlan): readonly Hop[] {
  const hops: Hop[] = [];
  if (regions.some(({ clusters }) => clusters.some(({ nodes }) => nodes > 1))) hops.push('withinCluster');
  const zonesOf = (clusters: readonly { readonly zone: string }[]) =>
    new Set(clusters.map(({ zone }) => zone)).size;
  if (regions.some(({ clusters }) => clusters.length > zonesOf(clusters))) hops.push('withinZone');
  if (regions.some(({ clusters }) => zonesOf(clusters) > 1)) hops.push('withinRegion');
  return [...hops, 'clients'];
}

/** The median, and how far it varies where one number tells. */
function delayInWords(delay: Delay): string {
  const median = `${Math.round(medianDelay(delay)) / 1_000} ms`;
  if (delay.type !== 'log-normal') return median;
  return `${median} ± ${Math.round((exp(delay.sigma) - 1) * 100)} %`;
}

function spanOf(names: readonly string[]): string {
  return names.length < 3 ? names.join(' and ') : `${names[0]} to ${names.at(-1)}`;
}

function counted(count: number, word: string): string {
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}
