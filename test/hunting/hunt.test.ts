import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hunt, shrinkAll } from '../../src/hunting/hunt.ts';
import { registryOf, show } from '../../src/hunting/jobs/show.ts';
import type { HuntOrder } from '../../src/hunting/protocol.ts';
import { stayedUnknown, tallyOf } from '../../src/hunting/tally.ts';
import { strategies } from '../../src/strategies/index.ts';

const word = 'test/support/local-register.ts';
const order: HuntOrder = {
  wanted: { trouble: 'calm', kinds: ['read', 'write'] },
  modules: { [word]: new URL('../support/local-register.ts', import.meta.url).href },
};
const seeds = ['1', '2', '3', '4', '5', '6'];

describe('a hunt', () => {
  test('finds the same whatever the number of threads, in the order of strategies and seeds', async () => {
    const words = ['gossip', word];

    const one = await hunt({ order, words, seeds, workers: 1 });
    const two = await hunt({ order, words, seeds, workers: 2 });

    expect(two).toEqual(one);
    expect(one.map((report) => [report.word, report.seed])).toEqual(
      words.flatMap((each) => seeds.map((seed) => [each, seed])),
    );
  });

  test('finds out a strategy that tells nobody, and tells how often', async () => {
    const progress: number[] = [];

    const reports = await hunt({
      order,
      words: [word],
      seeds,
      workers: 2,
      onProgress: ({ runs, of }) => progress.push(runs / of),
    });

    const row = tallyOf(reports).find(({ subject }) => subject === 'linearizable');
    expect(row?.claimed).toBe(true);
    expect(row?.broken.length).toBeGreaterThan(0);
    expect(row?.sentence).toMatch(/register/);
    expect(progress.at(-1)).toBe(1);
  });

  test('judges only what is promised where that is asked for, and comes to the same verdicts on it', async () => {
    const words = ['gossip', 'lock'];

    const all = await hunt({ order, words, seeds, workers: 2 });
    const claimed = await hunt({ order: { ...order, claimedOnly: true }, words, seeds, workers: 2 });

    const promised = (reports: typeof all) =>
      reports.map(({ findings }) => findings.filter((finding) => finding.claimed));
    expect(promised(claimed)).toEqual(promised(all));
    expect(claimed[0]!.findings.length).toBeLessThan(all[0]!.findings.length);
  });

  test('ends early when it is told to', async () => {
    const reports = await hunt({ order, words: ['gossip'], seeds, workers: 1, signal: AbortSignal.abort() });

    expect(reports).toEqual([]);
  });
});

describe('a find that is made smaller', () => {
  test('breaks the same promise, on any thread alike', async () => {
    const task = { order, word, seed: '1', subject: 'linearizable', budget: 60 } as const;

    const [first, second] = await shrinkAll({ tasks: [task, task], workers: 2 });

    const again = await show(first!.after, await registryOf(order), order);
    expect(second?.after).toEqual(first?.after);
    expect(again.findings).toContainEqual(first?.finding);
    expect(first?.finding).toMatchObject({ subject: 'linearizable', claimed: true, verdict: 'violated' });
  });
});

describe('the tally', () => {
  const finding = { subject: 'causal', claimed: true, sentence: 'why' } as const;
  const report = { word: 'gossip', trouble: 'calm', operations: 1, events: 1 } as const;

  test('counts what held, broke and stayed undecided, and keeps what is promised apart from what is not', () => {
    const rows = tallyOf([
      { ...report, seed: '1', findings: [{ ...finding, verdict: 'holds' }] },
      { ...report, seed: '2', findings: [{ ...finding, verdict: 'violated' }] },
      { ...report, seed: '3', findings: [{ ...finding, verdict: 'unknown' }] },
      { ...report, seed: '4', findings: [{ ...finding, claimed: false, verdict: 'violated' }] },
    ]);

    expect(rows).toMatchObject([
      { subject: 'causal', claimed: true, held: 1, broken: ['2'], undecided: 1 },
      { subject: 'causal', claimed: false, held: 0, broken: ['4'], undecided: 0 },
    ]);
  });

  test('says that something stayed unknown only where no seed decided it', () => {
    const unknown = { ...report, seed: '3', findings: [{ ...finding, verdict: 'unknown' as const }] };
    const held = { ...report, seed: '4', findings: [{ ...finding, verdict: 'holds' as const }] };

    expect(tallyOf([unknown]).map(stayedUnknown)).toEqual([true]);
    expect(tallyOf([unknown, held]).map(stayedUnknown)).toEqual([false]);
  });
});

test('a strategy of the registry needs no module in the order', async () => {
  const registry = await registryOf({ modules: {} });

  expect(Object.keys(registry)).toEqual(Object.keys(strategies));
  expect(fileURLToPath(registry.gossip!.module)).toMatch(/gossip/);
});
