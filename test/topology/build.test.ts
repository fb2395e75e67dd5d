import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ln } from '../../src/kernel/math.ts';
import {
  buildTopology,
  delayWith,
  missingLinks,
  type PlannedRegion,
  type TopologyPlan,
  withNodes,
} from '../../src/topology/build.ts';
import { topologyPresets } from '../../src/topology/presets.ts';
import {
  type Delay,
  delayOf,
  endpointCount,
  isFifo,
  nodesByDistance,
  siteOf,
  traitsOf,
} from '../../src/topology/topology.ts';

const constant = (value: number): Delay => ({ type: 'constant', value });

const asia: PlannedRegion = {
  name: 'asia',
  clusters: [
    { zone: 'tokyo', cluster: 'a', nodes: 2 },
    { zone: 'tokyo', cluster: 'b', nodes: 1 },
    { zone: 'osaka', cluster: 'a', nodes: 1 },
  ],
};
const europe: PlannedRegion = { name: 'europe', clusters: [{ zone: 'dublin', cluster: 'a', nodes: 1 }] };

const plan: TopologyPlan = {
  name: 'test',
  regions: [asia, europe],
  withinCluster: constant(1),
  withinZone: constant(2),
  withinRegion: constant(3),
  clients: constant(4),
  between: [{ from: 'asia', to: 'europe', delay: constant(100), bothWays: true }],
  fifo: false,
};

const delayBetween = (topology: ReturnType<typeof buildTopology>, from: number, to: number) =>
  (delayOf(topology, from, to) as { value: number }).value;

test('nodes are numbered in their region, in the order of its places', () => {
  const { nodes } = buildTopology(plan);

  expect(nodes.map(({ id, name, zone, cluster }) => `${id} ${name} ${zone}/${cluster}`)).toEqual([
    '0 asia-1 tokyo/a',
    '1 asia-2 tokyo/a',
    '2 asia-3 tokyo/b',
    '3 asia-4 osaka/a',
    '4 europe-1 dublin/a',
  ]);
});

test('the delay of a link follows from the nearest place that its ends share', () => {
  const topology = buildTopology(plan);

  expect(delayBetween(topology, 0, 0)).toBe(0);
  expect(delayBetween(topology, 0, 1)).toBe(1);
  expect(delayBetween(topology, 0, 2)).toBe(2);
  expect(delayBetween(topology, 0, 3)).toBe(3);
  expect(delayBetween(topology, 0, 4)).toBe(100);
  expect(delayBetween(topology, 4, 3)).toBe(100);
});

test('clients are near the nodes of their region and as far from others as those are', () => {
  const topology = buildTopology(plan);
  const site = siteOf(topology, 'europe');

  expect(delayBetween(topology, site, 4)).toBe(4);
  expect(delayBetween(topology, 4, site)).toBe(4);
  expect(delayBetween(topology, site, 0)).toBe(100);
  expect(delayBetween(topology, site, site)).toBe(0);
  expect(nodesByDistance(topology, 'europe')[0]).toBe(4);
});

test('a delay for one direction goes before one for both', () => {
  const oneWay = { from: 'europe', to: 'asia', delay: constant(130), bothWays: false };

  const topology = buildTopology({ ...plan, between: [...plan.between, oneWay] });

  expect(delayBetween(topology, 4, 0)).toBe(130);
  expect(delayBetween(topology, 0, 4)).toBe(100);
});

test('regions with nothing between them are named', () => {
  const broken = { ...plan, between: [{ from: 'europe', to: 'asia', delay: constant(9), bothWays: false }] };

  expect(missingLinks(broken)).toEqual(['asia to europe']);
  expect(() => buildTopology(broken)).toThrow('no latency is given for asia to europe');
});

test('jitter makes a delay log-normal, with two of three messages within its part of the median', () => {
  expect(delayWith(50_000, 0.1)).toEqual({ type: 'log-normal', median: 50_000, sigma: ln(1.1) });
  expect(delayWith(50_000, 0)).toEqual(constant(50_000));
  expect(delayWith(0, 0.5)).toEqual(constant(0));
});

