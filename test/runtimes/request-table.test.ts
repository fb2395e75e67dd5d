import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RequestTable } from '../../src/runtimes/request-table.ts';

describe('a table of requests', () => {
  test('answers as a map does, whatever enters and leaves, and lists its entries by their numbers', () => {
    const id = fc.oneof(
      fc.nat(300),
      fc.nat(4).map((i) => i * 64),
      fc.nat(4).map((i) => 2 ** 40 + i * 128),
    );
    const step = fc.record({ id, action: fc.constantFrom('set', 'set', 'take', 'get', 'clear?') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const [table, model] = [new RequestTable<number>(), new Map<number, number>()];

        for (const [i, { id, action }] of steps.entries()) {
          if (action === 'set') {
            table.set(id, i);
            model.set(id, i);
          } else if (action === 'take') {
            expect(table.take(id)).toBe(model.get(id));
            model.delete(id);
          } else if (action === 'clear?' && i % 50 === 0) {
            table.clear();
            model.clear();
          }
          expect(table.get(id)).toBe(model.get(id));
          expect(table.size).toBe(model.size);
        }

        expect(table.entries()).toEqual([...model].sort(([a], [b]) => a - b));
      }),
      { numRuns: 1_000 },
    );
  });
});
