import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/checkers/index.ts';
import { checkLinearizable } from '../../src/checkers/linearizable.ts';
import { withProcessOrder } from '../../src/checkers/process-order.ts';
import {
  historyOf,
  manyRuns,
  ok,
  propertyPatience,
  propertyRuns,
  read,
  type Told,
  write,
} from '../support/histories.ts';
import { isSequential, sessionHistory } from '../support/sessions.ts';
import { trialOf } from '../support/trial.ts';

const told = (
  process: number,
  from: number,
  to: number,
  operation: Told['operation'],
  completion = ok(),
): Told => ({
  process,
  from,
  to,
  operation,
  completion,
});

/** Each operation lasts until its process begins the next one. */
function withoutPauses(rows: readonly Told[]): readonly Told[] {
  return rows.map((row, i) => {
    const next = rows.find((other, j) => j > i && other.process === row.process);
    return next === undefined || row.to === undefined ? row : { ...row, to: next.from };
  });
}

describe('the order of a process in real time', () => {
  // process 1   |write x 1|read y null|
  // process 2   |write y 2|read x null|
  test('is told where one operation ends as the next one begins', () => {
    const history = historyOf([
      told(1, 0, 10, write('x', 1)),
      told(2, 0, 10, write('y', 2)),
      told(1, 10, 20, read('y'), ok(null)),
      told(2, 10, 20, read('x'), ok(null)),
    ]);

    expect(checkLinearizable(history).type).toBe('holds');
    expect(checkLinearizable(withProcessOrder(history)!).type).toBe('violated');
  });

  test('leaves a history as it is where nothing touches', () => {
    const history = historyOf([told(1, 0, 9, write('x', 1)), told(1, 10, 20, read('x'), ok(1))]);

    expect(withProcessOrder(history)).toBe(history);
  });

  test('is not to be told where operations of one process overlap, or take no time', () => {
    const overlapping = [told(1, 0, 12, write('x', 1)), told(1, 10, 20, read('x'), ok(1))];
    const instant = [told(1, 10, 10, write('x', 1)), told(1, 10, 20, read('x'), ok(1))];

    expect(withProcessOrder(historyOf(overlapping))).toBeNull();
    expect(withProcessOrder(historyOf(instant))).toBeNull();
  });

  test(
    'grants no more than every interleaving of the processes does',
    () => {
      const seen = new Set<string>();

      fc.assert(
        fc.property(sessionHistory(7), fc.boolean(), (drawn, busy) => {
          const rows = busy ? withoutPauses(drawn) : drawn;
          fc.pre(rows.some(({ completion }) => completion?.type === 'ok'));
          const verdicts = new Map(
            judge(trialOf(historyOf(rows)), []).map(({ guarantee, verdict }) => [guarantee, verdict.type]),
          );
          seen.add(`${busy} ${verdicts.get('linearizable')} ${verdicts.get('sequential')}`);
          expect(verdicts.get('sequential')).toBe(isSequential(rows) ? 'holds' : 'violated');
        }),
        { numRuns: propertyRuns },
      );

      if (manyRuns) expect(seen.size).toBeGreaterThanOrEqual(6);
    },
    propertyPatience,
  );
});
