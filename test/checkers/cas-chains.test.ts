import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLinearizable } from '../../src/checkers/linearizable.ts';
import { checkRegister } from '../../src/checkers/registers.ts';
import type { Completion, Operation, Value } from '../../src/kernel/operation.ts';
import { seconds } from '../../src/kernel/time.ts';
import {
  bruteForce,
  historyOf,
  info,
  manyRuns,
  ok,
  propertyPatience,
  propertyRuns,
  read,
  smallHistory,
  type Told,
  write,
} from '../support/histories.ts';
import { isMinimal } from '../support/witnesses.ts';

const key = 'x';
const cas = (expected: Value, value: Value): Operation => ({ type: 'cas', key, expected, value });
const refused = (value?: Value): Completion => ({
  type: 'refused',
  because: 'mismatch',
  ...(value === undefined ? {} : { value }),
});
const did = (process: number, operation: Operation, from: number, to: number, completion = ok()): Told => ({
  process,
  from: seconds(from),
  to: seconds(to),
  operation,
  completion,
});
const check = (...rows: Told[]) => checkLinearizable(historyOf(rows));
const rowsOf = (rows: readonly Told[]) => Uint32Array.from(rows, (_, row) => row);

/** Every value is made once: by a write, or by a cas that expects nothing written, the value before, or any other one. */
const chains = fc
  .array(fc.tuple(fc.constantFrom('read', 'write', 'next', 'next', 'any'), fc.nat()), {
    minLength: 1,
    maxLength: 7,
  })
  .map((draws) =>
    draws.map(([kind, draw], i): Operation => {
      if (kind === 'read') return read(key);
      if (kind === 'write') return write(key, i + 1);
      const expected = kind === 'next' ? i : draw % (draws.length + 1);
      return cas(expected === 0 ? null : expected, i + 1);
    }),
  );

