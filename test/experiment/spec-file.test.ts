import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ExperimentSpec, OpenLoad } from '../../src/experiment/spec.ts';
import {
  loadSpec,
  type Overrides,
  parseSpec,
  SpecError,
  type StrategyRegistry,
} from '../../src/experiment/spec-file.ts';
import { faultLabel } from '../../src/faults/labels.ts';
import { seconds } from '../../src/kernel/time.ts';
import { delayOf, siteOf } from '../../src/topology/topology.ts';
import { fakeRegistry } from '../support/fake-registry.ts';

const small = `schemaVersion: 1
name: small
summary: A small experiment.
topology:
  regions: { asia: 2, america: 2, europe: 1 }
  latency:
    between: { asia and america: 49ms, america and europe: 59ms, asia and europe: 101ms }
workload: { kind: likes }
load:
  open:
    rate:
      - { hold: 60/s, for: 2s }
      - { from: 60/s, to: 600/s, for: 3s }
      - { hold: 600/s, for: 5s }
    shares: { asia: 50%, europe: 50% }
warm-up: 10%
faults:
  - { crash: america-1, at: 40%, for: 30% }
strategies: [gossip, { name: gossip, label: wide, fan-out: 4, anti-entropy: 50ms }, quorum]
`;

function parse(
  text: string,
  overrides: Overrides = {},
  registry: StrategyRegistry = fakeRegistry,
): ExperimentSpec {
  return parseSpec(text, 'test.yaml', registry, overrides);
}

function mistakesOf(text: string, overrides: Overrides = {}, registry?: StrategyRegistry): string[] {
  try {
    parse(text, overrides, registry);
    return [];
  } catch (error) {
    if (error instanceof SpecError) return error.message.split('\n');
    throw error;
  }
}

test('what a file expects is kept, and nothing where it expects nothing', () => {
  const spec = parse(`${small}expect: { linearizable: violated, convergent: holds }\n`);

  expect(spec.expect).toEqual({ linearizable: 'violated', convergent: 'holds' });
  expect(parse(small).expect).toBeUndefined();
});

describe('a file becomes an experiment', () => {
  const spec = parse(small);

  test('with durations in microseconds and percentages of the load resolved', () => {
    expect(spec.duration).toBe(seconds(10));
    expect(spec.warmUp).toBe(seconds(1));
    expect(spec.settle).toBe(seconds(10));
    expect(spec.clients).toEqual({ failover: 'nearest', deadline: seconds(2), retryAfter: 500_000 });
    expect(spec.faults).toEqual([
      { type: 'crash', at: seconds(4), until: seconds(7), target: { type: 'node', node: 2 }, disk: 'kept' },
    ]);
  });

  test('with the rate as steps and the shares in the order of the regions', () => {
    expect(spec.load).toEqual({
      type: 'open',
      arrivals: 'poisson',
      rate: [
        { from: 60, to: 60, lasts: seconds(2) },
        { from: 60, to: 600, lasts: seconds(3) },
        { from: 600, to: 600, lasts: seconds(5) },
      ],
      shares: [0.5, 0, 0.5],
    });
  });

  test('with every knob filled in', () => {
    const defaults = { 'fan-out': 2, 'anti-entropy': 200_000, repair: true, clock: 'hybrid', load: 0.5 };

    expect(spec.strategies).toEqual([
      { name: 'gossip', label: 'gossip', knobs: defaults },
      { name: 'gossip', label: 'wide', knobs: { ...defaults, 'fan-out': 4, 'anti-entropy': 50_000 } },
      { name: 'quorum', label: 'quorum', knobs: {} },
    ]);
  });

  test('that is plain data', () => {
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(structuredClone(spec)).toEqual(spec);
  });

  test('whatever way it is written: JSON is YAML too', () => {
    const json = JSON.stringify({
      schemaVersion: 1,
      name: 'json',
      summary: 'As JSON.',
      topology: 'lan-3',
      workload: { kind: 'registers' },
      load: { closed: { 'clients-per-region': 3, think: '1ms', operations: 500 } },
      duration: '2s',
      strategies: ['quorum'],
    });

    expect(parse(json)).toMatchObject({
      load: { type: 'closed', clientsPerRegion: 3, think: 1_000, operations: 500 },
      duration: seconds(2),
      warmUp: 400_000,
      seed: '1',
      trials: 1,
    });
  });
});

test('a steady rate lasts as long as the duration says', () => {
  const steady = small.replace(/rate:\n[\s\S]*?shares/, 'rate: 30/m\n    shares').concat('duration: 4s\n');

  expect((parse(steady).load as OpenLoad).rate).toEqual([{ from: 0.5, to: 0.5, lasts: seconds(4) }]);
});

