import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSpec, SpecError } from '../../src/experiment/spec-file.ts';
import { fakeRegistry } from '../support/fake-registry.ts';

/** One text per section, in this order, so that a test replaces the section that it is about. */
const sound = {
  head: 'schemaVersion: 1\nname: x\nsummary: A test.',
  topology:
    'topology:\n  regions: { asia: 2, europe: 2 }\n  latency: { between: { asia and europe: 100ms } }',
  workload: 'workload: { kind: likes }',
  load: 'load: { open: { rate: 100/s } }',
  rest: 'duration: 10s',
  faults: '',
  strategies: 'strategies: [gossip]',
};

function textWith(sections: Partial<typeof sound>): string {
  return Object.values({ ...sound, ...sections })
    .filter((section) => section !== '')
    .join('\n');
}

/** The complaints, less the name of the file. */
function complaints(text: string): string {
  try {
    parseSpec(text, 'x', fakeRegistry);
    return '';
  } catch (error) {
    if (error instanceof SpecError) return error.message.replaceAll(/^x:/gm, '');
    throw error;
  }
}

function expectComplaints(sections: Partial<typeof sound>, lines: readonly string[]): void {
  expect(complaints(textWith(sections))).toBe(lines.join('\n'));
}

test('the sound text has no mistake', () => {
  expectComplaints({}, []);
});

test('unknown keys suggest the nearest known one, and what was only misspelt is not also missing', () => {
  const known =
    'schemaVersion, name, summary, seed, trials, topology, workload, load, duration, warm-up, settle, clients, faults, strategies, expect';
  expectComplaints({ head: 'schemaVersion: 1\nnmae: x\nsummary: A test.\ncolour: red' }, [
    `2:1: unknown key "nmae"; did you mean "name"? (known here: ${known})`,
    `4:1: unknown key "colour" (known here: ${known})`,
  ]);
});

test('missing sections are told all at once', () => {
  expect(complaints('schemaVersion: 1').split('\n')).toEqual([
    '1:1: "name" is missing: a name: a letter, then up to 49 letters, digits, hyphens or underscores',
    '1:1: "summary" is missing: a text of 1 to 300 characters on one line',
    '1:1: "topology" is missing: a map with regions, or one of lan-3, lan-5, one-region-3-zones, world-3x1, world-3x3, world-3x5, world-5x5',
    '1:1: "load" is missing: a load: { open: … } or { closed: … }',
    '1:1: "workload" is missing: a map with its `kind` and parameters (kinds: likes, registers, bank, mixed)',
    '1:1: "strategies" is missing: a list of strategies',
  ]);
});

test('keys given twice', () => {
  expectComplaints({ rest: 'duration: 10s\ntrials: 2\nduration: 11s' }, [
    '11:1: the key "duration" is given twice; each key is given once',
  ]);
});

test('another version of the format', () => {
  expectComplaints({ head: 'schemaVersion: 2\nname: x\nsummary: A test.' }, [
    '1:16: 2 is not a version that this pacelc reads: 1',
  ]);
});

test('numbers out of range, of the wrong type or without their unit', () => {
  expectComplaints({ rest: 'duration: 10\ntrials: 0\nsettle: 5 parsecs\nwarm-up: many\nseed: [1]' }, [
    '9:11: 10 has no unit: write 10s, 10ms, 10us or 10m',
    '10:9: 0 is not a whole number from 1 to 1000',
    '11:9: "5 parsecs" is not a duration longer than nothing, such as 5s, 250ms, 100us or 2m',
    '12:10: "many" is not a duration such as 4s, or a part of the load such as 40%',
    '13:7: [1] is not a number or a text',
  ]);
});

test('a key without a value', () => {
  expectComplaints({ faults: 'faults:' }, ['10:1: nothing is not a list of faults']);
});

test('topologies that cannot be', () => {
  const topology = `topology:
  regions: { asia: 0, europe: { dublin: { c: x }, "no way": 1 }, asia-1: 2 }
  latency: { jiter: 3%, within-zone: 5, between: { asia-europe: 100ms } }`;
  expectComplaints({ topology }, [
    '5:20: 0 is not a whole number from 1 to 10000',
    '5:46: "x" is not a whole number from 1 to 10000',
    '5:51: "no way" is not a name: a letter, then up to 49 letters, digits, hyphens or underscores',
    '6:14: unknown key "jiter"; did you mean "jitter"? (known here: within-cluster, within-zone, within-region, clients, jitter, between)',
    '6:38: 5 has no unit: write 5s, 5ms, 5us or 5m',
    '6:52: "asia-europe" is not a pair of regions: "asia and europe", or "asia to europe" for one direction',
  ]);
});

