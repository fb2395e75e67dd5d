import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSpec, SpecError } from '../../../src/experiment/spec-file.ts';
import { faultCatalogue } from '../../../src/faults/catalogue.ts';
import { needsOf } from '../../../src/faults/fault.ts';
import { faultLabel } from '../../../src/faults/labels.ts';
import { type FaultKind, faultKinds } from '../../../src/kernel/strategy.ts';
import { seconds } from '../../../src/kernel/time.ts';
import { fakeRegistry } from '../../support/fake-registry.ts';

/** `faults` begins in line 8. */
const head = `schemaVersion: 1
name: x
summary: A test.
topology: { regions: { asia: 2, america: 2, europe: 1 }, latency: { between: { asia and america: 9ms, america and europe: 9ms, asia and europe: 9ms } } }
workload: { kind: likes }
load: { open: { rate: 100/s } }
duration: 10s
`;

function parse(sentences: readonly string[], seed = 1) {
  const faults = `faults:\n${sentences.map((sentence) => `  - ${sentence}\n`).join('')}`;
  return parseSpec(`${head}${faults}strategies: [gossip]\nseed: ${seed}\n`, 'x', fakeRegistry);
}

function labelsOf(...sentences: readonly string[]): readonly string[] {
  const { faults, topology } = parse(sentences);
  return faults.map((fault) => faultLabel(fault, topology));
}

/** The complaints, less the name of the file; the first sentence stands in line 9. */
function complaintsAbout(...sentences: readonly string[]): readonly string[] {
  try {
    parse(sentences);
    return [];
  } catch (error) {
    if (error instanceof SpecError) return error.message.replaceAll(/^x:/gm, '').split('\n');
    throw error;
  }
}

const span = 'at: 4s, for: 3s';

describe('each sentence means what people would say', () => {
  test.each([
    [`{ restart: asia-1, at: 4s }`, 'restart of asia-1'],
    [`{ restart: all, at: 4s, disk: lost }`, 'restart of all, disk lost'],
    [`{ partition: halves, ${span} }`, 'partition of asia from america and europe'],
    [`{ partition: majority-ring, ${span} }`, 'partition into a ring of majorities'],
    [`{ partition: bridge, ${span} }`, 'partition of asia from europe and america-2'],
    [`{ partition: bridge, over: europe-1, ${span} }`, 'partition of asia from america'],
    [`{ partition: asia-1, ${span} }`, 'partition of asia-1 from america, europe and asia-2'],
    [`{ partition: asia, direction: one-way, ${span} }`, 'one-way partition of asia from america and europe'],
    [`{ partition: asia and europe-1, ${span} }`, 'partition of asia from europe'],
    [`{ partition: asia to europe, ${span} }`, 'one-way partition of asia from europe'],
    [`{ slow: asia and europe, by: 10x, ${span} }`, 'slow links (10x) between asia and europe'],
    [`{ slow: asia to europe-1, by: 200ms, ${span} }`, 'slow links (+200 ms) from asia to europe-1'],
    [`{ lose: 5%, of: america, ${span} }`, 'loss of 5 % on the links of america'],
    [`{ lose: 0.5%, ${span} }`, 'loss of 0.5 % on all links'],
    [`{ duplicate: 10%, of: asia-1, ${span} }`, 'duplication of 10 % on the links of asia-1'],
    [`{ reorder: 20%, by: 50ms, ${span} }`, 'reordering of 20 % by up to 50 ms on all links'],
    [`{ skew: asia-1, by: 300ms, ${span} }`, 'clock skew of asia-1 by +300 ms'],
    [`{ skew: asia, drift: -0.1%, ${span} }`, 'clock skew of asia by -0.1 % of the time'],
    [`{ jump: asia-1, by: -2s, at: 4s }`, 'clock jump of asia-1 by −2 s'],
    [`{ slow-disk: asia-1, by: 20ms, ${span} }`, 'slow disk of asia-1 (20 ms)'],
    [`{ unsynced: all, by: 200ms, ${span} }`, 'unsynced disk of all (200 ms)'],
    [`{ join: europe-1, at: 4s }`, 'join of europe-1'],
    [`{ leave: asia-1, ${span} }`, 'leave of asia-1'],
    [`{ outage: europe, ${span} }`, 'crash of europe (outage)'],
    [`{ outage: asia, as: partition, ${span} }`, 'partition of asia from america and europe (outage)'],
  ])('%s', (sentence, label) => {
    expect(labelsOf(sentence)).toEqual([label]);
  });

  test('and composers become plain faults', () => {
    expect(labelsOf('{ rolling-restart: asia, down: 500ms, every: 2s, at: 10% }')).toEqual([
      'crash of asia-1 (rolling restart)',
      'crash of asia-2 (rolling restart)',
    ]);
    expect(labelsOf(`{ flap: asia and europe, down: 1s, up: 500ms, ${span} }`)).toEqual([
      'partition of asia from europe (flapping)',
      'partition of asia from europe (flapping)',
    ]);
    expect(labelsOf(`{ swizzle: [asia, europe-1], every: 200ms, ${span} }`)).toHaveLength(3);
  });
});

