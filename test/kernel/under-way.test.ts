import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnderWay } from '../../src/kernel/under-way.ts';

describe('what is under way', () => {
  test('is what was begun and has not ended, one activity per key, the latest', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), ends: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const [underWay, model] = [new UnderWay<{ key: string; place: number }>(), new Map()];

        for (const { key, ends } of steps) {
          const activity = { key, place: -1 };
          if (ends) underWay.end(key);
          else underWay.begin(activity);
          if (ends) model.delete(key);
          else model.set(key, activity);
          expect(underWay.size).toBe(model.size);
          expect(underWay.get(key)).toBe(model.get(key));
          expect(underWay.has(key)).toBe(model.has(key));
        }

        const seen: unknown[] = [];
        underWay.forEach((activity) => {
          seen.push(activity);
        });
        expect(new Set(seen)).toEqual(new Set(model.values()));
        expect(seen.length).toBe(model.size);
      }),
      { numRuns: 1_000 },
    );
  });

  test('may end one after the other while they are visited', () => {
    const underWay = new UnderWay<{ key: string; place: number }>();
    for (const key of ['a', 'b', 'c', 'd']) underWay.begin({ key, place: -1 });
    const seen: string[] = [];

    underWay.forEach(({ key }) => {
      seen.push(key);
      underWay.end(key);
    });

    expect(seen.sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(underWay.size).toBe(0);
  });
});