test('links between regions that are unknown, doubled, missing or to themselves', () => {
  const topology = `topology:
  regions: { asia: 1, europe: 1, africa: 1 }
  latency:
    between:
      asia and eurpe: 5ms
      asia and asia: 5ms
      europe and africa: 5ms
      africa and europe: 6ms`;
  expectComplaints({ topology }, [
    '8:7: no region "eurpe"; did you mean "europe"? (regions: asia, europe, africa)',
    '9:7: "asia" twice: delays inside a region are given by within-region',
    '11:7: the same pair as "europe and africa"; each pair is given once',
  ]);
  expectComplaints(
    {
      topology:
        'topology:\n  regions: { asia: 1, europe: 1, africa: 1 }\n  latency: { between: { asia and europe: 1ms, africa to asia: 2ms } }',
    },
    ['6:23: no delay for asia to africa, africa and europe; every pair of regions has one'],
  );
});

test('regions without nodes, or with the name of a node', () => {
  const topology = 'topology: { regions: { asia: { tokyo: {} }, asia-1: 2 } }';
  expectComplaints({ topology }, [
    '4:30: region "asia" has no nodes; it has at least one',
    '4:45: "asia-1" would also be the name of a node',
  ]);
});

test('delays whose parts do not fit', () => {
  const latency =
    'within-zone: { uniform: { minimum: 2ms, maximum: 1ms } }, clients: { exponential: { minimum: 2ms, mean: 2ms } }';
  expectComplaints({ topology: `topology: { regions: { asia: 3 }, latency: { ${latency} } }` }, [
    '4:95: the maximum is below the minimum',
    '4:150: the mean is above the minimum, or there is no tail',
  ]);
});

test('more nodes than the runtime hosts', () => {
  expectComplaints({ topology: 'topology: { regions: { asia: 65 } }' }, [
    '4:22: 65 nodes are too many for the runtime threads, which hosts at most 64',
  ]);
});

test('a topology, a workload or a strategy that does not exist', () => {
  expectComplaints(
    { topology: 'topology: lan-4', workload: 'workload: { kind: like }', strategies: 'strategies: [gosip]' },
    [
      '4:11: "lan-4" is not one of lan-3, lan-5, one-region-3-zones, world-3x1, world-3x3, world-3x5, world-5x5',
      '5:19: no workload of kind "like"; did you mean "likes"? (kinds: likes, registers, bank, mixed)',
      '8:14: no strategy "gosip"; did you mean "gossip"? (strategies: gossip, crdt, quorum, lock, ./mine.ts)',
    ],
  );
});

test('parameters of a workload', () => {
  expectComplaints({ workload: 'workload: { kind: likes, hots: 20%, tweets: 0, likes: 120% }' }, [
    '7:26: unknown key "hots"; did you mean "hot"? (known here: tweets, hot, likes, skew)',
    '7:45: 0 is not a whole number from 1 to 1000000',
    '7:55: "120%" is not a percentage from 0% to 100%, such as 40%',
  ]);
  expectComplaints({ workload: 'workload: { kind: registers, writes: 60%, cas: 50% }' }, [
    '7:48: `writes` and `cas` together are more than 100%',
  ]);
  expectComplaints({ workload: 'workload: likes' }, [
    '7:11: "likes" is not a workload: a map with its `kind` and parameters (kinds: likes, registers, bank, mixed)',
  ]);
});

