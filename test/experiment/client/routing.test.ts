import { describe, expect, it } from 'vitest';
import { Router } from '../../../src/experiment/client/routing.ts';
import type { ClientPolicy } from '../../../src/experiment/spec.ts';
import { buildTopology } from '../../../src/topology/build.ts';
import { topologyPresets } from '../../../src/topology/presets.ts';

const nearest: ClientPolicy = { failover: 'nearest', deadline: 2_000_000, retryAfter: 500_000 };
const sticky: ClientPolicy = { ...nearest, failover: 'sticky' };
/** Three nodes in each of asia (0 to 2), america (3 to 5) and europe (6 to 8). */
const world = buildTopology(topologyPresets['world-3x3']!.plan);

describe('clients that fail over', () => {
  it('spread over the nodes that are equally near, each process on its own', () => {
    const router = new Router(world, 'asia', nearest);

    const chosen = [0, 1, 2, 3, 4, 5].map((process) => router.choose(0, process, []));

    expect(chosen).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('go to the next node of their region when one refuses, and abroad only when all have', () => {
    const router = new Router(world, 'asia', nearest);
    router.troubled(0, 0);

    expect(router.choose(1, 0, [])).toBe(1);
    expect(router.choose(1, 0, [1, 2])).toBeGreaterThan(2);
  });

  it('probe an avoided node with one request after a while, and come back once it has answered', () => {
    const router = new Router(world, 'asia', nearest);
    router.troubled(0, 0);

    expect(router.choose(499_999, 0, [])).toBe(1);
    expect(router.choose(500_000, 0, [])).toBe(0);
    expect(router.choose(500_001, 0, [])).toBe(1);
    router.answered(0);
    expect(router.choose(500_002, 0, [])).toBe(0);
  });

  it('avoid a node again when its probe fails too', () => {
    const router = new Router(world, 'asia', nearest);
    router.troubled(0, 0);
    router.choose(500_000, 0, []);
    router.troubled(0, 600_000);

    expect(router.choose(1_000_000, 0, [])).toBe(1);
    expect(router.choose(1_100_000, 0, [])).toBe(0);
  });

  it('ask somebody even when everybody is in trouble, but nobody twice', () => {
    const router = new Router(world, 'asia', nearest);
    const all = world.nodes.map((node) => node.id);
    for (const node of all) router.troubled(node, 0);

    expect(router.choose(1, 0, [])).toBe(0);
    expect(router.choose(1, 0, all)).toBeUndefined();
  });
});

describe('sticky clients', () => {
  it('ask their own node whatever happened there, and no other', () => {
    const router = new Router(world, 'europe', sticky);
    router.troubled(6, 0);

    expect(router.choose(1, 0, [])).toBe(6);
    expect(router.choose(1, 0, [6])).toBeUndefined();
  });
});

describe('clients that go round', () => {
  const roundRobin: ClientPolicy = { ...nearest, failover: 'round-robin' };

  it('ask every node in turn, near or far, whoever asks', () => {
    const router = new Router(world, 'asia', roundRobin);

    const chosen = Array.from({ length: 9 }, () => router.choose(0, 7, []));

    expect([...chosen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('leave out a node that is in trouble, and go on with the next when one refuses', () => {
    const router = new Router(world, 'asia', roundRobin);
    const first = router.choose(0, 0, []) as number;
    router.troubled(first, 0);

    const second = router.choose(1, 0, [first]);
    const later = Array.from({ length: 20 }, () => router.choose(1, 0, []));

    expect(second).not.toBe(first);
    expect(later).not.toContain(first);
  });
});

describe('clients that hear who serves', () => {
  it('ask nobody else, and come back to a node that has joined again', () => {
    const router = new Router(world, 'asia', nearest);

    router.serve([1, 3]);
    expect([0, 1, 2].map((process) => router.choose(0, process, []))).toEqual([1, 1, 1]);
    expect(router.choose(0, 0, [1])).toBe(3);

    router.serve([0, 1, 2, 3]);
    expect([0, 1, 2].map((process) => router.choose(0, process, []))).toEqual([0, 1, 2]);
  });

  it('stick to the nearest one that serves', () => {
    const router = new Router(world, 'asia', sticky);

    router.serve([3, 6]);

    expect(router.choose(0, 0, [])).toBe(3);
  });
});
