import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SessionGuarantee, sessionGuarantees } from '../../src/checkers/sessions/breaches.ts';
import { checkSession } from '../../src/checkers/sessions.ts';
import type { Verdict } from '../../src/checkers/verdict.ts';
import {
  add,
  historyOf,
  info,
  manyRuns,
  ok,
  propertyPatience,
  propertyRuns,
  read,
  type Told,
  write,
} from '../support/histories.ts';
import {
  causalOrder,
  type Deed,
  deedsOf,
  inSession,
  isAbsurd,
  isCausal,
  sessionHistory,
} from '../support/sessions.ts';

const at = (process: number, from: number, operation: Told['operation'], completion = ok()): Told => ({
  process,
  from: from * 1_000,
  to: from * 1_000 + 500,
  operation,
  completion,
});
const check = (guarantee: SessionGuarantee, ...rows: Told[]) => checkSession(historyOf(rows), guarantee);
const broken = (...rows: Told[]) =>
  sessionGuarantees.filter((guarantee) => check(guarantee, ...rows).type === 'violated');

/** Process 1 writes 17, and 18 after it. */
const writer = [at(1, 0, write('x', 17)), at(1, 1, write('x', 18))];

describe('registers with unique values', () => {
  // process 2   |read x 17| |write x 18|   |read x 17|
  test('show a session that does not see its own write', () => {
    const rows = [
      at(1, 0, write('x', 17)),
      at(2, 1, read('x'), ok(17)),
      at(2, 2, write('x', 18)),
      at(2, 40, read('x'), ok(17)),
    ];

    expect(check('read-your-writes', ...rows)).toEqual({
      type: 'violated',
      witness: [0, 1, 2, 3],
      count: 1,
      sentence:
        'process 2 read 17 of "x" at 0.040 s, 38 ms after it wrote 18 to "x": process 2 read 17 of "x" and then wrote 18 to "x"',
    });
    expect(broken(...rows)).toEqual(['read-your-writes']);
  });

  // process 1   |write x 17| |write x 18|
  // process 2                              |read x 18|   |read x null|
  test('show a session that goes back to a time before a value that it read', () => {
    const rows = [...writer, at(2, 2, read('x'), ok(18)), at(2, 40, read('x'), ok(null))];

    expect(check('monotonic-reads', ...rows)).toMatchObject({
      type: 'violated',
      sentence:
        'process 2 read nothing of "x" at 0.040 s, 38 ms after it read 18 of "x": process 1 wrote 17 to "x" and then wrote 18 to "x"',
    });
  });

  // process 1   |write x 17| |write y 5|
  // process 2                             |read y 5| |read x null|
  test('show a session that saw a later write of another and not the earlier one', () => {
    const rows = [
      at(1, 0, write('x', 17)),
      at(1, 1, write('y', 5)),
      at(2, 2, read('y'), ok(5)),
      at(2, 40, read('x'), ok(null)),
    ];

    expect(broken(...rows)).toEqual(['monotonic-writes']);
    expect(check('monotonic-writes', ...rows)).toMatchObject({
      witness: [0, 1, 2, 3],
      sentence:
        'process 2 read nothing of "x" at 0.040 s, 38 ms after it read 5 of "y": process 1 wrote 17 to "x" and then wrote 5 to "y"',
    });
  });

  test('show two writes of one session to one key seen in the wrong order', () => {
    const rows = [...writer, at(2, 2, read('x'), ok(18)), at(2, 3, read('x'), ok(17))];

    expect(broken(...rows)).toEqual(['monotonic-reads', 'monotonic-writes']);
  });

  // process 1   |write x 17|
  // process 2                |read x 17| |write y 5|
  // process 3                                         |read y 5| |read x null|
  test('show a session that saw an answer and not the question', () => {
    const rows = [
      at(1, 0, write('x', 17)),
      at(2, 1, read('x'), ok(17)),
      at(2, 2, write('y', 5)),
      at(3, 3, read('y'), ok(5)),
      at(3, 40, read('x'), ok(null)),
    ];

    expect(broken(...rows)).toEqual(['writes-follow-reads']);
    expect(check('writes-follow-reads', ...rows)).toMatchObject({
      witness: [0, 1, 2, 3, 4],
      sentence:
        'process 3 read nothing of "x" at 0.040 s, 37 ms after it read 5 of "y": process 2 read 17 of "x" and then wrote 5 to "y"',
    });
  });

  test('blame nobody for reading one of two concurrent writes instead of the other', () => {
    expect(broken(at(1, 0, write('x', 1)), at(2, 1, write('x', 2)), at(2, 2, read('x'), ok(1)))).toEqual([]);
  });

  test('do not bind the process that takes over from one that had no answer', () => {
    const rows = [...writer, at(2, 2, read('x'), ok(18)), at(2, 3, write('z', 1), info)];

    expect(broken(...rows, at(2, 4, read('x'), ok(17)))).toEqual([]);
  });

  test('say how often, and tell the read whose session knew better for longest', () => {
    const rows = [
      ...writer,
      at(2, 2, read('x'), ok(18)),
      at(2, 3, read('x'), ok(17)),
      at(2, 9, read('x'), ok(17)),
    ];

    expect(check('monotonic-reads', ...rows)).toMatchObject({
      count: 2,
      sentence: expect.stringMatching(/at 0.009 s, 6.5 ms after/),
    });
  });
});

