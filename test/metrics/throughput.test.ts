import { describe, expect, it } from 'vitest';
import { measureBacklog, measureThroughput } from '../../src/metrics/throughput.ts';
import { draw, type Told, tell } from '../support/history.ts';
import { crash, trialOf } from '../support/trial.ts';

describe('throughput', () => {
  it('counts what completed ok within the span, whenever it was asked', () => {
    const history = draw(
      `
      warm-up 1:   |- write x 1 -|
      measured 2:                  |- write x 2 -| |- read x 2 -| |- write x 3 /
      measured 3:                                                              |- read x 2 ----------|
    `,
      { late: 0 },
    );
    const window = { loadFrom: 0, measuredFrom: 25_000, measuredTo: 85_000, loadTo: 120_000 };

    const measured = measureThroughput(trialOf(history, { window }), 'measured');

    expect(measured).toEqual({
      writes: 2 / 0.06,
      reads: 1 / 0.06,
      offeredWrites: 2 / 0.06,
      offeredReads: 2 / 0.06,
    });
  });

  it('offers nothing measurable in a closed loop', () => {
    const history = draw(`
      1: |- read x -|
    `);

    expect(measureThroughput(trialOf(history), 'measured').offeredReads).toBeNull();
  });

  it('is not measured in a phase without length', () => {
    const history = draw(`
      1: |- read x -|
    `);

    expect(measureThroughput(trialOf(history), 'cool-down').reads).toBeNull();
  });
});

describe('the backlog', () => {
  it('does not grow where everything is answered in the same time', () => {
    const record = trialOf(
      loaded((i) => ({ from: i, to: i + 20 })),
      window(1_000),
    );

    expect(measureBacklog(record)).toMatchObject({ sustained: true });
  });

  it('grows where answers come slower than questions', () => {
    const record = trialOf(
      loaded((i) => ({ from: i, to: 2 * i + 5 })),
      window(1_000),
    );

    expect(measureBacklog(record)).toMatchObject({ sustained: false });
  });

  it('grows where questions run out of time', () => {
    const history = loaded((i) => ({ from: i, to: i + 50, ...(i % 5 === 0 ? timedOut : {}) }));

    expect(measureBacklog(trialOf(history, window(1_000)))).toMatchObject({ sustained: false });
  });

  it('is not held against a strategy while a node is down', () => {
    const history = loaded((i) => ({
      from: 10 * i,
      to: 10 * i + 50,
      ...(i > 300 && i < 400 ? timedOut : {}),
    }));
    const faults = [crash(3_000, 3_500)];

    expect(measureBacklog(trialOf(history, { ...window(10_000), faults }))).toMatchObject({
      sustained: true,
    });
  });

  it('is not measured in a closed loop, nor where the fault lasts throughout', () => {
    const history = loaded((i) => ({ from: i, to: i + 1 }));

    expect(measureBacklog(trialOf(history, { ...window(1_000), openLoop: false }))).toBeNull();
    expect(measureBacklog(trialOf(history, { ...window(1_000), faults: [crash(0, null)] }))).toBeNull();
  });
});

const timedOut = { completion: { type: 'info', error: 'timed out' } } as const;

/** A thousand reads, each due when it is invoked. */
function loaded(times: (i: number) => Pick<Told, 'from' | 'to' | 'completion'>) {
  const rows = Array.from({ length: 1_000 }, (_, i) => times(i));
  return tell(rows.map((row) => ({ ...row, dueAt: row.from, operation: { type: 'read', key: 'x' } })));
}

function window(milliseconds: number) {
  const end = milliseconds * 1_000;
  return { window: { loadFrom: 0, measuredFrom: 0, measuredTo: end, loadTo: end } };
}
