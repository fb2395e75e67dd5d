import type { FaultKind } from '../kernel/strategy.ts';
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

/**
 * What a topology does to messages all the time that faults else do for a while: whoever promises nothing under such
 * faults promises nothing here. That links do not keep order is nothing special, and every strategy has to bear it.
 */
export function troubleIn({ traits = [] }: Topology): readonly FaultKind[] {
  return [
    ...(traits.some(({ loss }) => loss !== undefined) ? (['loss'] as const) : []),
    ...(traits.some(({ duplicate }) => duplicate !== undefined) ? (['duplication'] as const) : []),
    ...(traits.some(({ reorder }) => reorder !== undefined) ? (['reordering'] as const) : []),
  ];
}