test('each kind of delay is read', () => {
  const latency = `within-cluster: { constant: 3ms }
    within-zone: { uniform: { minimum: 1ms, maximum: 2ms } }
    within-region: { exponential: { minimum: 1ms, mean: 3ms } }
    clients: { pareto: { minimum: 1ms, alpha: 2.5 } }
    jitter: 0%
    between: { asia and america: { log-normal: { median: 49ms, jitter: 20% } }, america and europe: 59ms, asia to europe: 101ms, europe to asia: 99ms }`;

  const { topology } = parse(small.replace(/between: .*/, latency));

  expect(delayOf(topology, 0, 1)).toEqual({ type: 'constant', value: 3_000 });
  expect(delayOf(topology, 0, 2)).toMatchObject({ type: 'log-normal', median: 49_000 });
  expect(delayOf(topology, 0, 4)).toEqual({ type: 'constant', value: 101_000 });
  expect(delayOf(topology, 4, 0)).toEqual({ type: 'constant', value: 99_000 });
  expect(delayOf(topology, 4, siteOf(topology, 'europe'))).toEqual({
    type: 'pareto',
    minimum: 1_000,
    alpha: 2.5,
  });
});

test('faults read as sentences', () => {
  const faults = `faults:
  - { crash: asia, at: 1s, for: 1s, disk: lost }
  - { pause: { region: europe }, at: 50%, until: 60% }
  - { crash: { role: holder, key: "tweet:0" }, at: 8s }
  - { partition: [[asia], [america, europe]], at: 2s, for: 1s }
  - { partition: [[asia-1]], at: 4s, for: 1s }
  - { partition: [[asia-2], [europe]], at: 5s, for: 1s, direction: one-way }
strategies`;

  const spec = parse(small.replace(/faults:[\s\S]*strategies/, faults));

  expect(spec.faults.map((fault) => faultLabel(fault, spec.topology))).toEqual([
    'crash of asia, disk lost',
    'pause of europe',
    'crash of the holder of tweet:0',
    'partition of asia from america and europe',
    'partition of asia-1 from america, europe and asia-2',
    'one-way partition of asia-2 from europe',
  ]);
  expect(spec.faults[2]?.until).toBeNull();
});

