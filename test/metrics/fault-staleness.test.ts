import { expect, test } from 'vitest';
import type { FaultRecord } from '../../src/history/trial.ts';
import { measureDowntime } from '../../src/metrics/downtime.ts';
import { type FaultStaleness, stalenessUnderFault } from '../../src/metrics/fault-staleness.ts';
import { judgeReads } from '../../src/metrics/staleness.ts';
import { draw } from '../support/history.ts';
import { crash, trialOf } from '../support/trial.ts';

const history = draw(
  `
  1@asia:    |- write x 1 -| |- write x 2 -|                             |- read x 2 -|
  2@america:                                  |- read x 1 -| |- read x 2 -|            |- read x 1 -| |- read x 1 -|
`,
  { regions: ['asia', 'america'] },
);

function measured(fault: FaultRecord, site: number | null, operations: string): FaultStaleness | null {
  const record = trialOf(history, { faults: [fault] });
  const impact = measureDowntime(record).find((one) => one.site === site && one.operations === operations)!;
  return stalenessUnderFault(record, judgeReads(history), impact);
}

test('counts stale reads from the strike and from the end of the fault', () => {
  expect(measured(crash(40, 62), null, 'all')).toEqual({
    judged: 5,
    stale: 3,
    first: 6_000,
    firstAfterEnd: 25_000,
    lastAfterEnd: 40_000,
  });
});

test('leaves out what began before the strike', () => {
  expect(measured(crash(50, 62), null, 'read')).toMatchObject({ judged: 4, stale: 2, first: 37_000 });
});

test('counts the clients of one region alone', () => {
  expect(measured(crash(40, 62), 0, 'read')).toEqual({
    judged: 1,
    stale: 0,
    first: null,
    firstAfterEnd: null,
    lastAfterEnd: null,
  });
});

test('has no end to count from while the fault lasts', () => {
  expect(measured(crash(40, null), null, 'read')).toMatchObject({ stale: 3, firstAfterEnd: null });
});

test('says nothing of updates', () => {
  expect(measured(crash(20, 62), null, 'write')).toBeNull();
});
