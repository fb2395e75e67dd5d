import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addTo,
  applyTo,
  isUpdate,
  keysOf,
  numberIn,
  operationKinds,
  sameValue,
  type Value,
} from '../../src/kernel/operation.ts';

const runs = { numRuns: 2000 };

const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -2, max: 2 }),
    fc.constantFrom('', 'a', 'b'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).value;

describe('the equality of values', () => {
  test('is by contents', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(sameValue(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b));
        expect(sameValue(a, structuredClone(a))).toBe(true);
      }),
      runs,
    );
  });
});

describe('an operation on one key', () => {
  test('that reads leaves what is there', () => {
    fc.assert(
      fc.property(value, (current) => {
        expect(applyTo(current, { type: 'read', key: 'k' })).toEqual({ type: 'set', value: current });
      }),
      runs,
    );
  });

  test('that writes leaves what it writes', () => {
    fc.assert(
      fc.property(value, value, (current, written) => {
        expect(applyTo(current, { type: 'write', key: 'k', value: written })).toEqual({
          type: 'set',
          value: written,
        });
      }),
      runs,
    );
  });

  test('that compares writes exactly where it finds what it expects', () => {
    fc.assert(
      fc.property(value, value, value, (current, expected, written) => {
        const effect = applyTo(current, { type: 'cas', key: 'k', expected, value: written });

        if (sameValue(current, expected)) expect(effect).toEqual({ type: 'set', value: written });
        else expect(effect).toEqual({ type: 'refused', because: 'mismatch' });
      }),
      runs,
    );
  });

  test('that adds never leaves less than its floor, and adds all or nothing', () => {
    const floor = fc.option(fc.integer({ min: -50, max: 50 }));
    const small = fc.integer({ min: -50, max: 50 });
    fc.assert(
      fc.property(fc.option(small), small, floor, (current, delta, least) => {
        const effect = applyTo(current, { type: 'add', key: 'k', delta, floor: least });
        const sum = (current ?? 0) + delta;

        if (least !== null && sum < least)
          expect(effect).toEqual({ type: 'refused', because: 'below-floor' });
        else expect(effect).toEqual({ type: 'set', value: sum });
      }),
      runs,
    );
  });

  test('that adds counts what was never written, and what is no number, as 0', () => {
    expect(addTo(null, 3, null)).toEqual({ type: 'set', value: 3 });
    expect(addTo('text', 3, null)).toEqual({ type: 'set', value: 3 });
    expect(numberIn([1])).toBe(0);
  });
});

describe('an operation', () => {
  test('touches its key, and both keys where it is a transfer', () => {
    expect(keysOf({ type: 'read', key: 'a' })).toEqual(['a']);
    expect(keysOf({ type: 'transfer', key: 'a', to: 'b', amount: 1, floor: 0 })).toEqual(['a', 'b']);
  });

  test('changes the state unless it is a read', () => {
    expect(operationKinds.filter(isUpdate)).toEqual(['write', 'add', 'cas', 'transfer']);
  });
});
