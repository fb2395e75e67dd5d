import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSpec, SpecError } from '../../../src/experiment/spec-file.ts';
import { ln } from '../../../src/kernel/math.ts';
import { delayOf, isFifo, siteOf, type Topology, traitsOf } from '../../../src/topology/topology.ts';
import { fakeRegistry } from '../../support/fake-registry.ts';

const sim = { runtime: 'sim', nodes: 1_000 };

/** Line 1 is the first line of the topology. */
function read(topology: string, limits?: typeof sim): Topology {
  const rest = [
    'schemaVersion: 1',
    'name: x',
    'summary: A test.',
    'workload: { kind: likes }',
    'load: { open: { rate: 100/s } }',
    'duration: 10s',
    'strategies: [gossip]',
  ];
  return parseSpec([topology, ...rest].join('\n'), 'x', fakeRegistry, {}, limits).topology;
}

function complaints(topology: string): string[] {
  try {
    read(topology, sim);
    return [];
  } catch (error) {
    if (error instanceof SpecError) return error.message.replaceAll(/^x:/gm, '').split('\n');
    throw error;
  }
}

describe('delays', () => {
  const delayIn = (text: string) =>
    delayOf(read(`topology: { regions: { asia: 2 }, latency: { within-cluster: ${text} } }`), 0, 1);

  test('may be mixtures, in which a plain duration varies by the jitter of all', () => {
    expect(
      delayIn('{ mixture: [{ share: 75%, delay: 1ms }, { share: 25%, delay: { constant: 9ms } }] }'),
    ).toEqual({
      type: 'mixture',
      parts: [
        { share: 0.75, delay: { type: 'log-normal', median: 1_000, sigma: ln(1.1) } },
        { share: 0.25, delay: { type: 'constant', value: 9_000 } },
      ],
    });
  });

  test('may be quantiles', () => {
    expect(delayIn('{ quantiles: { 0%: 1ms, 50%: 2ms, 99.9%: 9ms, 100%: 9ms } }')).toEqual({
      type: 'quantiles',
      points: [
        { share: 0, value: 1_000 },
        { share: 0.5, value: 2_000 },
        { share: 0.9990000000000001, value: 9_000 },
        { share: 1, value: 9_000 },
      ],
    });
  });

  test('may be a list of what was measured, in any order', () => {
    expect(delayIn('{ measured: [5ms, 1ms, 3ms] }')).toEqual({
      type: 'quantiles',
      points: [
        { share: 0, value: 1_000 },
        { share: 0.5, value: 3_000 },
        { share: 1, value: 5_000 },
      ],
    });
  });
});

describe('links', () => {
  test('do what is said of them, and else what is said of all', () => {
    const topology = read(`topology:
  regions: { asia: 2, europe: 1 }
  links: { loss: 0.5%, bandwidth: 100Mbit/s }
  latency:
    within-cluster: { delay: { constant: 1ms }, loss: 0% }
    between:
      asia to europe: { delay: 50ms, duplicate: 2%, reorder: { chance: 1%, up-to: 20ms }, bandwidth: 2MB/s }
      europe to asia: { delay: 50ms, fifo: true }`);

    expect(delayOf(topology, 0, 1)).toEqual({ type: 'constant', value: 1_000 });
    expect(traitsOf(topology, 0, 1)).toEqual({ bandwidth: 12_500_000 });
    expect(traitsOf(topology, 0, 2)).toEqual({
      loss: 0.005,
      duplicate: 0.02,
      reorder: { chance: 0.01, upTo: 20_000 },
      bandwidth: 2_000_000,
    });
    expect([isFifo(topology, 0, 2), isFifo(topology, 2, 0)]).toEqual([false, true]);
    expect(traitsOf(topology, siteOf(topology, 'asia'), 0)).toEqual({ loss: 0.005, bandwidth: 12_500_000 });
  });

  test('of a preset may do more than delay', () => {
    const plain = read('topology: lan-3');
    const rough = read('topology: { preset: lan-3, links: { loss: 1% }, fifo: true }');

    expect(rough).toEqual({ ...plain, fifo: true, traits: [{ loss: 0.01 }], traitOf: rough.traitOf });
    expect(traitsOf(rough, 0, 2)).toEqual({ loss: 0.01 });
  });
});

test('nodes may take a service time, in which a plain duration does not vary', () => {
  const topology = read('topology: { preset: lan-3, nodes: { service-time: 200us } }', sim);

  expect(topology.serviceTime).toEqual({ type: 'constant', value: 200 });
});

test('a service time is refused where the runtime cannot do it, as threads cannot', () => {
  expect(() => read('topology: { preset: lan-3, nodes: { service-time: 200us } }')).toThrow(
    'x:1:37: the runtime threads cannot make nodes take a service time: leave it out, or use the runtime sim',
  );
});