describe('chains of cas', { timeout: propertyPatience }, () => {
  test('agree with trying every order, wherever they decide', () => {
    const seen = { holds: 0, violated: 0, undecided: 0 };

    fc.assert(
      fc.property(smallHistory(chains), (rows) => {
        const verdict = checkRegister(historyOf(rows), rowsOf(rows));
        const answer = verdict === null || verdict.type === 'unknown' ? 'undecided' : verdict.type;
        seen[answer] += 1;
        if (answer !== 'undecided') expect(answer).toBe(bruteForce(rows) ? 'holds' : 'violated');
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect(Math.min(seen.holds, seen.violated)).toBeGreaterThan(propertyRuns / 20);
    if (manyRuns) expect(seen.undecided).toBeLessThan(propertyRuns / 20);
  });

  test('show rows that contradict each other, none of which could be left out', () => {
    let shown = 0;

    fc.assert(
      fc.property(smallHistory(chains), (rows) => {
        const verdict = checkRegister(historyOf(rows), rowsOf(rows));
        if (verdict?.type !== 'violated') return;
        shown += 1;
        expect(verdict.witness.length).toBeLessThanOrEqual(4);
        expect(isMinimal(rows, verdict.witness)).toBe(true);
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect(shown).toBeGreaterThan(propertyRuns / 20);
  });
});

describe('a register that cas changes', () => {
  // write 17     |--|
  // 17 to 18          |--|
  // read 17                 |--|
  test('shows a read of what had been changed before it began', () => {
    const verdict = check(
      did(1, write(key, 17), 1, 1.5),
      did(2, cas(17, 18), 2, 2.071),
      did(3, read(key), 2.104, 2.2, ok(17)),
    );

    expect(verdict).toEqual({
      type: 'violated',
      witness: [1, 2],
      sentence: `on "x": process 3 read 17 at 2.104 s although process 2's change from 17 to 18 had completed at 2.071 s`,
      count: 1,
    });
  });

  test('shows a read of what was replaced by changes that nobody acknowledged', () => {
    const verdict = check(
      did(1, write(key, 17), 1, 1.5),
      did(2, cas(17, 18), 2, 3, info),
      did(3, cas(18, 19), 2, 3, info),
      did(4, read(key), 3, 4, ok(19)),
      did(5, read(key), 5, 6, ok(17)),
    );

    expect(verdict).toMatchObject({
      witness: [3, 4],
      sentence: `on "x": process 5 read 17 at 5.000 s although process 4's read of 19 had completed at 4.000 s, and nothing but changes leads from 17 to 19`,
    });
  });

  // write 17     |--|
  // write 9           |--|
  // 17 to 18               |--|
  test('shows a change of what had been overwritten', () => {
    const verdict = check(
      did(1, write(key, 17), 1, 1.5),
      did(2, write(key, 9), 2, 2.5),
      did(3, cas(17, 18), 3, 3.5),
    );

    expect(verdict).toMatchObject({
      witness: [0, 1, 2],
      sentence: `on "x": process 3 changed 17 to 18 at 3.000 s although process 2's write of 9 had completed at 2.500 s, and nothing but changes leads from 17 to 18`,
    });
  });

  test('shows two changes of what was there once', () => {
    const verdict = check(
      did(1, write(key, 17), 1, 1.5),
      did(2, cas(17, 18), 2, 4),
      did(3, cas(17, 19), 2, 4, info),
      did(4, read(key), 2, 4, ok(19)),
    );

    expect(verdict).toMatchObject({
      witness: [1, 3],
      sentence: `on "x": process 2's change from 17 to 18 and process 3's change from 17 to 19 both took effect, although what they expected was there only once`,
    });
  });

  test('shows changes of what nobody wrote, and changes that only lead to each other', () => {
    expect(check(did(1, cas(17, 18), 1, 2))).toMatchObject({
      witness: [0],
      sentence: `on "x": process 1 changed 17 to 18 at 1.000 s, but nobody wrote what it expected, or its write had certainly failed`,
    });
    expect(check(did(1, cas(17, 18), 1, 2), did(2, cas(18, 17), 1, 2))).toMatchObject({
      witness: [0],
      sentence: `on "x": process 1's change from 17 to 18 took effect, but what it expected comes only of what it made`,
    });
  });

  test('shows a refusal that tells what the cas expected', () => {
    expect(check(did(1, write(key, 17), 1, 2), did(2, cas(17, 18), 3, 4, refused(17)))).toMatchObject({
      witness: [1],
      sentence: `on "x": process 2 was refused its change from 17 to 18, which saw 17 at 3.000 s, which is what it expected`,
    });
  });

  test('shows a refusal although what the cas expected was there throughout', () => {
    const verdict = check(
      did(1, write(key, 17), 1, 2),
      did(2, cas(17, 18), 3, 4, refused()),
      did(3, read(key), 5, 6, ok(17)),
    );

    expect(verdict).toMatchObject({
      witness: [0, 1, 2],
      sentence: `on "x": process 2 was refused its change from 17 to 18 at 3.000 s although process 1's write of 17 had completed before and process 3 read 17 at 5.000 s`,
    });
  });

  test('takes a refusal that tells what it saw for a read', () => {
    const rows = [
      did(1, write(key, 1), 1, 2),
      did(2, write(key, 2), 3, 4),
      did(3, cas(7, 8), 5, 6, refused(1)),
    ];

    expect(check(...rows)).toMatchObject({
      witness: [0, 1, 2],
      sentence: `on "x": process 3 was refused its change from 7 to 8, which saw 1 at 5.000 s although process 2's write of 2 had completed at 4.000 s`,
    });
  });

  test('finds a refused cas a moment before or after what it expected', () => {
    const rows = [
      did(1, write(key, 1), 1, 4),
      did(2, cas(1, 3), 2, 6, refused()),
      did(3, write(key, 2), 5, 8),
    ];

    expect(checkRegister(historyOf(rows), rowsOf(rows))?.type).toBe('holds');
  });

  test('leaves it to others where a value is made twice, or may be nothing written', () => {
    const twice = [did(1, write(key, 1), 1, 2), did(2, cas(1, 2), 3, 4), did(3, cas(2, 1), 5, 6)];
    const zero = [did(1, write(key, 0), 1, 2), did(2, read(key), 3, 4, ok(null))];

    expect(checkRegister(historyOf(twice), rowsOf(twice))).toBeNull();
    expect(checkRegister(historyOf(zero), rowsOf(zero))).toBeNull();
    expect([check(...twice).type, check(...zero).type]).toEqual(['holds', 'holds']);
  });
});