describe('random faults', () => {
  const sentence = '{ random: { crash: 30/m, lose: 50% }, every: 1s, lasting: 200ms to 1s, at: 10% }';

  test('are plain ones in the resolved experiment, so that the run can be repeated and read', () => {
    const { faults } = parse([sentence]);

    expect(JSON.parse(JSON.stringify(faults))).toEqual(faults);
    expect(faults.length).toBeGreaterThan(3);
    for (const fault of faults) {
      expect(['crash', 'loss']).toContain(fault.type);
      expect(fault.at).toBeGreaterThanOrEqual(seconds(1));
      expect(fault.until).toBeLessThanOrEqual(seconds(10));
      expect(fault.partOf).toBe('random');
    }
  });

  test('come from the seed, and from the place in the list', () => {
    expect(parse([sentence], 7).faults).toEqual(parse([sentence], 7).faults);
    expect(parse([sentence], 7).faults).not.toEqual(parse([sentence], 8).faults);
  });

  test('keep clear of the faults that the file names', () => {
    const { faults } = parse([
      '{ random: { crash: 60/m }, lasting: 500ms, at-most: 5 }',
      '{ pause: all, at: 2s }',
    ]);

    const random = faults.filter(({ partOf }) => partOf === 'random');
    expect(random.length).toBeGreaterThan(0);
    expect(Math.max(...random.map(({ until }) => until!))).toBeLessThanOrEqual(seconds(2));
  });
});

