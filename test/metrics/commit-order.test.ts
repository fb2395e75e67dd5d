import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureAtomicity } from '../../src/metrics/atomicity.ts';
import { judgeReads } from '../../src/metrics/staleness.ts';
import { propertyPatience, propertyRuns } from '../support/histories.ts';
import { type Told, tell } from '../support/history.ts';

const step = fc.record({
  kind: fc.constantFrom('read' as const, 'read' as const, 'write' as const),
  /** When it takes effect after the step before, and how long its bar is to either side, in milliseconds. */
  gap: fc.nat(3),
  before: fc.nat(6),
  after: fc.nat(6),
  fate: fc.constantFrom('ok' as const, 'ok' as const, 'ok' as const, 'info' as const),
  /** How many of the newest commits a read does not see. */
  late: fc.constantFrom(0, 0, 0, 1, 2, 4),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What the order of commits says of a read: how many later ones it should have seen, and since when. */
interface Exact {
  readonly versions: number;
  readonly age: number;
}

/** A register that commits each write at a moment within its bar, and whose reads show some older commit. */
function playWithCommits(steps: readonly Step[]) {
  const commits: number[] = [];
  const rows: Told[] = [];
  const exact = new Map<Told, Exact>();
  let moment = 10;
  for (const { kind, gap, before, after, fate, late } of steps) {
    moment += gap;
    const times = { from: moment - before, to: moment + after };
    if (kind === 'write') {
      commits.push(moment);
      const completion =
        fate === 'ok' ? ({ type: 'ok' } as const) : ({ type: 'info', error: 'late' } as const);
      rows.push({ ...times, operation: { type: 'write', key: 'x', value: commits.length }, completion });
      continue;
    }
    const version = Math.max(0, commits.length - late);
    const value = version === 0 ? null : version;
    const row: Told = { ...times, operation: { type: 'read', key: 'x' }, completion: { type: 'ok', value } };
    const missed = commits.slice(version).filter((at) => at < times.from);
    exact.set(row, { versions: missed.length, age: missed.length === 0 ? 0 : times.from - missed[0]! });
    rows.push(row);
  }
  return { rows, exact };
}

describe('staleness from outside', () => {
  it(
    'never exceeds what the order of commits says',
    () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 24 }), (steps) => {
          const { rows, exact } = playWithCommits(steps);
          const ordered = [...rows].sort((a, b) => a.from - b.from);

          const { age, versions, unseen } = judgeReads(tell(ordered));

          ordered.forEach((row, i) => {
            const truth = exact.get(row);
            if (truth === undefined) return;
            expect(age[i]! / 1_000).toBeLessThanOrEqual(truth.age);
            expect(versions[i]).toBeLessThanOrEqual(truth.versions);
            if (unseen[i] === 1) expect(truth.versions).toBeGreaterThan(0);
          });
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it(
    'is what the order of commits says where commits are instants and nothing overlaps',
    () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 24 }), (steps) => {
          const apart = steps.map((one) => ({
            ...one,
            gap: one.gap + 1,
            before: 0,
            after: 0,
            fate: 'ok' as const,
          }));
          const { rows, exact } = playWithCommits(apart);

          const { age, versions } = judgeReads(tell(rows));

          rows.forEach((row, i) => {
            const truth = exact.get(row);
            if (truth !== undefined)
              expect([age[i]! / 1_000, versions[i]]).toEqual([truth.age, truth.versions]);
          });
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});

describe('the least shift of reads', () => {
  it(
    'never exceeds the greatest age that the order of commits says',
    () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 24 }), (steps) => {
          const { rows, exact } = playWithCommits(steps);

          const worst = Math.max(0, ...[...exact.values()].map(({ age }) => age));

          expect((measureAtomicity(tell(rows)).delta?.whole ?? 0) / 1_000).toBeLessThanOrEqual(worst);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});
