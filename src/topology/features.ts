import type { Topology } from './topology.ts';

/** What not every runtime can do of a topology. */
export type TopologyFeature = 'service-time';

const words: Readonly<Record<TopologyFeature, string>> = {
  'service-time': 'cannot make nodes take a service time: leave it out, or use the runtime sim',
};

/** Why a runtime that lacks this cannot do it. */
export function lackInWords(runtime: string, feature: TopologyFeature): string {
  return `the runtime ${runtime} ${words[feature]}`;
}

/** Why a runtime cannot host a topology; null when it can. */
export function topologyRefusal(
  topology: Topology,
  runtime: { readonly name: string; readonly lacks?: readonly TopologyFeature[] },
): string | null {
  const needed: readonly TopologyFeature[] = topology.serviceTime === undefined ? [] : ['service-time'];
  const lacking = needed.find((feature) => runtime.lacks?.includes(feature));
  return lacking === undefined ? null : lackInWords(runtime.name, lacking);
}