describe('mistakes', () => {
  test('name what is unknown, with what is meant or known', () => {
    const known = '(nodes: asia-1, asia-2, america-1, america-2, europe-1; regions: asia, america, europe)';
    expect(
      complaintsAbout(
        `{ slow: asia and evrope, by: 10x, ${span} }`,
        `{ lose: 5%, of: asia-3, ${span} }`,
        `{ partition: halvs, ${span} }`,
        `{ outage: asia-1, ${span} }`,
        `{ swizzle: [asia, mars], every: 1ms, ${span} }`,
        `{ partition: bridge, over: asia, ${span} }`,
        `{ random: { crush: 6/m }, lasting: 1s }`,
      ),
    ).toEqual([
      `9:13: no node or region "evrope"; did you mean "europe"? ${known}`,
      `10:21: no node or region "asia-3"; did you mean "asia-1"? ${known}`,
      `11:18: no node or region "halvs"; did you mean "halves"? ${known.replace(')', '; or halves, majority-ring, bridge)')}`,
      '12:15: no region "asia-1"; did you mean "asia"? (regions: asia, america, europe)',
      `13:23: no node or region "mars" ${known}`,
      '14:32: a bridge leads over one node, and "asia" is a region',
      '15:17: unknown key "crush"; did you mean "crash"? (known here: crash, disk-loss, restart, pause, partition, slow, lose, duplicate, reorder, skew, jump, slow-disk, unsynced, leave)',
    ]);
  });

  test('tell values that make no sense', () => {
    expect(
      complaintsAbout(
        `{ slow: all, by: 0x, ${span} }`,
        `{ slow: all, by: 10, ${span} }`,
        `{ jump: asia-1, by: 0s, ${span} }`,
        `{ skew: asia-1, drift: 80%, ${span} }`,
        `{ random: { crash: often }, lasting: 1s }`,
        `{ random: { crash: 6/m }, lasting: 2s to 1s }`,
      ),
    ).toEqual([
      '9:22: "0x" is not a factor such as 10x, or a duration such as 200ms',
      '10:22: 10 has no unit: write 10s or 10ms',
      '11:25: "0s" is not a duration other than nothing, ahead such as 300ms, or behind such as -2s',
      '12:28: "80%" is not a percentage of time up to 50%, ahead such as 1%, or behind such as -0.1%',
      '13:24: "often" is not a rate such as 6/m, or a chance such as 20%',
      '14:40: "2s to 1s" is not a duration such as 500ms, or two such as 200ms to 2s',
    ]);
  });

  test('tell what a sentence needs and lacks, or has twice', () => {
    expect(
      complaintsAbout(
        `{ skew: asia-1, ${span} }`,
        `{ skew: asia-1, by: 1s, drift: 1%, ${span} }`,
        '{ random: { crash: 20% }, lasting: 1s }',
        '{ random: { crash: 6/m }, every: 1s, lasting: 1s }',
        '{ random: {}, lasting: 1s }',
        `{ partition: halves, over: asia-1, ${span} }`,
        '{ restart: asia-1, at: 1s, for: 2s }',
      ),
    ).toEqual([
      '9:13: how far the clock is wrong is missing; give `by`, such as by: 300ms, or `drift`, such as drift: 1%',
      '10:29: `by` and `drift` both tell the skew; give one of them',
      '11:24: a chance in each window, but no window; give `every`, such as every: 1s, or a rate such as 6/m',
      '12:31: a window, but no chance such as 20% in it: rates need none',
      '13:15: nothing can happen; give at least one fault a rate',
      '14:26: only a bridge leads over a node',
      '15:32: unknown key "for" (known here: restart, at, disk)',
    ]);
  });

  test('tell composers that do not fit in their time', () => {
    expect(
      complaintsAbout(
        '{ rolling-restart: all, down: 500ms, every: 2s, at: 3s }',
        '{ rolling-restart: all, down: 2s, every: 1s, at: 0s }',
        '{ rolling-restart: { role: holder }, down: 2s, every: 2s, at: 0s }',
        '{ swizzle: all, every: 1s, at: 1s, for: 8s }',
        '{ flap: asia-1, down: 1us, up: 1us, at: 0s }',
        '{ random: { lose: 99999/s }, lasting: 1s }',
        '{ random: { crash: 1/s }, lasting: 1s, at-most: 6 }',
      ),
    ).toEqual([
      '9:49: the last of 5 nodes would be back at 11.5s, past the end of the load at 10s',
      '10:46: 1s, less than the 2s that each is down: two nodes would be down at once',
      '11:24: whoever plays a role is not known before the run; name nodes, a region or all',
      '12:28: 5 nodes, cut off and healed every 1s, take more than 8s; this swizzle lasts 8s',
      '13:13: it would go down 5000000 times; at most 10000 are allowed',
      '14:15: about 999990 faults would be drawn; at most 10000 are allowed',
      '15:53: there are 5 nodes, not 6',
    ]);
  });

  test('tell links that are none, and partitions of nobody', () => {
    expect(
      complaintsAbout(
        `{ slow: asia-1 and asia-1, by: 2x, ${span} }`,
        `{ partition: all, ${span} }`,
        `{ partition: asia and asia-1, ${span} }`,
        `{ partition: majority-ring, direction: one-way, ${span} }`,
        `{ flap: all, down: 1s, up: 1s, ${span} }`,
      ),
    ).toEqual([
      '9:13: there is no link: nothing travels from "asia-1" to itself',
      '10:18: all links at once part everybody; name a place, or two',
      '11:18: asia-1 is on both sides; each node is on one',
      '12:44: a majority-ring cuts links in both directions',
      '13:13: all links at once part everybody; name a place, or two',
    ]);
  });

  test('tell what cannot be in force at once', () => {
    expect(
      complaintsAbout(
        `{ skew: asia-1, by: 1s, ${span} }`,
        `{ skew: asia, drift: 1%, at: 5s }`,
        '{ restart: america-1, at: 2s }',
        '{ restart: america, at: 2s }',
        '{ crash: europe, at: 1s, for: 1s }',
        '{ join: europe-1, at: 3s }',
        '{ rolling-restart: asia, down: 1s, every: 2s, at: 1s }',
        '{ pause: asia, at: 0s }',
      ),
    ).toEqual([
      '10:5: asia-1 has a skewed clock already then, by the fault in line 9 (clock skew of asia-1 by +1 s from 4s to 7s)',
      '12:5: america-1 restarts at this instant already then, by the fault in line 11 (restart of america-1 at 2s)',
      '13:5: europe-1 is no member yet then, by the fault in line 14 (join of europe-1 from 3s to the end)',
      '15:5: asia-1 is already paused then, by the fault in line 16 (pause of asia from 0s to the end)',
    ]);
  });

  test('but what strikes different things composes', () => {
    expect(
      complaintsAbout(
        `{ lose: 5%, ${span} }`,
        `{ lose: 5%, of: asia, ${span} }`,
        `{ slow: asia and europe, by: 10x, ${span} }`,
        `{ partition: asia-1, ${span} }`,
        `{ partition: asia-2, ${span} }`,
        `{ pause: asia-1, ${span} }`,
        `{ skew: asia-1, by: 1s, ${span} }`,
        `{ jump: asia-1, by: 1s, ${span} }`,
        `{ slow-disk: asia-1, by: 1ms, ${span} }`,
        `{ unsynced: asia-1, by: 1ms, ${span} }`,
      ),
    ).toEqual([]);
  });
});

