import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkCausal } from '../../src/checkers/causal.ts';
import {
  fail,
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
  deedsOf,
  isAbsurd,
  isCausal,
  sessionHistory,
  unexplained,
} from '../support/sessions.ts';

const at = (process: number, from: number, operation: Told['operation'], completion = ok()): Told => ({
  process,
  from: from * 1_000,
  to: from * 1_000 + 500,
  operation,
  completion,
});
const check = (...rows: Told[]) => checkCausal(historyOf(rows));

/** Process 2 answers 17 with 18; process 3 hears of it by way of "y". */
const question = at(1, 0, write('x', 17));
const answer = [at(2, 1, read('x'), ok(17)), at(2, 2, write('x', 18)), at(2, 3, write('y', 5))];
const hearsay = at(3, 4, read('y'), ok(5));

describe('causal consistency', () => {
  // process 1   |write x 17|
  // process 2                |read x 17| |write x 18| |write y 5|
  // process 3                                                     |read y 5| |read x 17|
  test('shows a read of what was overwritten in its own past, and how that came about', () => {
    expect(check(question, ...answer, hearsay, at(3, 40, read('x'), ok(17)))).toEqual({
      type: 'violated',
      witness: [0, 1, 2, 3, 4, 5],
      count: 1,
      sentence:
        'process 3 read 17 of "x" at 0.040 s although 18 is newer and came before that, one version and 38 ms behind: ' +
        'process 2 read 17 of "x" and then wrote 18 to "x"; process 2 wrote 18 to "x" and then wrote 5 to "y"; ' +
        'process 3 read 5 of "y" and then read 17 of "x"',
    });
  });

  test('shows a read of nothing after something that could only follow a write', () => {
    expect(check(question, ...answer, hearsay, at(3, 40, read('x'), ok(null)))).toMatchObject({
      type: 'violated',
      witness: [0, 1, 3, 4, 5],
    });
  });

  test('lets the answer be newer than the question for one who has heard of neither', () => {
    expect(
      check(question, ...answer, at(3, 40, read('x'), ok(null)), at(3, 50, read('x'), ok(17))).type,
    ).toBe('holds');
  });

  test('is judged however many processes come and go', () => {
    const processes = 12_000;
    const handedOn = Array.from({ length: processes }, (_, i) => [
      at(i, 10 * i, read('x'), ok(i === 0 ? null : i)),
      at(i, 10 * i + 1, write('x', i + 1)),
    ]).flat();
    const last = at(processes, 10 * processes, read('x'), ok(processes));

    expect(check(...handedOn, last).type).toBe('holds');
    expect(
      check(...handedOn, last, at(processes, 10 * processes + 1, read('x'), ok(processes / 2))),
    ).toMatchObject({ type: 'violated', count: 1, witness: expect.arrayContaining([2 * processes + 1]) });
  });

  test('lets concurrent writes be seen in different orders by different sessions', () => {
    const seenBy = (process: number, values: readonly number[]) =>
      values.map((value, i) => at(process, 10 + i, read('x'), ok(value)));

    expect(
      check(at(1, 0, write('x', 1)), at(2, 0, write('x', 2)), ...seenBy(3, [1, 2]), ...seenBy(4, [2, 1]))
        .type,
    ).toBe('holds');
  });

  test('shows sessions that each read what the other wrote only afterwards', () => {
    const verdict = check(
      at(1, 0, read('x'), ok(2)),
      at(1, 1, write('y', 1)),
      at(2, 2, read('y'), ok(1)),
      at(2, 3, write('x', 2)),
    );

    expect(verdict).toMatchObject({
      type: 'violated',
      witness: [0, 1, 2, 3],
      sentence:
        'each was read before it was written: process 1 read 2 of "x" and then wrote 1 to "y"; process 2 read 1 of "y" and then wrote 2 to "x"',
    });
  });

  test('shows a read of what nobody wrote, and of what had certainly failed', () => {
    expect(check(at(1, 0, read('x'), ok(5)))).toMatchObject({ type: 'violated', witness: [0] });
    expect(check(at(1, 0, write('x', 5), fail), at(1, 1, read('x'), ok(5)))).toMatchObject({
      type: 'violated',
      witness: [1],
    });
  });

  test('takes an unanswered write for done where it was read, and its session for ended', () => {
    const unanswered = at(1, 0, write('x', 1), info);

    expect(check(unanswered, at(1, 1, read('x'), ok(null)), at(2, 2, read('x'), ok(1))).type).toBe('holds');
  });

  test('counts every read that no order explains and tells the one that is furthest behind', () => {
    const late = [60, 50, 41].map((from) => at(3, from, read('x'), ok(17)));

    expect(check(question, ...answer, hearsay, ...late)).toMatchObject({
      count: 3,
      sentence: expect.stringContaining('at 0.060 s'),
    });
  });

  test('judges nothing where values do not tell who wrote them, and says so', () => {
    expect(check(at(1, 0, write('x', 1)), at(1, 1, write('x', 1)))).toMatchObject({
      type: 'unknown',
      because: expect.stringContaining('no register has unique values'),
    });
    expect(check(question, at(1, 1, write('z', 1)), at(1, 2, write('z', 1)))).toMatchObject({
      type: 'unknown',
      because: expect.stringContaining('nothing is wrong on 1 keys, but on "z"'),
    });
  });
});

describe('the check of causal consistency', { timeout: propertyPatience }, () => {
  test('agrees with trying every order of the causal past of every read', () => {
    const seen = new Set<string>();

    fc.assert(
      fc.property(sessionHistory(), (rows) => {
        const { type } = checkCausal(historyOf(rows));
        seen.add(type);
        expect(type).toBe(isCausal(rows) ? 'holds' : 'violated');
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect([...seen].sort()).toEqual(['holds', 'violated']);
  });

  test('counts the reads that have no such order', () => {
    fc.assert(
      fc.property(sessionHistory(), (rows) => {
        const deeds = deedsOf(rows);
        fc.pre(!isAbsurd(deeds, causalOrder(deeds)));
        const verdict = checkCausal(historyOf(rows));
        expect(verdict.type === 'violated' ? verdict.count : 0).toBe(unexplained(deeds).length);
      }),
      { numRuns: propertyRuns },
    );
  });

  test('shows a witness that is a violation by itself', () => {
    fc.assert(
      fc.property(sessionHistory(), (rows) => {
        const history = historyOf(rows);
        const verdict = checkCausal(history);
        if (verdict.type !== 'violated') return;
        const sorted = [...rows].sort((a, b) => a.from - b.from);
        const witness = verdict.witness.map((row) => sorted[row]!);
        expect(checkCausal(historyOf(witness)).type).toBe('violated');
      }),
      { numRuns: propertyRuns },
    );
  });

  test('does not look at real time: any interleaving of the same sessions gives the same verdict', () => {
    fc.assert(
      fc.property(
        sessionHistory(),
        fc.array(fc.nat(1_000), { minLength: 3, maxLength: 3 }),
        (rows, shifts) => {
          const shifted = rows.map((row) => {
            const shift = shifts[(row.process ?? 0) % 10]! + Math.floor((row.process ?? 0) / 10) * 2_000;
            return { ...row, from: row.from + shift, to: row.to! + shift };
          });
          expect(checkCausal(historyOf(shifted)).type).toBe(checkCausal(historyOf(rows)).type);
        },
      ),
      { numRuns: propertyRuns },
    );
  });
});
