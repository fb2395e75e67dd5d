import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkBounds } from '../../src/checkers/bounds.ts';
import { equalCounter } from '../../src/checkers/equal-counters.ts';
import { checkLinearizable } from '../../src/checkers/linearizable.ts';
import { checkRegister } from '../../src/checkers/registers.ts';
import { searchOrder } from '../../src/checkers/search.ts';
import type { History } from '../../src/history/history.ts';
import type { Operation } from '../../src/kernel/operation.ts';
import {
  add,
  bruteForce,
  historyOf,
  manyRuns,
  propertyPatience,
  propertyRuns,
  read,
  smallHistory,
  write,
} from '../support/histories.ts';

const key = 'a';

/** Every value is written once. */
const registerOperations = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 7 })
  .map((writes) => writes.map((isWrite, i): Operation => (isWrite ? write(key, i + 1) : read(key))));

const equalIncrements = fc
  .array(fc.boolean(), { minLength: 1, maxLength: 7 })
  .map((adds) => adds.map((isAdd): Operation => (isAdd ? add(key, 1) : read(key))));

const unequalAdds = fc
  .array(fc.constantFrom(0, 1, 2, -1, 3), { minLength: 1, maxLength: 6 })
  .map((deltas) => deltas.map((delta): Operation => (delta === 0 ? read(key) : add(key, delta))));

const mixedOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc.constant(read(key)),
  fc.constantFrom(1, 2).map((value) => write(key, value)),
  fc.constantFrom(1, -1).map((delta) => add(key, delta, 0)),
  fc.tuple(fc.constantFrom(null, 1, 2), fc.constantFrom(1, 2)).map(
    ([expected, value]): Operation => ({
      type: 'cas',
      key,
      expected,
      value,
    }),
  ),
);

const bankOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc.constantFrom('a', 'b', 'c').map(read),
  fc.constantFrom('a', 'b').map((account) => add(account, 2)),
  fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b', 'c'), fc.constantFrom(null, 0))
    .filter(([from, to]) => from !== to)
    .map(([from, to, floor]): Operation => ({ type: 'transfer', key: from, to, amount: 1, floor })),
);

describe('agreement with trying every order', { timeout: propertyPatience }, () => {
  const rowsOf = (history: History) => Uint32Array.from({ length: history.length }, (_, row) => row);

  test('of the zones of registers with unique values', () => {
    const seen = new Set<string>();

    fc.assert(
      fc.property(smallHistory(registerOperations), (rows) => {
        const history = historyOf(rows);
        const type = checkRegister(history, rowsOf(history))?.type;
        seen.add(type ?? 'undecided');
        expect(type).toBe(bruteForce(rows) ? 'holds' : 'violated');
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect([...seen].sort()).toEqual(['holds', 'violated']);
  });

  test('of the slots of counters with equal increments', () => {
    fc.assert(
      fc.property(smallHistory(equalIncrements), (rows) => {
        const history = historyOf(rows);
        expect(equalCounter(history, rowsOf(history))?.type).toBe(bruteForce(rows) ? 'holds' : 'violated');
      }),
      { numRuns: propertyRuns },
    );
  });

  test('of the search, on one key with all kinds of operation', () => {
    const operations = fc.array(mixedOperation, { minLength: 1, maxLength: 6 });

    fc.assert(
      fc.property(smallHistory(operations), (rows) => {
        const history = historyOf(rows);
        expect(searchOrder(history, rowsOf(history)).type).toBe(bruteForce(rows) ? 'holds' : 'violated');
      }),
      { numRuns: propertyRuns },
    );
  });

  test('of the whole check, on keys that transfers join', () => {
    const operations = fc.array(bankOperation, { minLength: 1, maxLength: 6 });

    fc.assert(
      fc.property(smallHistory(operations), (rows) => {
        expect(checkLinearizable(historyOf(rows)).type).toBe(bruteForce(rows) ? 'holds' : 'violated');
      }),
      { numRuns: propertyRuns },
    );
  });

  test('of the bounds, as far as they go: they never refute what has an order', () => {
    fc.assert(
      fc.property(smallHistory(unequalAdds), (rows) => {
        const history = historyOf(rows);
        if (checkBounds(history, rowsOf(history))?.type === 'violated') expect(bruteForce(rows)).toBe(false);
      }),
      { numRuns: propertyRuns },
    );
  });
});