describe('counters that only grow', () => {
  test('show a session that sees less than it saw before', () => {
    const rows = [
      at(1, 0, add('c', 1)),
      at(2, 1, add('c', 1)),
      at(3, 2, read('c'), ok(2)),
      at(3, 40, read('c'), ok(1)),
    ];

    expect(check('monotonic-reads', ...rows)).toEqual({
      type: 'violated',
      witness: [2, 3],
      count: 1,
      sentence: 'process 3 was told 1 of "c" at 0.040 s, 38 ms after it was told 2',
    });
    expect(broken(...rows)).toEqual(['monotonic-reads']);
  });

  test('show a session that sees less than it added itself', () => {
    const rows = [at(1, 0, add('c', 1)), at(1, 1, add('c', 1)), at(1, 2, read('c'), ok(1))];

    expect(check('read-your-writes', ...rows)).toMatchObject({
      witness: [1, 2],
      sentence: 'process 1 was told 1 of "c" at 0.002 s, although it had added 2 itself',
    });
  });

  test('hold, and say nothing of writes that leave no trace in a value', () => {
    const rows = [at(1, 0, add('c', 1)), at(1, 1, read('c'), ok(1)), at(2, 2, read('c'), ok(0))];

    expect(sessionGuarantees.map((guarantee) => check(guarantee, ...rows).type)).toEqual([
      'holds',
      'holds',
      'unknown',
      'unknown',
    ]);
  });

  test('are judged by size alone where adds differ, which is not all that they could show', () => {
    expect(check('monotonic-reads', at(1, 0, add('c', 1)), at(1, 1, add('c', 2)))).toEqual({
      type: 'unknown',
      because: 'nothing is wrong on 1 keys, but the unequal adds of 1 counters do not tell all',
    });
  });

  test('are not judged where something is taken away', () => {
    const rows = [at(1, 0, add('c', 1)), at(1, 1, add('c', -1)), at(1, 2, read('c'), ok(0))];

    expect(check('read-your-writes', ...rows).type).toBe('unknown');
  });
});