describe('the command line goes before the file', () => {
  test('seed, trials and faults', () => {
    const spec = parse(small, { seed: 7, trials: '3', faults: 'none' });

    expect(spec).toMatchObject({ seed: '7', trials: 3, faults: [] });
  });

  test('another duration stretches the rate, the warm-up and the faults in proportion', () => {
    const spec = parse(small, { duration: '5s' });

    expect(spec.duration).toBe(seconds(5));
    expect(spec.warmUp).toBe(seconds(0.5));
    expect((spec.load as OpenLoad).rate.map(({ lasts }) => lasts)).toEqual([
      seconds(1),
      seconds(1.5),
      seconds(2.5),
    ]);
    expect(spec.faults).toMatchObject([{ at: seconds(2), until: seconds(3.5) }]);
    expect(spec.clients.deadline).toBe(seconds(2));
  });

  test('a stretched rate lasts exactly as long as the load', () => {
    for (const duration of ['1s', '333ms', '7001ms', '13us']) {
      const spec = parse(small, { duration });

      const sum = (spec.load as OpenLoad).rate.reduce((total, { lasts }) => total + lasts, 0);
      expect(sum).toBe(spec.duration);
    }
  });

  test('a duration where the file has none', () => {
    const closed = small.replace(
      /\nload:[\s\S]*?warm-up/,
      '\nload: { closed: { clients-per-region: 2 } }\nwarm-up',
    );

    expect(parse(closed, { duration: '3s' })).toMatchObject({ duration: seconds(3), warmUp: seconds(0.3) });
    expect(mistakesOf(closed)).toEqual([
      'test.yaml:9:7: nothing tells how long the load lasts: give `duration`, such as duration: 10s',
    ]);
  });

  test('so many nodes, dealt to the regions in turn', () => {
    const spec = parse(small, { nodes: 4 });

    expect(spec.topology.nodes.map(({ name }) => name)).toEqual([
      'asia-1',
      'asia-2',
      'america-1',
      'europe-1',
    ]);
    expect(spec.faults).toMatchObject([{ target: { type: 'node', node: 2 } }]);
  });

  test('strategies of the file keep their knobs, others come with their defaults', () => {
    const labels = (strategies: string[]) =>
      parse(small, { strategies }).strategies.map(({ label }) => label);

    expect(labels(['wide', 'crdt'])).toEqual(['wide', 'crdt']);
    expect(labels(['gossip'])).toEqual(['gossip', 'wide']);
    expect(labels(['gossip', 'wide'])).toEqual(['gossip', 'wide']);
  });

  test('a strategy that is named twice is a mistake, also where two paths lead to one file', () => {
    const registry = { ...fakeRegistry, './here/../mine.ts': fakeRegistry['./mine.ts'] };

    expect(mistakesOf(small, { strategies: ['lock', 'crdt', 'lock'] })).toEqual([
      '--strategy: "lock" is named twice; name each strategy once',
    ]);
    expect(mistakesOf(small, { strategies: ['./mine.ts', './here/../mine.ts'] }, registry)).toEqual([
      '--strategy: "./here/../mine.ts" is the same file as "./mine.ts"; name each strategy once',
    ]);
  });

  test('a strategy under another name than its own brings its module', () => {
    expect(parse(small, { strategies: ['./mine.ts'] }).strategies).toEqual([
      { name: 'mine', label: 'mine', knobs: {}, module: 'file:///mine.ts' },
    ]);
  });

  test('a module that bears the name of another strategy, or a label of the file, is shown by its file', () => {
    const named = (name: string, module: string) => {
      const { strategy } = fakeRegistry['./mine.ts'];
      return { strategy: { ...strategy, name }, module: `file:///${module}` };
    };
    const registry = {
      ...fakeRegistry,
      './own/gossip.ts': named('gossip', 'own/gossip.ts'),
      './own/wide.ts': named('wide', 'own/wide.ts'),
      './one/twin.ts': named('twin', 'one/twin.ts'),
      'C:\\two\\twin.ts': named('twin', 'two/twin.ts'),
    };
    const shown = (strategies: string[]) =>
      parse(small, { strategies }, registry).strategies.map(({ label }) => label);

    expect(shown(['gossip', './own/gossip.ts'])).toEqual(['gossip', 'wide', 'gossip.ts']);
    expect(shown(['./own/wide.ts', './mine.ts'])).toEqual(['wide.ts', 'mine']);
    expect(shown(['./one/twin.ts', 'C:\\two\\twin.ts'])).toEqual(['one/twin.ts', 'two/twin.ts']);
  });

  test('its mistakes are named by their option', () => {
    const overrides = {
      nodes: 0,
      trials: 'x',
      duration: '5',
      strategies: ['gosip'],
      seed: '',
      faults: 'all' as 'none',
    };

    expect(mistakesOf(small, overrides)).toEqual([
      '--nodes: 0 is not a whole number from 1 to 10000',
      '--seed: "" is not a text of 1 to 200 characters on one line',
      '--duration: "5" has no unit: write 5s, 5ms, 5us or 5m',
      '--trials: "x" is not a whole number from 1 to 1000',
      '--faults: "all" is not none, the one thing that this option takes',
      '--strategy: no strategy "gosip"; did you mean "gossip"? (strategies: gossip, crdt, quorum, lock, ./mine.ts)',
    ]);
    expect(['0', '0s', '-1s'].flatMap((duration) => mistakesOf(small, { duration }))).toEqual([
      '--duration: "0" is not a duration longer than nothing, such as 5s, 250ms or 2m',
      '--duration: "0s" is not a duration longer than nothing, such as 5s, 250ms or 2m',
      '--duration: "-1s" is not a duration longer than nothing, such as 5s, 250ms or 2m',
    ]);
    expect(mistakesOf(small, { strategies: [] })).toEqual([
      '--strategy: names none; there are gossip, crdt, quorum, lock, ./mine.ts',
    ]);
  });

  test('too few nodes for a fault, or too many for the runtime', () => {
    expect(mistakesOf(small, { nodes: 1 })).toEqual([
      '--nodes: 1 node leaves no "america-1", which the fault in line 18 strikes (nodes: asia-1); ask for more, or --faults none',
    ]);
    expect(mistakesOf(small.replace('crash: america-1', 'crash: europe'), { nodes: 2 })).toEqual([
      '--nodes: 2 nodes leave none in "europe", which the fault in line 18 strikes; ask for more, or --faults none',
    ]);
    expect(mistakesOf(small, { nodes: 65 })).toEqual([
      '--nodes: 65 nodes are too many for the runtime threads, which hosts at most 64',
    ]);
  });
});

describe('the files that come with pacelc', () => {
  const files = readdirSync('workloads').filter((file) => file.endsWith('.yaml'));

  test.each(files)('%s is without a mistake, and its first line tells editors its schema', (file) => {
    const spec = loadSpec(`workloads/${file}`, fakeRegistry);

    expect(`${spec.name}.yaml`).toBe(file);
    expect(spec.strategies.map(({ name }) => name)).toEqual(['gossip', 'crdt', 'quorum', 'lock']);
    expect(readFileSync(`workloads/${file}`, 'utf8').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=./schema.json',
    );
  });

  test('viral-likes crashes a node in america in the middle, after the warm-up, and gets it back', () => {
    const spec = loadSpec('workloads/viral-likes.yaml', fakeRegistry);

    expect(spec.topology.regions).toEqual(['asia', 'america', 'europe']);
    expect(spec.topology.nodes).toHaveLength(5);
    const [fault] = spec.faults;
    expect(faultLabel(fault!, spec.topology)).toBe('crash of america-1');
    expect(fault!.at).toBeGreaterThan(spec.warmUp);
    expect(fault!.until).toBeLessThan(spec.duration);
  });
});

test('the example of the docs is an experiment', () => {
  const page = readFileSync('docs/workloads.md', 'utf8');
  const example = /```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(page)?.[1] ?? '';

  expect(parse(example).name).toBe('two-continents');
});

test('a file that is not there is one clear line', () => {
  expect(() => loadSpec('workloads/nowhere.yaml', fakeRegistry)).toThrow(
    'workloads/nowhere.yaml: there is no such file',
  );
  expect(() => loadSpec('workloads', fakeRegistry)).toThrow(
    'workloads: is a folder; a workload is a YAML file',
  );
});
