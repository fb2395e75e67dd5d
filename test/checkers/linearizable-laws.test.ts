import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalCounter } from '../../src/checkers/equal-counters.ts';
import { checkRegister } from '../../src/checkers/registers.ts';
import type { Verdict } from '../../src/checkers/verdict.ts';
import type { Completion, Operation, Value } from '../../src/kernel/operation.ts';
import {
  add,
  historyOf,
  manyRuns,
  propertyPatience,
  propertyRuns,
  read,
  smallHistory,
  type Told,
  write,
} from '../support/histories.ts';
import { isMinimal } from '../support/witnesses.ts';

/** Histories longer than what every order of can be tried, and the method for them. */
interface Kind {
  readonly name: string;
  readonly histories: fc.Arbitrary<readonly Told[]>;
  readonly method: typeof checkRegister;
}

const draws = fc.array(fc.tuple(fc.nat(3), fc.nat()), { minLength: 1, maxLength: 24 });

function histories(operation: (kind: number, draw: number, i: number) => Operation) {
  return smallHistory(draws.map((drawn) => drawn.map(([kind, draw], i) => operation(kind, draw, i))));
}

function casOf(draw: number, i: number): Operation {
  const expected = draw % 3 === 0 ? draw % (i + 1) : i;
  return { type: 'cas', key: 'x', expected: expected === 0 ? null : expected, value: i + 1 };
}

const registers = histories((kind, _, i) => (kind < 2 ? read('x') : write('x', i + 1)));
const kinds: readonly Kind[] = [
  { name: 'registers', histories: registers, method: checkRegister },
  {
    name: 'chains of cas',
    histories: histories((kind, draw, i) =>
      kind === 0 ? read('x') : kind === 1 ? write('x', i + 1) : casOf(draw, i),
    ),
    method: checkRegister,
  },
  {
    name: 'counters',
    histories: histories((kind) => (kind < 2 ? read('x') : add('x', 1))),
    method: equalCounter,
  },
];

const verdictOn = ({ method }: Kind, rows: readonly Told[]): Verdict | null =>
  method(
    historyOf(rows),
    Uint32Array.from(rows, (_, row) => row),
  );

describe.each(kinds)('the verdict on $name', { timeout: propertyPatience }, (kind) => {
  test('is the same a day later', () => {
    fc.assert(
      fc.property(kind.histories, (rows) => {
        const later = rows.map((row) => moved(row, 86_400_000_000, 86_400_000_000));

        const [now, then] = [verdictOn(kind, rows), verdictOn(kind, later)];

        expect(witnessOf(then)).toEqual(witnessOf(now));
        expect(then?.type).toBe(now?.type);
      }),
      { numRuns: propertyRuns },
    );
  });

  test('is the same for other processes and in another order of what began at one instant', () => {
    fc.assert(
      fc.property(kind.histories, (rows) => {
        const others = rows.map((row) => ({ ...row, process: 100 - (row.process ?? 0) })).reverse();

        const [one, other] = [verdictOn(kind, rows), verdictOn(kind, others)];

        // Where refused cas tell nothing, one order may be decided and another left to the search.
        if (one !== null && other !== null) expect(other.type).toBe(one.type);
      }),
      { numRuns: propertyRuns },
    );
  });

  test('stays good when answers come later and questions earlier', () => {
    const seen = new Set<string | undefined>();

    fc.assert(
      fc.property(kind.histories, fc.array(fc.nat(9), { minLength: 48, maxLength: 48 }), (rows, by) => {
        const loose = rows.map((row, i) => moved(row, -by[i]!, by[i + 24]!));

        const [tight, looser] = [verdictOn(kind, rows)?.type, verdictOn(kind, loose)?.type];

        seen.add(tight);
        if (tight === 'holds') expect(looser).not.toBe('violated');
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect(seen).toContain('holds');
    if (manyRuns) expect(seen).toContain('violated');
  });
});

describe('registers', { timeout: propertyPatience }, () => {
  test('have the same verdict under other names of their values', () => {
    const names = fc.constantFrom<(value: number) => Value>(
      (value) => `value ${value}`,
      (value) => [value, 'x'],
      (value) => -value / 8,
      (value) => 2 ** 40 * value,
    );

    fc.assert(
      fc.property(kinds[1]!.histories, names, (rows, nameOf) => {
        const renamed = rows.map((row) => withValues(row, nameOf));

        const [plain, other] = [verdictOn(kinds[1]!, rows), verdictOn(kinds[1]!, renamed)];

        expect(other?.type).toBe(plain?.type);
        expect(witnessOf(other)).toEqual(witnessOf(plain));
      }),
      { numRuns: propertyRuns },
    );
  });

  test('show rows that contradict each other, none of which could be left out', () => {
    const short = smallHistory(
      fc
        .array(fc.boolean(), { minLength: 1, maxLength: 7 })
        .map((writes) => writes.map((isWrite, i) => (isWrite ? write('x', i + 1) : read('x')))),
    );
    let shown = 0;

    fc.assert(
      fc.property(short, (rows) => {
        const verdict = verdictOn(kinds[0]!, rows);
        if (verdict?.type !== 'violated') return;
        shown += 1;
        expect(verdict.witness.length).toBeLessThanOrEqual(4);
        expect(isMinimal(rows, verdict.witness)).toBe(true);
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect(shown).toBeGreaterThan(propertyRuns / 50);
  });
});

function moved(row: Told, invocation: number, completion: number): Told {
  const from = row.from + invocation;
  return row.to === undefined ? { ...row, from } : { ...row, from, to: row.to + completion };
}

function witnessOf(verdict: Verdict | null): readonly number[] | null {
  return verdict?.type === 'violated' ? verdict.witness : null;
}

function withValues(row: Told, nameOf: (value: number) => Value): Told {
  const named = (value: Value): Value => (typeof value === 'number' ? nameOf(value) : value);
  const { operation, completion } = row;
  const asked: Operation =
    operation.type === 'write'
      ? { ...operation, value: named(operation.value) }
      : operation.type === 'cas'
        ? { ...operation, expected: named(operation.expected), value: named(operation.value) }
        : operation;
  if (completion === undefined || !('value' in completion)) return { ...row, operation: asked };
  const answer: Completion = { ...completion, value: named(completion.value) };
  return { ...row, operation: asked, completion: answer };
}