describe('the check of sessions', { timeout: propertyPatience }, () => {
  test.each(sessionGuarantees)('counts the breaches of %s that its definition gives', (guarantee) => {
    const seen = new Set<string>();

    fc.assert(
      fc.property(sessionHistory(10), (rows) => {
        const deeds = deedsOf(rows);
        fc.pre(!isAbsurd(deeds, causalOrder(deeds)));
        const verdict = checkSession(historyOf(rows), guarantee);
        seen.add(verdict.type);
        expect(verdict.type === 'violated' ? verdict.count : 0).toBe(breachesByDefinition(deeds, guarantee));
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect([...seen].sort()).toEqual(['holds', 'violated']);
  });

  test('finds nothing in a history that is causally consistent', () => {
    fc.assert(
      fc.property(sessionHistory(), (rows) => {
        if (!isCausal(rows)) return;
        expect(broken(...rows)).toEqual([]);
      }),
      { numRuns: propertyRuns },
    );
  });

  test.each(sessionGuarantees)('shows a witness that breaks %s by itself', (guarantee) => {
    fc.assert(
      fc.property(sessionHistory(10), (rows) => {
        const deeds = deedsOf(rows);
        const verdict = checkSession(historyOf(rows), guarantee);
        // Where reads precede what they saw, which of them is let go depends on all the rows.
        if (verdict.type !== 'violated' || isAbsurd(deeds, causalOrder(deeds))) return;
        const sorted = [...rows].sort((a, b) => a.from - b.from);
        expect(check(guarantee, ...witnessOf(verdict).map((row) => sorted[row]!)).type).toBe('violated');
      }),
      { numRuns: propertyRuns },
    );
  });

  test('does not depend on the names of keys, values and processes', () => {
    fc.assert(
      fc.property(sessionHistory(10), fc.constantFrom(...sessionGuarantees), (rows, guarantee) => {
        const before = check(guarantee, ...rows);
        const after = check(guarantee, ...rows.map(renamed));
        expect([after.type, witnessOf(after)]).toEqual([before.type, witnessOf(before)]);
      }),
      { numRuns: propertyRuns },
    );
  });
});

function witnessOf(verdict: Verdict): readonly number[] {
  return verdict.type === 'violated' ? verdict.witness : [];
}

function renamed({ operation, completion, ...row }: Told): Told {
  const rename = (value: unknown) => (typeof value === 'number' ? `v${value}` : value);
  const fields = Object.entries(operation).map(([name, value]) => [
    name,
    name === 'key' ? `${value}-renamed` : rename(value),
  ]);
  const told =
    completion === undefined || !('value' in completion) ? {} : { value: rename(completion.value) };
  return {
    ...row,
    process: (row.process ?? 0) * 7 + 3,
    operation: Object.fromEntries(fields) as Told['operation'],
    ...(completion === undefined
      ? {}
      : { completion: { ...completion, ...told } as NonNullable<Told['completion']> }),
  };
}

/** How many reads break a guarantee, by its words: quadratic and worse, and close to them. */
function breachesByDefinition(deeds: readonly Deed[], guarantee: SessionGuarantee): number {
  const before = causalOrder(deeds);
  const writeOf = (read: Deed) =>
    deeds.find(({ key, wrote }) => wrote !== null && key === read.key && wrote === read.seen);
  const isOlder = (read: Deed, write: Deed) => {
    const seen = writeOf(read);
    return write.key === read.key && write.wrote !== null && (seen === undefined || before(seen, write));
  };
  const earlierReads = (read: Deed) => deeds.filter((other) => other.reads && inSession(other, read));
  /** What others wrote, as far as the session of the read had read it before. */
  const heard = (read: Deed) =>
    earlierReads(read).flatMap((other) => {
      const write = writeOf(other);
      return write === undefined || write.told.process === read.told.process ? [] : [write];
    });
  const isPassed = (read: Deed, earlier: Deed, later: Deed) =>
    isOlder(read, earlier) ||
    (earlier === writeOf(read) && later.key === read.key && earlier.key === read.key);
  const breaks: Record<SessionGuarantee, (read: Deed) => boolean> = {
    'read-your-writes': (read) => deeds.some((own) => inSession(own, read) && isOlder(read, own)),
    'monotonic-reads': (read) =>
      earlierReads(read).some((other) => {
        const write = writeOf(other);
        return write !== undefined && isOlder(read, write);
      }),
    'monotonic-writes': (read) =>
      heard(read).some((later) =>
        deeds.some((earlier) => inSession(earlier, later) && isPassed(read, earlier, later)),
      ),
    'writes-follow-reads': (read) =>
      heard(read).some((later) =>
        deeds.some((other) => {
          const earlier =
            other.reads && (other === later || inSession(other, later)) ? writeOf(other) : undefined;
          return earlier !== undefined && isPassed(read, earlier, later);
        }),
      ),
  };
  return deeds.filter((deed) => deed.reads && breaks[guarantee](deed)).length;
}
