import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Degradations, harmless, together } from '../../src/topology/degradations.ts';
import type { DirectedLink, LinkDegradation } from '../../src/topology/link.ts';
import { propertyRuns } from '../support/histories.ts';

const chance = fc.double({ min: 0, max: 1, noNaN: true });
const degradation: fc.Arbitrary<LinkDegradation> = fc.record(
  {
    slowBy: fc.double({ min: 0.1, max: 100, noNaN: true }),
    addDelay: fc.nat(1_000_000),
    loss: chance,
    duplicate: chance,
    reorder: fc.record({ chance, upTo: fc.nat(100_000) }),
  },
  { requiredKeys: [] },
);
const ends = 4;
const end = fc.nat(ends - 1);
const links: fc.Arbitrary<readonly DirectedLink[]> = fc.array(fc.tuple(end, end), {
  minLength: 1,
  maxLength: 6,
});
const strikes = fc.array(fc.tuple(links, degradation), { minLength: 1, maxLength: 6 });

const stateOf = (degradations: Degradations) =>
  Array.from({ length: ends * ends }, (_, link) => degradations.on(link));

test('what is undone, in any order, leaves exactly what there was before', () => {
  fc.assert(
    fc.property(strikes, strikes, fc.integer(), (stay, go, salt) => {
      const degradations = new Degradations(ends);
      for (const [where, what] of stay) degradations.add(where, what);
      const before = stateOf(degradations);

      for (const [where, what] of go) degradations.add(where, what);
      const order = go.map((_, i) => i).sort((a, b) => ((a * 31 + salt) % 7) - ((b * 31 + salt) % 7));
      for (const i of order) degradations.remove(...go[i]!);

      expect(stateOf(degradations)).toEqual(before);
    }),
    { numRuns: propertyRuns },
  );
});

test('the order in which links were struck makes no difference, down to the last bit', () => {
  fc.assert(
    fc.property(strikes, (all) => {
      const forwards = new Degradations(ends);
      const backwards = new Degradations(ends);
      for (const [where, what] of all) forwards.add(where, what);
      for (const [where, what] of all.toReversed()) backwards.add(where, what);

      expect(stateOf(backwards)).toEqual(stateOf(forwards));
    }),
    { numRuns: propertyRuns },
  );
});

test('together, degradations multiply, add up, and spare what each of them spares', () => {
  const effects = together([
    { slowBy: 2, addDelay: 5, loss: 0.5, reorder: { chance: 0.5, upTo: 10 } },
    { slowBy: 3, addDelay: 1, loss: 0.5, duplicate: 0.25, reorder: { chance: 1, upTo: 3 } },
  ]);

  expect(effects).toEqual({
    slowBy: 6,
    addDelay: 6,
    loss: 0.75,
    duplicate: 0.25,
    reorderChance: 1,
    reorderUpTo: 10,
  });
  expect(together([])).toEqual(harmless);
});

test('a link named twice is struck once', () => {
  const degradations = new Degradations(ends);

  const struck = degradations.add(
    [
      [0, 1],
      [0, 1],
    ],
    { loss: 0.5 },
  );

  expect(struck).toEqual([1]);
  expect(degradations.on(1)?.loss).toBe(0.5);
});

test('to take back what is not there changes nothing', () => {
  const degradations = new Degradations(ends);
  degradations.add([[0, 1]], { loss: 0.5 });

  degradations.remove([[0, 1]], { loss: 0.25 });
  degradations.remove([[2, 1]], { loss: 0.5 });

  expect(stateOf(degradations).filter((effects) => effects !== undefined)).toEqual([
    { ...harmless, loss: 0.5 },
  ]);
});

test.each<[LinkDegradation, string]>([
  [{ slowBy: 0 }, 'slowBy is 0; it is above 0'],
  [{ addDelay: -1 }, 'addDelay is -1 µs; it is 0 or more'],
  [{ loss: 1.1 }, 'loss is 1.1; a chance is from 0 to 1'],
  [{ reorder: { chance: Number.NaN, upTo: 1 } }, 'reorder is NaN; a chance is from 0 to 1'],
])('%j is refused', (what, message) => {
  expect(() => new Degradations(ends).add([[0, 1]], what)).toThrow(message);
});