test('every example of the catalogue is a sentence of a file, and they show every kind of fault', () => {
  const shown = new Set(
    faultCatalogue.flatMap(({ examples }) =>
      examples.flatMap((example) => parse([example]).faults.map(needsOf)),
    ),
  );

  expect([...shown].sort()).toEqual([...faultKinds].sort());
});

test('the catalogue says what a sentence needs of a runtime', () => {
  for (const { name, needs, examples } of faultCatalogue) {
    const needed = new Set(parse([examples[0]!]).faults.map(needsOf));
    if (name !== 'random') expect([name, [...needed]]).toEqual([name, needs]);
  }
});

const page = readFileSync('docs/workloads.md', 'utf8');
const section = page.slice(page.indexOf('## Faults'), page.indexOf('\n## ', page.indexOf('## Faults') + 1));
const sentencesInDocs = [...section.matchAll(/^ {2}- (\{.*\})/gm)].map((match) => match[1]!);

test.each(sentencesInDocs)('the docs say how to write %s', (sentence) => {
  expect(complaintsAbout(sentence)).toEqual([]);
});

test('the docs name every word of the catalogue', () => {
  const words = sentencesInDocs.map((sentence) => /^\{ ([\w-]+):/.exec(sentence)![1]);

  expect(new Set(words)).toEqual(
    new Set(faultCatalogue.map(({ name }) => name).filter((name) => name !== 'disk-loss')),
  );
});

test('a fault that the runtime lacks is told where it stands, with what the runtime offers', () => {
  const text = `${head}faults:
  - { crash: asia-1, at: 1s, for: 1s }
  - { rolling-restart: all, down: 1s, every: 1s, at: 0s, disk: lost }
  - { skew: asia, by: 1s, at: 5s }
strategies: [gossip]
`;
  const parseFor = (offers: readonly FaultKind[]) =>
    parseSpec(text, 'x', fakeRegistry, {}, { runtime: 'toy', nodes: 9, offers });

  expect(() => parseFor(['crash', 'pause'])).toThrow(
    'x:10:5: this needs disk-loss, which the runtime toy cannot do (it offers crash, pause)\n' +
      'x:11:5: this needs clock-skew, which the runtime toy cannot do (it offers crash, pause)',
  );
  expect(() => parseFor([])).toThrow('which the runtime toy cannot do (it offers none)');
  expect(() => parseFor(['crash', 'disk-loss', 'clock-skew'])).not.toThrow('cannot do');
});
