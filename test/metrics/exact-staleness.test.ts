import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { CommitLog, type CommitNote, type Commits } from '../../src/history/commits.ts';
import type { History } from '../../src/history/history.ts';
import { judgeReadsExactly } from '../../src/metrics/exact-staleness.ts';
import { judgeReads } from '../../src/metrics/staleness.ts';
import { strategies } from '../../src/strategies/index.ts';
import { propertyPatience, propertyRuns } from '../support/histories.ts';
import { draw, type Told, tell } from '../support/history.ts';
import { runSeed, type SomeStrategy } from '../support/swarm.ts';

type Drafted = Omit<CommitNote, 'type' | 'key'> & { readonly at: number };

/** Notes on the key `x`; times are in milliseconds. */
function noted(notes: readonly Drafted[]): Commits {
  const log = new CommitLog();
  for (const { at, ...note } of notes) log.add(at * 1_000, { type: 'committed', key: 'x', ...note });
  return log.commits();
}

const lateReader = draw(`
  1: |- write x 1 -| |- write x 2 -------------|
  2:                   |- write x 3 ------------------|
  3:                                                     |- read x 1 -|
`);
const [, second, third] = [0, 1, 2].map((row) => lateReader.columns.completedAt[row]! / 1_000);

describe('staleness by the order of commits', () => {
  it('counts the versions that were there, where real time allows both orders', () => {
    const commits = noted([
      { at: 5, version: 1, value: 1 },
      { at: 30, version: 3, value: 2 },
      { at: 32, version: 2, value: 3 },
    ]);

    const { age, versions } = judgeReadsExactly(lateReader, commits);

    expect(versions[3]).toBe(2);
    expect(age[3]! / 1_000).toBe(lateReader.columns.invokedAt[3]! / 1_000 - 30);
  });

  it('takes a write to be there when it was acknowledged, if its note came later', () => {
    const commits = noted([
      { at: 5, version: 1, value: 1 },
      { at: third! + 1, version: 2, value: 3 },
      { at: second! + 1, version: 3, value: 2 },
    ]);

    const { age } = judgeReadsExactly(lateReader, commits);

    expect(age[3]).toBe(lateReader.columns.invokedAt[3]! - Math.min(second!, third!) * 1_000);
  });

  it('knows the order of what was committed in one version', () => {
    const history = draw(`
      1: |- write x 1 ------|
      2: |- write x 2 ------|
      3:                       |- read x 2 -|
    `);
    const notes = [
      { at: 9, version: 7, value: 2, place: 1 },
      { at: 9, version: 7, value: 1 },
    ];

    expect(judgeReadsExactly(history, noted(notes)).versions[2]).toBe(1);
    expect(judgeReadsExactly(history, noted([{ ...notes[0]!, place: 0 }, notes[1]!])).versions[2]).toBe(1);
    expect(judgeReadsExactly(history, noted([notes[0]!, { ...notes[1]!, place: 0 }])).versions[2]).toBe(0);
  });

  it('is not measured where an acknowledged write was not noted, or nobody asked for notes', () => {
    const some = noted([{ at: 5, version: 1, value: 1 }]);

    expect(judgeReadsExactly(lateReader, some).versions[3]).toBeNaN();
    expect(judgeReadsExactly(lateReader, null).versions[3]).toBeNaN();
  });

  it('is not measured where the order of commits goes against real time', () => {
    const commits = noted([
      { at: 5, version: 9, value: 1 },
      { at: 30, version: 3, value: 2 },
      { at: 32, version: 2, value: 3 },
    ]);

    expect(judgeReadsExactly(lateReader, commits).versions[3]).toBeNaN();
  });
});

const step = fc.record({
  kind: fc.constantFrom('read' as const, 'read' as const, 'write' as const),
  gap: fc.nat(3),
  before: fc.nat(6),
  after: fc.nat(6),
  fate: fc.constantFrom('ok' as const, 'ok' as const, 'ok' as const, 'info' as const),
  late: fc.constantFrom(0, 0, 0, 1, 2, 4),
});

