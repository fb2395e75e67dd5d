import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/checkers/index.ts';
import { checkFloors, checkSupply, hasFloors } from '../../src/checkers/invariants.ts';
import { implies } from '../../src/kernel/guarantee.ts';
import type { Operation } from '../../src/kernel/operation.ts';
import {
  add,
  bruteForce,
  historyOf,
  ok,
  propertyPatience,
  propertyRuns,
  read,
  smallHistory,
  type Told,
  write,
} from '../support/histories.ts';
import { draw } from '../support/history.ts';
import { trialOf } from '../support/trial.ts';

describe('a value below the floor', () => {
  it('is never seen where every taking was refused in time', () => {
    const history = draw(`
      setup 1: |- write x 2 -|
      1:                       |- add x -2 0 -| |- add x -1 0 -/
      2:                                          |- read x 0 -|
    `);

    expect(checkFloors(history)).toEqual({ type: 'holds' });
  });

  it('is shown by whoever was told of it first', () => {
    const history = draw(`
      setup 1: |- write x 1 -|
      1:                       |- add x -1 0 -| |- add x -1 0 -|
      2:                                                         |- read x -1 -| |- read x -1 -|
    `);

    expect(checkFloors(history)).toEqual({
      type: 'violated',
      witness: [3],
      sentence:
        'process 2 was told at 0.079 s that "x" is -1, though whatever lowers it was to leave at least 0',
      count: 2,
    });
  });

  it('is found in the answers of adds and transfers too', () => {
    const withAnswer = (operation: Operation, value: Parameters<typeof ok>[0]) =>
      checkFloors(
        historyOf([
          { from: 0, to: 1, phase: 'setup', operation: write('a', 1), completion: ok() },
          { from: 2, to: 3, operation, completion: ok(value) },
        ]),
      ).type;
    const transfer: Operation = { type: 'transfer', key: 'a', to: 'b', amount: 2, floor: 0 };

    expect(withAnswer(add('a', -2, 0), -1)).toBe('violated');
    expect(withAnswer(transfer, [-1, 2])).toBe('violated');
    expect(withAnswer(transfer, [null, 2])).toBe('holds');
  });

  it('is allowed where somebody takes without a floor, or wrote less than it', () => {
    const free = draw(`
      1: |- add x -1 0 / |- add x -3 -| |- read x -3 -|
    `);
    const written = draw(`
      1: |- write x -3 -| |- add x -1 0 / |- read x -3 -|
    `);

    expect(checkFloors(free).type).toBe('unknown');
    expect(checkFloors(written).type).toBe('unknown');
  });
});

describe('overselling', () => {
  it('is more acknowledged than there was, shown by the fewest', () => {
    const history = draw(`
      setup 1: |- write x 2 -|
      1:                       |- add x -1 0 -|
      2:                         |- add x -1 0 --|
      3:                           |- add x -2 0 --|
    `);

    expect(checkSupply(history)).toEqual({
      type: 'violated',
      witness: [1, 3],
      sentence:
        'acknowledged takings from "x" came to 4 at 0.051 s with process 3\'s add of -2, though at most 2 could be taken by then',
    });
  });

  it('counts what may have come in by then, and nothing that was not acknowledged', () => {
    const history = draw(`
      1: |- add x 2 ?     |- add x -2 0 -| |- add x -5 0 ? |- add x -1 0 /
    `);

    expect(checkSupply(history)).toEqual({ type: 'holds' });
  });

  it('does not count what came in afterwards', () => {
    const history = draw(`
      1: |- add x -2 0 -| |- add x 2 -|
    `);

    expect(checkSupply(history).type).toBe('violated');
  });

  it('is judged for accounts by what they gave and may have received', () => {
    const drawing = (amount: number) =>
      draw(`
        setup 1: |- write a 5 -| |- write b 0 -|
        1:                                       |- transfer a b 5 0 -| |- transfer b a ${amount} 0 -|
      `);

    expect(checkSupply(drawing(5)).type).toBe('holds');
    expect(checkSupply(drawing(6)).type).toBe('violated');
  });

  it('is not judged where the key was written again', () => {
    const history = draw(`
      1: |- write x 1 -| |- add x -5 0 -|
    `);

    expect(checkSupply(history)).toEqual({
      type: 'unknown',
      because: '"x" was also written, so its supply is not known',
    });
  });
});

