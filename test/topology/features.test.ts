import { expect, test } from 'vitest';
import { buildTopology } from '../../src/topology/build.ts';
import { topologyRefusal, troubleIn } from '../../src/topology/features.ts';
import { topologyPresets } from '../../src/topology/presets.ts';

const { plan } = topologyPresets['lan-3']!;
const busy = buildTopology({ ...plan, serviceTime: { type: 'constant', value: 200 } });

test('a runtime refuses by name what it lacks, and nothing else', () => {
  const threads = { name: 'threads', lacks: ['service-time'] } as const;

  expect(topologyRefusal(busy, threads)).toMatch(
    /^the runtime threads cannot make nodes take a service time/,
  );
  expect(topologyRefusal(busy, { name: 'sim' })).toBeNull();
  expect(topologyRefusal(buildTopology(plan), threads)).toBeNull();
});

test('links that do all the time what faults do for a while ask the same tolerance', () => {
  const reorder = { chance: 0.1, upTo: 1_000 };
  const rough = buildTopology({
    ...plan,
    links: { loss: 0.1, reorder },
    hops: { clients: { duplicate: 0.1 } },
  });
  const narrow = buildTopology({ ...plan, links: { bandwidth: 1_000, loss: 0 } });

  expect([troubleIn(rough), troubleIn(narrow), troubleIn(busy)]).toEqual([
    ['loss', 'duplication', 'reordering'],
    [],
    [],
  ]);
});
