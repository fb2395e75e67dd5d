import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cells } from '../../../src/checkers/models/cell.ts';
import { encode } from '../../../src/checkers/search/encode.ts';
import { NameTree } from '../../../src/checkers/search/names.ts';
import { Sequences } from '../../../src/checkers/search/sequences.ts';
import { noState, Transitions } from '../../../src/checkers/search/transitions.ts';
import { propertyPatience, propertyRuns } from '../../support/histories.ts';

describe('numbers for sequences of words', () => {
  test(
    'are equal exactly for equal sequences, however many there are',
    () => {
      const sequences = new Sequences();
      const numbers = new Map<string, number>();
      const word = fc.constantFrom(0, 1, 2, 0xffffffff);

      fc.assert(
        fc.property(fc.array(word, { maxLength: 6 }), (words) => {
          const known = numbers.get(words.join()) ?? numbers.size;
          numbers.set(words.join(), known);
          expect(sequences.intern(Uint32Array.from(words), words.length)).toBe(known);
          expect(sequences.find(Uint32Array.from(words), words.length)).toBe(known);
        }),
        { numRuns: Math.max(5_000, propertyRuns) },
      );
      expect(sequences.count).toBe(numbers.size);
      expect(sequences.find(Uint32Array.of(7, 7), 2)).toBe(-1);
    },
    propertyPatience,
  );
});

describe('the name of plain data', () => {
  test.each([
    [0, -0, true],
    [0, null, false],
    [Number.NaN, null, false],
    [1, '1', false],
    [[1, 2], [12], false],
    [['a,b'], ['a', 'b'], false],
    [new Set(['b', 'a']), new Set(['a', 'b']), true],
    [new Map([['a', 1]]), { a: 1 }, false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [undefined, null, false],
  ])('of %j and of %j: the same is %s', (one, other, same) => {
    expect(encode(one) === encode(other)).toBe(same);
  });
});

describe('steps between states', () => {
  test('are those of the object, asked again or not', () => {
    const transitions = new Transitions(cells);
    const start = transitions.stateOf(null);
    const adds = Array.from({ length: 50 }, (_, i) =>
      transitions.actionOf({ type: 'add', delta: i + 1, floor: null, told: null }),
    );
    const readFive = transitions.actionOf({ type: 'read', told: [5] });

    for (let round = 0; round < 2; round += 1) {
      let state = start;
      adds.forEach((action) => {
        state = transitions.step(state, action);
      });

      expect(state).toBe(transitions.stateOf((50 * 51) / 2));
      expect(transitions.step(start, readFive)).toBe(noState);
      expect(transitions.step(transitions.stateOf(5), readFive)).toBe(transitions.stateOf(5));
    }
  });
});

describe('names of many numbers', () => {
  test(
    'are equal exactly where all numbers are, whatever changed in between',
    () => {
      const change = fc.tuple(fc.nat(6), fc.nat(3), fc.boolean());

      fc.assert(
        fc.property(fc.integer({ min: 1, max: 7 }), fc.array(change, { maxLength: 40 }), (size, changes) => {
          const numbers = new Int32Array(size);
          const tree = new NameTree(numbers);
          const names = new Map<number, string>([[tree.name(), numbers.join()]]);
          const texts = new Map<string, number>([[numbers.join(), tree.name()]]);
          for (const [leaf, number, isNamed] of changes) {
            numbers[leaf % size] = number;
            tree.set(leaf % size, number);
            if (!isNamed) continue;
            const name = tree.name();
            expect(names.get(name) ?? numbers.join()).toBe(numbers.join());
            expect(texts.get(numbers.join()) ?? name).toBe(name);
            names.set(name, numbers.join());
            texts.set(numbers.join(), name);
          }
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  test('take more room the more of them there are', () => {
    const tree = new NameTree(new Int32Array(4));
    const before = tree.bytes;

    for (let number = 0; number < 5_000; number += 1) {
      tree.set(number % 4, number);
      tree.name();
    }

    expect(tree.bytes).toBeGreaterThan(before);
  });
});