describe('the invariants of floors', () => {
  it('are judged only where anything asks for one', () => {
    const plain = draw('1: |- add x -1 -|');
    const floored = draw('1: |- add x -1 0 /');
    const names = (history: typeof plain) =>
      judge(trialOf(history, { kinds: ['add'] }), []).map(({ guarantee }) => guarantee);

    expect(hasFloors(plain)).toBe(false);
    expect(names(plain)).not.toContain('never-oversold');
    expect(names(floored)).toEqual(expect.arrayContaining(['never-below-floor', 'never-oversold']));
  });

  it(
    'hold in whatever an atomic store answers',
    () => {
      fc.assert(
        fc.property(smallHistory(questions), fc.boolean(), (rows, isWhole) => {
          const kept = isWhole
            ? rows
            : rows.filter((_, i) => i % 2 === 0 || rows[i]!.completion?.type !== 'ok');
          const history = historyOf(kept);
          const oversold = overTaken(kept);

          expect(checkSupply(history).type === 'violated').toBe(oversold);
          expect(checkFloors(history).type === 'violated').toBe(kept.some(isTaking) && kept.some(isBelow));
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});

describe('a broken invariant of floors', () => {
  it(
    'proves that no order of the operations is right',
    () => {
      fc.assert(
        fc.property(smallHistory(anything), (rows) => {
          const history = historyOf(rows.map((row, i) => (i === 0 ? opened(row) : row)));
          const isBroken = [checkFloors, checkSupply].some((check) => check(history).type === 'violated');

          if (isBroken) expect(bruteForce(rows)).toBe(false);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it('does not count a value from before the first write', () => {
    const history = draw(`
      1: |- read x -| |- write x 9 -| |- add x -1 5 -|
    `);

    expect(checkFloors(history).type).toBe('unknown');
  });

  it('refutes what it follows from', () => {
    expect(implies('linearizable', 'never-oversold')).toBe(true);
    expect(implies('linearizable', 'never-below-floor')).toBe(true);
    expect(implies('causal', 'never-below-floor')).toBe(false);
  });
});

/** A first write may be that of the setup. */
function opened(row: Told): Told {
  return row.operation.type === 'write' ? { ...row, phase: 'setup' } : row;
}

const anything: fc.Arbitrary<readonly Operation[]> = fc
  .tuple(
    fc.constantFrom<Operation>(write('x', 1), write('x', 2), read('x')),
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(-2, -1, 1).map((delta): Operation => add('x', delta, 0)) },
        { weight: 2, arbitrary: fc.constant<Operation>(read('x')) },
        { weight: 1, arbitrary: fc.constantFrom<Operation>(write('x', 3), add('x', -1, -1), add('x', -1)) },
      ),
      { maxLength: 6 },
    ),
  )
  .map(([first, others]) => [first, ...others]);

const update: fc.Arbitrary<Operation> = fc.constantFrom(-3, -2, -1, 1, 2).map((delta) => add('x', delta, 0));
const questions: fc.Arbitrary<readonly Operation[]> = fc
  .array(fc.oneof({ weight: 3, arbitrary: update }, fc.constant(read('x'))), { minLength: 1, maxLength: 8 })
  .map((asked) => [...asked, add('x', -1, 0)]);

function isTaking({ operation }: Told): boolean {
  return operation.type === 'add' && operation.delta < 0;
}

function isBelow({ completion }: Told): boolean {
  return completion?.type === 'ok' && typeof completion.value === 'number' && completion.value < 0;
}

/** At some acknowledgement more had been taken than can have been put in by then. */
function overTaken(rows: readonly Told[]): boolean {
  const delta = ({ operation }: Told) => (operation.type === 'add' ? operation.delta : 0);
  const takings = rows.filter((row) => row.completion?.type === 'ok' && delta(row) < 0);
  return takings.some(({ to }) => {
    const taken = takings.filter((row) => row.to! <= to!).reduce((sum, row) => sum - delta(row), 0);
    const gained = rows
      .filter((row) => delta(row) > 0 && row.from <= to! && row.completion?.type !== 'fail')
      .filter((row) => row.completion?.type !== 'refused')
      .reduce((sum, row) => sum + delta(row), 0);
    return taken > gained;
  });
}
