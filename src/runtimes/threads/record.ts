import type { Topology } from '../../topology/topology.ts';
import type { Lateness, RealisedDelay } from '../cluster.ts';
import { Histogram } from '../histogram.ts';
import type { SharedState } from './shared-state.ts';

/** How late delayed mail was delivered at all hosts; null where none was delayed. */
export function deliveryLatenessOf(state: SharedState): Lateness | null {
  const all = new Histogram();
  for (let host = 0; host < state.hosts; host += 1) all.merge(state.lateness(host));
  if (all.count === 0) return null;
  return { count: all.count, p50: all.quantile(0.5), p99: all.quantile(0.99), maximum: all.maximum };
}

/** The delays that delayed mail really took, per pair of regions that exchanged some. */
export function realisedDelaysOf(state: SharedState, topology: Topology): readonly RealisedDelay[] {
  return topology.regions.flatMap((from, i) =>
    topology.regions.flatMap((to, j) => {
      const all = new Histogram();
      for (let host = 0; host < state.hosts; host += 1) all.merge(state.realised(host, i, j));
      if (all.count === 0) return [];
      return [{ from, to, count: all.count, p50: all.quantile(0.5), p99: all.quantile(0.99) }];
    }),
  );
}
