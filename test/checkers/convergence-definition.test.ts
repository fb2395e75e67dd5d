import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConvergence } from '../../src/checkers/convergence.ts';
import type { Value } from '../../src/kernel/operation.ts';
import { propertyPatience, propertyRuns } from '../support/histories.ts';
import { tell } from '../support/history.ts';
import { trialOf } from '../support/trial.ts';

const nodes = ['asia-1', 'america-1', 'europe-1', 'asia-2'];
const value: fc.Arbitrary<Value> = fc.constantFrom<Value>(null, 0, 1, 'one', ['a', 1], ['a', 1]);
const stored = fc.dictionary(fc.constantFrom('x', 'y', 'z'), value, { maxKeys: 3 });

type Contents = Readonly<Record<string, Value>>;

/** Every pair of nodes that differ on a key, by trying all of them. Nothing stored and `null` are the same. */
function differences(contents: readonly Contents[]) {
  const found: { key: string; one: number; other: number; bothHold: boolean }[] = [];
  for (const key of ['x', 'y', 'z']) {
    for (let one = 0; one < contents.length; one += 1) {
      for (let other = one + 1; other < contents.length; other += 1) {
        const [a, b] = [contents[one]![key] ?? null, contents[other]![key] ?? null];
        if (JSON.stringify(a) === JSON.stringify(b)) continue;
        found.push({ key, one, other, bothHold: a !== null && b !== null });
      }
    }
  }
  return found;
}

function words(held: Value | undefined): string {
  return held === undefined || held === null
    ? 'nothing'
    : typeof held === 'string'
      ? held
      : JSON.stringify(held);
}

describe('agreement of replicas', () => {
  it(
    'is denied exactly where some pair of nodes differs, and such a pair is named',
    () => {
      fc.assert(
        fc.property(fc.array(stored, { minLength: 2, maxLength: 4 }), (contents) => {
          const held = new Map(contents.map((values, node) => [node, new Map(Object.entries(values))]));
          const convergence = { agreed: false, took: null, allowed: 1 };
          const history = tell([], ['somewhere'], nodes);

          const verdict = checkConvergence(trialOf(history, { contents: held, convergence }));

          const found = differences(contents);
          const telling = found.some(({ bothHold }) => bothHold)
            ? found.filter(({ bothHold }) => bothHold)
            : found;
          expect(verdict.type).toBe(found.length === 0 ? 'holds' : 'violated');
          if (verdict.type !== 'violated') return;
          const sentences = telling.flatMap(({ key, one, other }) =>
            [
              [one, other],
              [other, one],
            ].map(
              ([a, b]) =>
                `after all was quiet ${nodes[a!]} holds ${words(contents[a!]![key])} under "${key}" and ${nodes[b!]} holds ${words(contents[b!]![key])}`,
            ),
          );
          expect(sentences).toContain(verdict.sentence);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});
