import { expect, test } from 'vitest';
import { checkConvergence } from '../../src/checkers/convergence.ts';
import type { Value } from '../../src/kernel/operation.ts';
import { draw } from '../support/history.ts';
import { trialOf } from '../support/trial.ts';

function verdictOn(contents: readonly Readonly<Record<string, Value>>[], agreed: boolean) {
  const stored = new Map(contents.map((values, node) => [node, new Map(Object.entries(values))] as const));
  const convergence = { agreed, took: null, allowed: 1 };
  return checkConvergence(trialOf(draw(''), { contents: stored, convergence }));
}

test('names two owners that disagree rather than a node that holds no copy', () => {
  const contents = [{ x: 1 }, { x: 1, y: 1 }, { y: 2 }];

  expect(verdictOn(contents, false)).toMatchObject({
    type: 'violated',
    sentence: 'after all was quiet america-1 holds 1 under "y" and europe-1 holds 2',
  });
});

test('names what one node lacks where nothing else differs', () => {
  expect(verdictOn([{ x: 1 }, {}], false)).toMatchObject({
    sentence: 'after all was quiet asia-1 holds 1 under "x" and america-1 holds nothing',
  });
});

test('leaves keys to their owners where the runtime found that these agree', () => {
  expect(verdictOn([{ x: 1 }, { x: 1, y: 1 }, { y: 1 }], true)).toEqual({ type: 'holds' });
});
