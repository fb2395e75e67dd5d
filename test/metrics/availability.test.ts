import { describe, expect, it } from 'vitest';
import { answeredRows, longestGap, successTimes, tally, yieldOf } from '../../src/metrics/availability.ts';
import { type FaultImpact, measureDowntime } from '../../src/metrics/downtime.ts';
import { draw, type Told, tell } from '../support/history.ts';
import { crash, trialOf } from '../support/trial.ts';

describe('yield', () => {
  const history = draw(
    `
    1: |- read x -| |- add x 1 0 / |- read x ! |- add x 1 ? |- read x ~
  `,
    { late: 0 },
  );

  it('counts answers, refusals among them, against what was due', () => {
    const counts = tally(trialOf(history), 'measured', 'all');

    expect(counts).toEqual({ asked: 5, ok: 1, refused: 1, failed: 1, info: 2 });
    expect(yieldOf(counts, true)).toBe(0.4);
  });

  it('is not measured in closed loops, which stop asking', () => {
    expect(yieldOf(tally(trialOf(history), 'measured', 'all'), false)).toBeNull();
  });

  it('is not measured where nothing was due', () => {
    expect(yieldOf(tally(trialOf(history), 'cool-down', 'all'), true)).toBeNull();
  });
});

describe('the longest gap', () => {
  it('reaches from the start of the span, between answers, and to its end', () => {
    const times = Float64Array.of(5, 20, 80, 95);

    expect(longestGap(times, { from: 0, to: 100 })).toBe(60);
    expect(longestGap(times, { from: 30, to: 60 })).toBe(30);
    expect(longestGap(times, { from: 96, to: 300 })).toBe(204);
    expect(longestGap(times, { from: 9, to: 9 })).toBeNull();
  });

  it('takes refusals for answers', () => {
    const history = draw(`
      1: |- read x -| |- add x 1 0 / |- read x !
    `);

    expect(successTimes(history, answeredRows(history), null, 'all')).toHaveLength(2);
  });
});

describe('downtime', () => {
  it('is complete while somebody asks and nobody is answered', () => {
    const record = outage({ failing: [1_000, 1_600], fault: crash(1_000, 2_000) });

    const overall = impact(record, null, 'all');

    expect(overall).toMatchObject({
      failed: 60,
      firstError: 5_000,
      completeDowntime: 605_000,
      partialDowntime: 0,
      recovery: 605_000,
      recovered: true,
      latency: { p99: 5_000 },
      calmLatency: 5_000,
    });
  });

  it('is partial while some fail', () => {
    const record = outage({ failing: [1_000, 1_600], fault: crash(1_000, 2_000), onlySite: 1 });

    expect(impact(record, null, 'all')).toMatchObject({ completeDowntime: 0, partialDowntime: 600_000 });
    expect(impact(record, 1, 'all')).toMatchObject({ completeDowntime: 605_000 });
    expect(impact(record, 0, 'all')).toMatchObject({
      failed: 0,
      firstError: null,
      completeDowntime: 0,
      partialDowntime: 0,
      recovery: null,
      recovered: true,
    });
  });

  it('is no downtime where a silence is as long as in the calm', () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({ from: i * 200, to: i * 200 + 5, dueAt: i * 200 }));
    const history = tell(rows.map((row) => ({ ...row, operation: { type: 'read', key: 'x' } })));
    const record = trialOf(history, { faults: [crash(2_000, 2_100)] });

    expect(impact(record, null, 'all')).toMatchObject({ completeDowntime: 0, gapThreshold: 600_000 });
  });

  it('is no downtime while nobody asks', () => {
    const record = outage({ asking: [0, 1_000], resuming: 2_500, fault: crash(1_000, 2_000) });

    expect(impact(record, null, 'all')).toMatchObject({ completeDowntime: 0, longestGap: 1_505_000 });
  });

  it('has not recovered where failures last to the end', () => {
    const record = outage({ failing: [1_000, 9_999], fault: crash(1_000, 2_000) });

    expect(impact(record, null, 'all')).toMatchObject({ recovered: false, recovery: null });
  });

  it('is watched up to the next fault', () => {
    const record = outage({ failing: [2_000, 2_300], fault: crash(1_000, 1_100), next: crash(2_000, 2_100) });

    expect(impact(record, null, 'all', 0)).toMatchObject({ failed: 0, completeDowntime: 0 });
    expect(impact(record, null, 'all', 1)).toMatchObject({ failed: 30 });
  });

  it('is told apart for reads and writes, and for what was asked only', () => {
    const record = outage({ failing: [1_000, 1_600], fault: crash(1_000, 2_000), onlyWrites: true });

    expect(impact(record, null, 'read')).toMatchObject({ failed: 0 });
    expect(impact(record, null, 'write')).toMatchObject({ completeDowntime: 605_000 });
    expect(measureDowntime(record).some(({ site }) => site === 2)).toBe(false);
  });

  it('is not split into parts in closed loops', () => {
    const record = outage({ failing: [1_000, 1_600], fault: crash(1_000, 2_000) });

    expect(impact({ ...record, openLoop: false }, null, 'all')!.partialDowntime).toBeNull();
  });

  it('is nothing without faults', () => {
    expect(measureDowntime(outage({ fault: null }))).toEqual([]);
  });
});

interface Outage {
  readonly fault: ReturnType<typeof crash> | null;
  readonly next?: ReturnType<typeof crash>;
  readonly failing?: readonly [number, number];
  readonly onlySite?: number;
  readonly onlyWrites?: boolean;
  readonly asking?: readonly [number, number];
  readonly resuming?: number;
}

/** Four seconds, a question every 10 ms from two regions in turn, alternately a read and a write, answered after 5 ms. */
function outage(how: Outage) {
  const rows: Told[] = [];
  for (let i = 0; i < 400; i += 1) {
    const from = i * 10;
    const site = i % 2;
    const isWrite = Math.floor(i / 2) % 2 === 1;
    if (how.asking !== undefined && from >= how.asking[1] && from < (how.resuming ?? 0)) continue;
    const isHit =
      from >= (how.failing?.[0] ?? 9_999) &&
      from < (how.failing?.[1] ?? 9_999) &&
      (how.onlySite ?? site) === site &&
      (how.onlyWrites !== true || isWrite);
    rows.push({
      site,
      dueAt: from,
      from,
      to: from + 5,
      operation: isWrite ? { type: 'add', key: 'x', delta: 1, floor: null } : { type: 'read', key: 'x' },
      completion: isHit ? { type: 'fail', error: 'unavailable' } : { type: 'ok', value: 0 },
    });
  }
  const faults = [how.fault, how.next].flatMap((fault) => fault ?? []);
  return trialOf(tell(rows), { faults });
}

function impact(
  record: ReturnType<typeof trialOf>,
  site: number | null,
  operations: FaultImpact['operations'],
  fault = 0,
): FaultImpact | undefined {
  return measureDowntime(record).find(
    (found) => found.site === site && found.operations === operations && found.fault === fault,
  );
}
