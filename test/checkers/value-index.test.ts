import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ValueIndex } from '../../src/checkers/value-index.ts';

test('finds what a Map would find', () => {
  const value = fc.oneof(fc.nat(20), fc.double({ noNaN: true }), fc.constantFrom(-0, 0, 1e10, 1e10 + 1));
  const entry = fc.tuple(value, fc.constantFrom(2, 3));

  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), fc.array(entry), (entries, questions) => {
      const index = new ValueIndex(entries.length);
      const map = new Map<string, number>();
      const nameOf = ([number, kind]: readonly [number, number]) => `${kind} ${number}`; // −0 prints as 0.
      entries.forEach((added, id) => {
        expect(index.add(...added, id)).toBe(!map.has(nameOf(added)));
        if (!map.has(nameOf(added))) map.set(nameOf(added), id);
      });

      for (const question of [...entries, ...questions]) {
        expect(index.find(...question)).toBe(map.get(nameOf(question)) ?? -1);
      }
    }),
  );
});