/** A register that commits each write at a moment within its bar and notes it, and whose reads show some older commit. */
function playNoted(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]) {
  const moments: number[] = [];
  const notes: Drafted[] = [];
  const rows: Told[] = [];
  const truth = new Map<Told, { readonly versions: number; readonly age: number }>();
  let moment = 10;
  for (const { kind, gap, before, after, fate, late } of steps) {
    moment += gap;
    const times = { from: moment - before, to: moment + after };
    if (kind === 'write') {
      const value = moments.push(moment);
      notes.push({ at: moment, version: value, value });
      const completion = fate === 'ok' ? { type: fate } : { type: fate, error: 'late' };
      rows.push({ ...times, operation: { type: 'write', key: 'x', value }, completion: completion as never });
      continue;
    }
    const version = Math.max(0, moments.length - late);
    const value = version === 0 ? null : version;
    const row: Told = { ...times, operation: { type: 'read', key: 'x' }, completion: { type: 'ok', value } };
    const missed = moments.slice(version).filter((at) => at < times.from);
    const age = missed.length === 0 ? 0 : times.from - Math.min(...missed);
    truth.set(row, { versions: missed.length, age });
    rows.push(row);
  }
  rows.sort((a, b) => a.from - b.from);
  return { rows, truth, notes };
}

describe('staleness by the order of commits, and what real time proves', () => {
  it(
    'is what a register did that noted each of its commits',
    () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 24 }), (steps) => {
          const { rows, truth, notes } = playNoted(steps);

          const { age, versions } = judgeReadsExactly(tell(rows), noted(notes));

          if (notes.length === 0) return;
          rows.forEach((row, i) => {
            const told = truth.get(row);
            if (told !== undefined) expect([age[i]! / 1_000, versions[i]]).toEqual([told.age, told.versions]);
          });
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it(
    'is never exceeded by it, whatever was noted',
    () => {
      const spoilt = fc.record({ at: fc.nat(80), version: fc.nat(8), kept: fc.integer({ max: 9, min: 0 }) });
      let measured = 0;
      fc.assert(
        fc.property(
          fc.array(step, { maxLength: 16 }),
          fc.array(spoilt, { minLength: 16, maxLength: 16 }),
          (steps, spoils) => {
            const { rows, notes } = playNoted(steps);
            const changed = notes.flatMap((note, i) => {
              const { at, version, kept } = spoils[i]!;
              if (kept === 0) return [];
              return kept === 1 ? [{ ...note, version }] : [kept === 2 ? { ...note, at } : note];
            });

            measured += countCompared(tell(rows), noted(changed));
          },
        ),
        { numRuns: propertyRuns },
      );
      expect(measured).toBeGreaterThan(0);
    },
    propertyPatience,
  );
});

/** Compares what real time proves with what commits say, read for read; says of how many reads commits say anything. */
function countCompared(history: History, commits: Commits | null): number {
  const proven = judgeReads(history);
  const exact = judgeReadsExactly(history, commits);
  let compared = 0;
  for (let row = 0; row < history.length; row += 1) {
    if (Number.isNaN(exact.versions[row]!)) continue;
    compared += 1;
    expect(proven.age[row]).toBeLessThanOrEqual(exact.age[row]!);
    expect(proven.versions[row]).toBeLessThanOrEqual(exact.versions[row]!);
  }
  return compared;
}

describe('what strategies note of their commits', () => {
  const seeds = Array.from({ length: 8 }, (_, i) => i + 1);
  const run = async (name: string, seed: number) => {
    const { strategy } = (await import(strategies[name]!.module)) as { readonly strategy: SomeStrategy };
    return runSeed({ strategy, seed, kinds: ['read', 'write', 'cas'], profile: 'crash' });
  };

  test.each(['gossip', 'crdt', 'quorum', 'lock'])(
    'tells the staleness of reads through crashes, and real time proves no more: %s',
    async (name) => {
      let compared = 0;
      let reads = 0;
      for (const seed of seeds) {
        const { history, record } = await run(name, seed);
        compared += countCompared(history, record.commits);
        reads += judgeReads(history).versions.filter((versions) => !Number.isNaN(versions)).length;
      }

      expect(compared).toBeGreaterThan(reads * 0.9);
    },
    60_000,
  );

  test.each(['quorum', 'lock'])(
    'shows no read of a linearizable store that was stale: %s',
    async (name) => {
      for (const seed of seeds) {
        const { history, record } = await run(name, seed);

        const { versions } = judgeReadsExactly(history, record.commits);

        expect(versions.filter((missed) => missed > 0)).toEqual(new Float64Array());
      }
    },
    60_000,
  );
});
