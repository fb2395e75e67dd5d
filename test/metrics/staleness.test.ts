import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { History } from '../../src/history/history.ts';
import { judgeReads } from '../../src/metrics/staleness.ts';
import { propertyPatience, propertyRuns } from '../support/histories.ts';
import { draw, type Told, tell } from '../support/history.ts';

/** For each read of the load, in the order of the history: age in ms, versions, increments; null where not judged. */
function judged(history: History): (readonly (number | null)[])[] {
  const { age, versions, increments } = judgeReads(history);
  const orNull = (value: number) => (Number.isNaN(value) ? null : value);
  return Array.from({ length: history.length }, (_, row) => row)
    .filter((row) => history.columns.kind[row] === 0 && (history.columns.phase[row] ?? 0) < 4)
    .map((row) => [orNull(age[row]! / 1_000), orNull(versions[row]!), orNull(increments[row]!)]);
}

describe('the staleness of a register', () => {
  it('counts from the completion of the first write that the read missed', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 -|   |- write x 3 -|
      2:                                                      |- read x 1 -|
    `);

    expect(judged(history)).toEqual([[23, 2, null]]);
  });

  it('is nothing where the newest write was read', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 -|
      2:                                  |- read x 2 -|
    `);

    expect(judged(history)).toEqual([[0, 0, null]]);
  });

  it('never blames a read for a write that is still under way when it begins', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 -------|
      2:                               |- read x 1 -|
    `);

    expect(judged(history)).toEqual([[0, 0, null]]);
  });

  it('never blames a read for a write that overlaps the one it saw, for either may be the newer', () => {
    const history = draw(`
      1: |--- write x 1 -----|
      2:           |- write x 2 -|
      3:                            |- read x 1 -|
    `);

    expect(judged(history)).toEqual([[0, 0, null]]);
  });

  it('takes equal times for overlapping', () => {
    const history = tell([
      { from: 0, to: 1, operation: { type: 'write', key: 'x', value: 1 } },
      { from: 1, to: 2, operation: { type: 'write', key: 'x', value: 2 } },
      { from: 3, to: 4, operation: { type: 'read', key: 'x' }, completion: { type: 'ok', value: 1 } },
    ]);

    expect(judged(history)).toEqual([[0, 0, null]]);
  });

  it('counts from before all time for a read of nothing', () => {
    const history = draw(`
      1: |- write x 1 -|
      2:                  |- read x -|
    `);

    expect(judged(history)).toEqual([[3, 1, null]]);
  });

  it('takes an unanswered write that was read for over when its first reader was', () => {
    const history = draw(`
      1: |- write x 1 ?
      2:                 |- read x 1 -|
      3:                                 |- write x 2 -|
      4:                                                  |- read x 1 -|
    `);

    expect(judged(history)).toEqual([
      [0, 0, null],
      [3, 1, null],
    ]);
  });

  it('does not ask for an unanswered write that nobody saw', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 ?
      2:                                   |- read x 1 -|
    `);

    expect(judged(history)).toEqual([[0, 0, null]]);
  });

  it('does not ask for a write that was lost before anybody saw it', () => {
    const history = draw(`
      1:       |- write x 1 -| |- write x 2 -|
      2:                                       |- read x 1 -|
      final 3:                                                |- read x 1 -|
    `);

    expect(judged(history)).toEqual([[0, 0, null]]);
  });

  it('asks for a write that was seen once, though it is gone in the end', () => {
    const history = draw(`
      1:       |- write x 1 -| |- write x 2 -|
      2:                                       |- read x 2 -| |- read x 1 -|
      final 3:                                                              |- read x 1 -|
    `);

    expect(judged(history)).toEqual([
      [0, 0, null],
      [17, 1, null],
    ]);
  });

  it('is not judged where a value was written twice', () => {
    const history = draw(`
      1: |- write x 1 -| |- write x 2 -| |- write x 1 -|
      2:                                                  |- read x 2 -|
    `);

    expect(judged(history)).toEqual([[null, null, null]]);
  });

  it('tells a number from a word and from the position of a word', () => {
    const history = draw(`
      1: |- write x one -| |- write x 0 -|
      2:                                    |- read x one -| |- read x 0 -|
    `);

    expect(judged(history)).toEqual([
      [3, 1, null],
      [0, 0, null],
    ]);
  });

  it('counts a successful cas as a write, and a refused one as none', () => {
    const history = draw(`
      1: |- write x 1 -| |- cas x 1 2 -| |- cas x 1 3 --/
      2:                                                   |- read x 2 -| |- read x 1 -|
    `);

    expect(judged(history)).toEqual([
      [0, 0, null],
      [35, 1, null],
    ]);
  });

  it('judges reads of the load alone, but takes the initial write for evidence', () => {
    const history = draw(`
      setup 1: |- write x 7 -|
      2:                         |- read x -|
      final 3:                                |- read x 7 -| |- read x -|
    `);

    expect(judged(history)).toEqual([[4, 1, null]]);
  });

  it(
    'agrees with the definition on random histories',
    () => {
      fc.assert(
        fc.property(fc.array(told('register'), { maxLength: 14 }), (rows) => {
          const history = tell(withUniqueValues(rows));

          expect(judged(history).map(([age, versions]) => [age, versions])).toEqual(byDefinition(history));
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});

describe('the staleness of a counter', () => {
  it('is what was acknowledged before and a later read proves to be there', () => {
    const history = draw(`
      1: |- add x 1 -| |- add x 1 -|  |- add x 1 -|
      2:                                                |- read x 1 -|  |- read x 3 -|
    `);

    expect(judged(history)).toEqual([
      [21, null, 2],
      [0, null, 0],
    ]);
  });

  it('counts from the newest adds that make up what is missing, so that no age is exaggerated', () => {
    const history = draw(`
      1: |- add x 1 -| |- add x 1 -|  |- add x 1 -|
      2:                                                |- read x 2 -|  |- read x 3 -|
    `);

    expect(judged(history)[0]).toEqual([6, null, 1]);
  });

  it('is nothing where what is missing never shows: it is lost', () => {
    const history = draw(`
      1:       |- add x 1 -| |- add x 1 -|
      2:                                     |- read x 1 -|
      final 3:                                              |- read x 1 -|
    `);

    expect(judged(history)).toEqual([[0, null, 0]]);
  });

  it('leaves out of the missing what is lost in the end', () => {
    const history = draw(`
      1:       |- add x 1 -| |- add x 1 -| |- add x 1 -|
      2:                                                   |- read x 1 -|
      final 3:                                                           |- read x 2 -|
    `);

    expect(judged(history)).toEqual([[4, null, 1]]);
  });

  it('does not take a later add for a missing one', () => {
    const history = draw(`
      1:       |- add x 1 -| |- add x 1 -|                 |- add x 1 -|
      2:                                     |- read x 1 -|
      final 3:                                                           |- read x 2 -|
    `);

    expect(judged(history)).toEqual([[0, null, 0]]);
  });

  it('does not ask for an add that is still under way or whose fate is unknown', () => {
    const history = draw(`
      1:       |- add x 1 -| |- add x 1 ----------|
      2:       |- add x 1 ?                  |- read x 1 -|
      final 3:                                               |- read x 3 -|
    `);

    expect(judged(history)).toEqual([[0, null, 0]]);
  });

  it('counts the initial value in', () => {
    const history = draw(`
      setup 1: |- write x 5 -|
      2:                       |- add x 1 -|
      3:                                     |- read x 5 -|  |- read x 6 -|
    `);

    expect(judged(history)).toEqual([
      [2, null, 1],
      [0, null, 0],
    ]);
  });

  it('sees what a counter that only falls has missed', () => {
    const history = draw(`
      setup 1: |- write x 5 -|
      2:                       |- add x -2 0 -|
      3:                                        |- read x 5 -|  |- read x 3 -|
    `);

    expect(judged(history)).toEqual([
      [2, null, 2],
      [0, null, 0],
    ]);
  });

  it('judges accounts only if their final values are explained', () => {
    const balanced = `
      setup 1: |- write a 9 -| |- write b 9 -|
      2:                                       |- transfer a b 5 -|  |- transfer b a 2 -|
      3:                                                                                   |- read b 9 -|`;
    const explained = draw(`${balanced}
      final 4:                                                             |- read a 6 -| |- read b 12 -|
    `);
    const lost = draw(`${balanced}
      final 4:                                                             |- read a 6 -| |- read b 11 -|
    `);

    expect(judged(explained)).toEqual([[25, null, 3]]);
    expect(judged(lost)).toEqual([[null, null, null]]);
  });

  it('is not judged where writes and adds meet on one key', () => {
    const history = draw(`
      1: |- write x 1 -| |- add x 1 -|
      2:                               |- read x 1 -|
    `);

    expect(judged(history)).toEqual([[null, null, null]]);
  });

  it(
    'never exceeds what a store that is known to be late has really missed',
    () => {
      fc.assert(
        fc.property(fc.array(lateStep, { maxLength: 40 }), (steps) => {
          const { history, missed } = playLate(steps);

          judged(history).forEach(([age, , increments], i) => {
            expect(increments ?? 0).toBeLessThanOrEqual(missed[i]!.count);
            expect(age ?? 0).toBeLessThanOrEqual(missed[i]!.age);
          });
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});

describe('an atomic store', () => {
  it(
    'is never stale, whatever it is asked',
    () => {
      fc.assert(
        fc.property(fc.array(atomicStep, { maxLength: 40 }), fc.boolean(), (steps, counters) => {
          const history = playAtomically(steps, counters);

          for (const [age, versions, increments] of judged(history)) {
            expect([age, versions ?? 0, increments ?? 0]).toEqual([0, 0, 0]);
          }
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});

/** A row of a random history on one key; values are set afterwards. */
function told(_of: 'register'): fc.Arbitrary<Told & { readonly pick: number }> {
  return fc
    .record({
      from: fc.nat(20),
      length: fc.nat(6),
      type: fc.constantFrom('read' as const, 'write' as const),
      end: fc.constantFrom('ok', 'ok', 'ok', 'info', 'open'),
      pick: fc.nat(20),
    })
    .map(({ from, length, type, end, pick }) => ({
      from,
      pick,
      ...(end === 'open' ? {} : { to: from + length }),
      operation: type === 'read' ? { type, key: 'x' } : { type, key: 'x', value: 0 },
      completion: end === 'ok' ? { type: 'ok' as const } : { type: 'info' as const, error: 'timed out' },
    }));
}

/** Writes get values of their own, and answered reads one of those, or nothing. */
function withUniqueValues(rows: readonly (Told & { readonly pick: number })[]): Told[] {
  const writes = rows.filter((row) => row.operation.type === 'write').length;
  let value = 0;
  return rows.map((row) => {
    if (row.operation.type === 'write') {
      value += 1;
      return { ...row, operation: { ...row.operation, value } };
    }
    if (row.completion?.type !== 'ok') return row;
    const read = row.pick % (writes + 1);
    return { ...row, completion: { type: 'ok', value: read === 0 ? null : read } };
  });
}

/** The definition, word for word, in quadratic time: [age in ms, versions] per read. */
function byDefinition({ columns, length }: History): (number | null)[][] {
  const rows = Array.from({ length }, (_, row) => row);
  const isOk = (row: number) => columns.completion[row] === 1;
  const reads = rows.filter((row) => columns.kind[row] === 0);
  // A read that was over before the write began cannot have seen it.
  const isSeenBy = (write: number, read: number) =>
    isOk(read) &&
    columns.value[read] === columns.argument[write] &&
    columns.completedAt[read]! >= columns.invokedAt[write]!;
  const endOf = (write: number) => {
    if (isOk(write)) return columns.completedAt[write]!;
    const readers = reads.filter((row) => isSeenBy(write, row));
    return Math.min(Number.POSITIVE_INFINITY, ...readers.map((row) => columns.completedAt[row]!));
  };
  const writes = rows.filter((row) => columns.kind[row] === 1);
  return reads.map((read) => {
    if (!isOk(read)) return [null, null];
    const seen = writes.find(
      (row) => columns.valueKind[read] === 2 && columns.argument[row] === columns.value[read],
    );
    if (seen !== undefined && !isSeenBy(seen, read)) return [null, null];
    const seenEnd = seen === undefined ? Number.NEGATIVE_INFINITY : endOf(seen);
    const began = columns.invokedAt[read]!;
    const missed = writes.filter((row) => columns.invokedAt[row]! > seenEnd && endOf(row) < began);
    const age = missed.length === 0 ? 0 : began - Math.min(...missed.map(endOf));
    return [age / 1_000, missed.length];
  });
}

const atomicStep = fc.record({
  kind: fc.constantFrom('read' as const, 'update' as const),
  key: fc.constantFrom('x', 'y'),
  before: fc.nat(5),
  after: fc.nat(5),
  fate: fc.constantFrom('ok', 'ok', 'ok', 'info'),
});
type AtomicStep = typeof atomicStep extends fc.Arbitrary<infer T> ? T : never;

/** Each operation takes effect at a moment of its own, somewhere within its bar. */
function playAtomically(steps: readonly AtomicStep[], counters: boolean): History {
  const values = new Map<string, number>();
  const rows = steps.map((step, i): Told => {
    const moment = 10 + i * 2;
    const times = { from: moment - step.before, to: moment + step.after };
    const current = values.get(step.key) ?? null;
    if (step.kind === 'read') {
      const operation = { type: 'read' as const, key: step.key };
      return { ...times, operation, completion: { type: 'ok', value: current } };
    }
    const value = counters ? (current ?? 0) + 1 : i + 1;
    values.set(step.key, value);
    return {
      ...times,
      operation: counters
        ? { type: 'add', key: step.key, delta: 1, floor: null }
        : { type: 'write', key: step.key, value },
      completion: step.fate === 'ok' ? { type: 'ok' } : { type: 'info', error: 'timed out' },
    };
  });
  return tell(rows);
}

const lateStep = fc.record({
  kind: fc.constantFrom('read' as const, 'add' as const),
  length: fc.integer({ min: 1, max: 4 }),
  gap: fc.nat(3),
  /** How many of the newest adds a read does not see; what an add loses for ever. */
  late: fc.nat(4),
  lost: fc.constantFrom(false, false, false, true),
});
type LateStep = typeof lateStep extends fc.Arbitrary<infer T> ? T : never;

/** One at a time: adds that may be lost for ever, and reads that see all kept adds but the newest few. */
function playLate(steps: readonly LateStep[]) {
  const rows: Told[] = [];
  const kept: number[] = [];
  const missed: { count: number; age: number }[] = [];
  let now = 0;
  for (const step of steps) {
    const times = { from: now + step.gap, to: now + step.gap + step.length };
    now = times.to;
    if (step.kind === 'add') {
      rows.push({ ...times, operation: { type: 'add', key: 'x', delta: 1, floor: null } });
      if (!step.lost) kept.push(times.to);
      continue;
    }
    const seen = Math.max(0, kept.length - step.late);
    const completion = { type: 'ok' as const, value: seen };
    rows.push({ ...times, operation: { type: 'read', key: 'x' }, completion });
    const unseen = kept.slice(seen).filter((at) => at < times.from);
    missed.push({ count: unseen.length, age: unseen.length === 0 ? 0 : times.from - unseen[0]! });
  }
  const final = { from: now + 10, to: now + 11, phase: 'final' as const };
  const completion = { type: 'ok' as const, value: kept.length };
  rows.push({ ...final, operation: { type: 'read', key: 'x' }, completion });
  return { history: tell(rows), missed };
}