test('another number of nodes is dealt to the regions in turn, and in a region to its places in turn', () => {
  const names = (count: number) =>
    buildTopology(withNodes(plan, count)).nodes.map(({ name, zone }) => `${name} ${zone}`);

  expect(names(1)).toEqual(['asia-1 tokyo']);
  expect(names(3)).toEqual(['asia-1 tokyo', 'asia-2 tokyo', 'europe-1 dublin']);
  expect(names(9)).toEqual([
    'asia-1 tokyo',
    'asia-2 tokyo',
    'asia-3 tokyo',
    'asia-4 tokyo',
    'asia-5 osaka',
    'europe-1 dublin',
    'europe-2 dublin',
    'europe-3 dublin',
    'europe-4 dublin',
  ]);
});

test('any number of nodes is dealt out whole, and evenly', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(topologyPresets)),
      fc.integer({ min: 1, max: 60 }),
      (preset, count) => {
        const topology = buildTopology(withNodes(preset.plan, count));

        expect(topology.nodes).toHaveLength(count);
        const perRegion = topology.regions.map(
          (region) => topology.nodes.filter((node) => node.region === region).length,
        );
        expect(Math.max(...perRegion) - Math.min(...perRegion)).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 200 },
  );
});

test.each(Object.entries(topologyPresets))(
  'preset %s can be built, and every link has a delay',
  (name, preset) => {
    const topology = buildTopology(preset.plan);

    expect(topology.name).toBe(name);
    expect(topology.links).toHaveLength(endpointCount(topology) ** 2);
    for (const link of topology.links) expect(topology.delays[link]).toBeDefined();
    expect(new Set(topology.nodes.map((node) => node.name)).size).toBe(topology.nodes.length);
  },
);

test('the presets have as many nodes as their names say', () => {
  const count = (name: string) => buildTopology(topologyPresets[name]!.plan).nodes.length;

  expect(Object.keys(topologyPresets).map((name) => `${name}: ${count(name)}`)).toEqual([
    'lan-3: 3',
    'lan-5: 5',
    'one-region-3-zones: 3',
    'world-3x1: 3',
    'world-3x3: 9',
    'world-3x5: 15',
    'world-5x5: 25',
  ]);
});

test('a link does what is said of it, and else what is said of all links', () => {
  const between = plan.between.map((link) => ({ ...link, traits: { loss: 0.1, bandwidth: 1_000 } }));

  const topology = buildTopology({
    ...plan,
    between,
    links: { loss: 0.01, duplicate: 0.02 },
    hops: { withinZone: { loss: 0, duplicate: 0 } },
  });

  const site = siteOf(topology, 'asia');
  expect(traitsOf(topology, 0, 1)).toEqual({ loss: 0.01, duplicate: 0.02 });
  expect(traitsOf(topology, 0, 2)).toBeUndefined();
  expect(traitsOf(topology, 0, 4)).toEqual({ loss: 0.1, duplicate: 0.02, bandwidth: 1_000 });
  expect(traitsOf(topology, 4, site)).toEqual({ loss: 0.1, duplicate: 0.02, bandwidth: 1_000 });
  expect(traitsOf(topology, 0, 0)).toBeUndefined();
});

test('a topology in which links only delay says nothing more of them', () => {
  const { traits, traitOf, serviceTime } = buildTopology({ ...plan, links: { loss: 0 } });

  expect([traits, traitOf, serviceTime]).toEqual([undefined, undefined, undefined]);
});

test('one link may keep order where the others do not, and the other way round', () => {
  const one = buildTopology({ ...plan, hops: { withinZone: { fifo: true } } });
  const others = buildTopology({ ...plan, fifo: true, hops: { withinZone: { fifo: false } } });
  const all = buildTopology({ ...plan, fifo: true });

  const order = (topology: Parameters<typeof isFifo>[0]) => [isFifo(topology, 0, 1), isFifo(topology, 0, 2)];
  expect([one, others, all].map(order)).toEqual([
    [false, true],
    [true, false],
    [true, true],
  ]);
  expect(all.traits).toBeUndefined();
});