test('rates that are no rates', () => {
  const load = `load:
  open:
    rate:
      - { hold: 0/s, for: 3s }
      - { form: 60/s, to: 600/s, for: 4 }
      - { hold: 60 }
      - { from: 0/s, to: 0/s, for: 1s }`;
  expectComplaints({ load, rest: '' }, [
    '11:17: "0/s" is not a rate above zero, such as 200/s',
    '12:11: unknown key "form"; did you mean "from"? (known here: from, to, for)',
    '12:39: 4 has no unit: write 4s, 4ms, 4us or 4m',
    '13:9: "for" is missing: a duration longer than nothing, such as 5s, 250ms, 100us or 2m',
    '13:17: 60 has no unit: write 60/s or 60/m',
  ]);
  expectComplaints({ load: load.replace(/ +- \{ (hold|form).*\n/g, ''), rest: '' }, [
    '11:9: a ramp from 0/s to 0/s asks nothing; one of its ends is above zero',
  ]);
});

test('loads of neither kind, of both, or without an end', () => {
  const neither = '8:7: {} is not a load: { open: … } or { closed: … }';
  expectComplaints({ load: 'load: {}' }, [neither]);
  expectComplaints({ load: 'load: { open: { rate: 5/s }, closed: { clients-per-region: 2 } }' }, [
    '8:7: {"open":{"rate":"5/s"},"closed":{"clients-per-region":2}} is not a load: { open: … } or { closed: … }',
  ]);
  expectComplaints({ rest: '' }, [
    '8:7: nothing tells how long the load lasts: give `duration`, such as duration: 10s',
  ]);
});

test('a duration that differs from the steps of the rate', () => {
  expectComplaints({ load: 'load: { open: { rate: [{ hold: 5/s, for: 9s }] } }' }, [
    '9:11: 10s, but the steps of the rate last 9s together; leave `duration` out, or make them equal',
  ]);
});

test('shares that do not sum, or of unknown regions', () => {
  expectComplaints({ load: 'load: { open: { rate: 5/s, shares: { asia: 50%, europ: 40% } } }' }, [
    '8:28: the shares sum to 90%; together they are 100%',
    '8:49: no region "europ"; did you mean "europe"? (regions: asia, europe)',
  ]);
  expectComplaints({ load: 'load: { open: { rate: 5/s, shares: { asia: 33.3%, europe: 66.7% } } }' }, []);
});

test('a warm-up that leaves nothing to measure', () => {
  expectComplaints({ rest: 'duration: 10s\nwarm-up: 100%' }, [
    "10:10: 10s leave nothing of the load's 10s to measure",
  ]);
});

test('clients', () => {
  expectComplaints({ rest: 'duration: 10s\nclients: { failover: nearst, deadline: 0s }' }, [
    '10:22: "nearst" is not one of nearest, sticky, round-robin',
    '10:40: "0s" is not a duration longer than nothing, such as 5s, 250ms, 100us or 2m',
  ]);
});

test('faults that are no faults', () => {
  const shape =
    'is not a fault: what happens (one of crash, restart, pause, join, leave, partition, slow, lose, duplicate, reorder, skew, jump, slow-disk, unsynced, rolling-restart, outage, flap, swizzle, random), `at` when, and `for` how long, such as { crash: asia-1, at: 4s, for: 3s }';
  const faults = `faults:
  - { crash: asia-1, att: 4s }
  - { crsh: asia-1, at: 4s }
  - 5
  - { crash: 5, at: 4s }
  - { pause: asia-1, at: 4s, disk: lost }
  - { partition: 7, at: 10% }
  - { crash: { rgion: asia }, at: 4s }`;
  expectComplaints({ faults }, [
    '11:22: unknown key "att"; did you mean "at"? (known here: crash, at, for, until, disk)',
    '12:7: unknown key "crsh"; did you mean "crash"? (known here: crash, at, for, until, disk)',
    `13:5: 5 ${shape}`,
    '14:14: 5 is not the name of a node or a region, all, { region: … } or { role: … }',
    '15:30: unknown key "disk" (known here: pause, at, for, until)',
    '16:18: 7 is not one of halves, majority-ring, bridge, a place such as asia-1, two such as asia and europe, or a list of sides',
    '17:16: unknown key "rgion"; did you mean "region"? (known here: region)',
  ]);
});

test('faults of unknown nodes and at impossible times', () => {
  const faults = `faults:
  - { crash: asia-9, at: 5s, for: 30s }
  - { pause: asia-1, at: 6s, until: 5s }
  - { pause: { region: africa }, at: 11s, until: 12s }
  - { crash: asia-2, at: 1s, for: 1s, until: 3s }`;
  expectComplaints({ faults }, [
    '11:14: no node or region "asia-9"; did you mean "asia-1"? (nodes: asia-1, asia-2, europe-1, europe-2; regions: asia, europe)',
    '11:35: ends at 35s, past the end of the load at 10s; leave `for` out to let it last to the end',
    '12:37: ends at 5s, not after its start at 6s',
    '13:24: no region "africa" (regions: asia, europe)',
    '13:38: starts at 11s, past the end of the load at 10s',
    '14:39: `for` and `until` both tell the end; give one of them',
  ]);
});

test('faults that strike what another has struck already', () => {
  const faults = `faults:
  - { crash: asia-1, at: 4s, for: 3s }
  - { pause: asia, at: 6s, until: 9s }
  - { partition: [[asia]], at: 1s, for: 50% }
  - { partition: [[asia-1], [europe-2]], at: 2s, for: 1s }`;
  expectComplaints({ faults }, [
    '12:5: asia-1 is already crashed then, by the fault in line 11 (crash of asia-1 from 4s to 7s)',
    '14:5: the link from asia-1 to europe-2 is already cut then, by the fault in line 13 (partition of asia from europe from 1s to 6s)',
  ]);
});

test('partitions with a node on two sides, with nobody cut off, or one-way between three', () => {
  const faults = `faults:
  - { partition: [[asia, asia-1], [europe]], at: 1s, for: 1s }
  - { partition: [[asia, europe]], at: 3s, for: 1s }
  - { partition: [[asia-1], [asia-2], [europe]], at: 5s, for: 1s, direction: one-way }`;
  expectComplaints({ faults }, [
    '11:26: asia-1 is on a side already; each node is on one',
    '12:18: this side has every node, so nobody is cut off; leave some out, or give two sides',
    '13:78: one-way goes from one side to another, but there are 3',
  ]);
});

test('knobs that are unknown or out of bounds, and labels used twice', () => {
  const strategies = `strategies:
  - gossip
  - { name: gossip, fan-oot: 3 }
  - { name: gossip, label: a, fan-out: 0, anti-entropy: 5, repair: 1, clock: sun, load: 2 }
  - { name: gossip, label: b, anti-entropy: 5us }
  - { label: c }
  - { name: quorum, label: "" }`;
  expectComplaints({ strategies }, [
    '12:5: "gossip" is in line 11 already; give each a `label` of its own',
    '12:21: gossip has no knob "fan-oot"; did you mean "fan-out"? (known here: label, fan-out, anti-entropy, repair, clock, load)',
    '13:40: 0 is not a whole number from 1 to 9',
    '13:57: 5 has no unit: write 5s, 5ms, 5us or 5m',
    '13:68: 1 is not true or false',
    '13:78: "sun" is not one of hybrid, wall',
    '13:89: 2 is not a number of at most 1',
    '14:45: "5us" is not a duration of at least 1ms, such as 50ms',
    '15:5: "name" is missing: the name of a strategy',
    '16:28: "" is not a text of 1 to 40 characters on one line',
  ]);
});

test('text that is not YAML is told by its place', () => {
  expect(complaints('')).toBe('1:1: the file is empty; docs/workloads.md has the format');
  expect(complaints('- 3')).toBe('1:1: the file is not a map of fields; docs/workloads.md has the format');
  expect(complaints('a: b: c\n\tx: 3').split('\n')).toEqual([
    '1:4: not YAML: Nested mappings are not allowed in compact mappings',
    '2:1: not YAML: Tabs are not allowed as indentation',
  ]);
});

test('a mistake behind an alias is told where the alias points', () => {
  const faults = 'faults:\n  - &first { crash: asia-9, at: 1s, for: 1s }\n  - *first';
  expectComplaints({ faults }, [
    '11:21: no node or region "asia-9"; did you mean "asia-1"? (nodes: asia-1, asia-2, europe-1, europe-2; regions: asia, europe)',
  ]);
});

test('no text makes the parser fail in another way than by telling mistakes', () => {
  const lines = Object.values(sound).join('\n').split('\n');
  const junk = fc.oneof(
    fc.string(),
    fc.constantFrom('null', '[]', '{}', '- a', '5', '~', '*a', '&a b', '__proto__: 1', '? x', '!!set'),
  );
  const edited = fc.array(fc.tuple(fc.nat(lines.length - 1), fc.boolean(), junk), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(edited, (edits) => {
      const copy = [...lines];
      for (const [line, whole, text] of edits) {
        const kept = copy[line]!.slice(0, Math.max(0, copy[line]!.lastIndexOf(':') + 1));
        copy[line] = whole ? text : `${kept} ${text}`;
      }

      expect(() => complaints(copy.join('\n'))).not.toThrow();
    }),
    { numRuns: 1_000 },
  );
});

test('expectations of unknown guarantees, of other words than verdicts, and of none at all', () => {
  expectComplaints({ rest: 'duration: 10s\nexpect: { linearisable: violated, causal: broken }' }, [
    '10:11: unknown key "linearisable"; did you mean "linearizable"? (known here: linearizable, sequential, causal, read-your-writes, monotonic-reads, monotonic-writes, writes-follow-reads, convergent, no-lost-adds, no-lost-writes, atomic-transfers, never-below-floor, never-oversold)',
    '10:43: "broken" is not one of holds, violated, unknown',
  ]);
  expectComplaints({ rest: 'duration: 10s\nexpect: violated' }, ['10:9: "violated" is not a map']);
});

test('a mixture without keys, or with an account that is alone', () => {
  expectComplaints({ workload: 'workload: { kind: mixed }' }, [
    '7:11: there is no key: give at least one of registers, counters, cas, stock, accounts, anything',
  ]);
  expectComplaints({ workload: 'workload: { kind: mixed, accounts: 1 }' }, [
    '7:36: 1 account has nobody to give to: none, or at least 2',
  ]);
});