test('the example of docs/topologies.md can be read', () => {
  const [, example] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/topologies.md', 'utf8')) ?? [];

  const topology = read(example!, sim);

  expect(topology.nodes.map(({ name, cluster }) => `${name} ${cluster}`)).toEqual([
    'asia-1 rack-1',
    'asia-2 rack-1',
    'asia-3 rack-2',
    'asia-4 cluster',
    'europe-1 cluster',
    'europe-2 cluster',
  ]);
  expect(traitsOf(topology, 0, 5)).toMatchObject({ loss: 0.001, duplicate: 0.0001, bandwidth: 10_000_000 });
});

describe('mistakes', () => {
  test('in the parts of delays', () => {
    expect(
      complaints(`topology:
  regions: { asia: 2 }
  latency:
    within-cluster: { mixture: [{ share: 95%, delay: 1ms }, { share: 0%, delay: 3ms }] }
    within-zone: { quantiles: { 0%: 200us, 50%: 480us, 30%: 5ms, 90%: 40ms, 95%: 2ms } }
    within-region: { quantiles: { 0%: 1ms, 101%: 2ms } }
    clients: { measured: [5ms] }`),
    ).toEqual([
      '4:23: the shares sum to 95%; together they are 100%',
      '4:70: a share of 0% never comes; leave it out, or give it more',
      '5:20: the first is 0% (the least delay) and the last 100% (the largest)',
      '5:56: percentages rise from one line to the next',
      '5:82: more messages take at least as long: the delays do not fall',
      '6:22: the first is 0% (the least delay) and the last 100% (the largest)',
      '6:44: 101% of messages are more than all of them',
      '7:26: there are at least two measured delays; one alone is { constant: … }',
    ]);
  });

  test('in what links do', () => {
    expect(
      complaints(`topology:
  regions: { asia: 2, europe: 1 }
  links: { loss: 0.1, bandwith: 5MB/s }
  latency:
    clients: { loss: 1% }
    between:
      asia and europe: { delay: 5, loss: 101%, duplicate: -1%, reorder: { chance: 1% }, bandwidth: -10MB/s }`),
    ).toEqual([
      '3:18: 0.1 has no unit: write 0.1%',
      '3:23: unknown key "bandwith"; did you mean "bandwidth"? (known here: loss, duplicate, reorder, bandwidth)',
      expect.stringMatching(/^5:5: "delay" is missing: a one-way delay such as 50ms, or one of /),
      '7:33: 5 has no unit: write 5s, 5ms, 5us or 5m',
      '7:42: "101%" is not a percentage from 0% to 100%, such as 0.1%',
      '7:59: "-1%" is not a percentage from 0% to 100%, such as 0.1%',
      expect.stringMatching(/^7:64: "up-to" is missing/),
      '7:100: "-10MB/s" is not a bandwidth above zero, such as 10MB/s or 100Mbit/s',
    ]);
  });

  test('in links that are not there, beside those of links that are', () => {
    expect(
      complaints(`topology:
  regions: { asia: 2, europe: 1 }
  latency: { between: { asia and eurpe: { delay: 5ms }, asia and europe: { uniform: { minimum: 2ms, maximum: 1ms } } } }`),
    ).toEqual([
      '3:25: no region "eurpe"; did you mean "europe"? (regions: asia, europe)',
      '3:110: the maximum is below the minimum',
    ]);
  });

  test('in faults that reorder where every link keeps order', () => {
    const faults = 'faults: [{ reorder: 10%, by: 5ms, of: lan-1, at: 1s, for: 1s }]';

    expect(complaints(`topology: { preset: lan-3, fifo: true }\n${faults}`)).toEqual([
      '2:39: these links keep the order of messages (`fifo`), so none is held back on them',
    ]);
    expect(complaints(`topology: lan-3\n${faults}`)).toEqual([]);
  });

  const disordered =
    'a link that keeps the order of messages (`fifo`) holds none back; leave `fifo` or `reorder` out';

  test('in links that are to keep order and to break it, told where the two meet', () => {
    expect(
      complaints(`topology:
  regions: { asia: 2, europe: 1 }
  fifo: true
  links: { reorder: { chance: 1%, up-to: 1ms } }
  latency:
    within-cluster: { delay: 1ms, reorder: { chance: 1%, up-to: 1ms } }
    clients: { delay: 1ms, fifo: false, reorder: { chance: 1%, up-to: 1ms } }
    between: { asia and europe: { delay: 5ms, fifo: true } }`),
    ).toEqual([`4:12: ${disordered}`, `6:35: ${disordered}`, `8:47: ${disordered}`]);
  });
});
