import type { Delay, Topology } from '../../src/topology/topology.ts';

/** Nodes dealt out to regions in turn, with one delay inside a region and another between regions. */
export function smallTopology(
  nodes: number,
  regions: number,
  near: Delay,
  far: Delay,
  fifo = false,
): Topology {
  const names = ['asia', 'america', 'europe', 'africa', 'oceania'].slice(0, regions);
  const places = Array.from({ length: nodes }, (_, id) => {
    const region = names[id % regions]!;
    return { id, name: `${region}-${Math.floor(id / regions) + 1}`, region, zone: region, cluster: region };
  });
  const homes = [...places.map((place) => place.region), ...names];
  return {
    name: `test-${nodes}-in-${regions}`,
    regions: names,
    nodes: places,
    fifo,
    delays: [near, far, { type: 'constant', value: 0 }],
    links: homes.flatMap((from, i) => homes.map((to, j) => (i === j ? 2 : from === to ? 0 : 1))),
  };
}
