import { describe, expect, it } from 'vitest';
import { measureLatency } from '../../src/metrics/latency.ts';
import { distributionOf, percentileOf, rank } from '../../src/metrics/percentile.ts';
import { draw } from '../support/history.ts';
import { trialOf } from '../support/trial.ts';

const reads = { phase: 'measured', operations: 'read', site: null } as const;

describe('a percentile', () => {
  it('is the sample at the nearest rank', () => {
    const samples = Float64Array.from({ length: 1_000 }, (_, i) => i + 1);

    expect(percentileOf(samples, rank.p50)).toBe(500);
    expect(percentileOf(samples, rank.p99)).toBe(990);
    expect(percentileOf(samples, rank.p999)).toBe(999);
    expect(percentileOf(samples, rank.p9999)).toBe(1_000);
  });

  it('of a single sample is that sample', () => {
    expect(distributionOf(Float64Array.of(7))).toMatchObject({ minimum: 7, p50: 7, p9999: 7, mean: 7 });
  });

  it('of nothing is not measured', () => {
    expect(distributionOf(new Float64Array(0))).toBeNull();
  });
});

describe('latency', () => {
  it('counts from the due time in an open loop, and from invocation beside it', () => {
    const history = draw(
      `
      1: |- read x -|  |---- read x ----|
    `,
      { late: 5 },
    );

    const { latency, service } = measureLatency(trialOf(history), reads);

    expect([latency!.minimum, latency!.maximum]).toEqual([16_000, 22_000]);
    expect([service!.minimum, service!.maximum]).toEqual([11_000, 17_000]);
  });

  it('counts from invocation in a closed loop', () => {
    const history = draw(`
      1: |- read x -|
    `);

    expect(measureLatency(trialOf(history), reads).latency!.p50).toBe(11_000);
  });

  it('counts what was not answered apart', () => {
    const history = draw(`
      1: |- read x -| |- read x ? |- read x ! |- read x ~
    `);

    const { latency, unanswered } = measureLatency(trialOf(history), reads);

    expect(latency!.count).toBe(1);
    expect(unanswered).toBe(3);
  });

  it('keeps reads, updates, regions and phases apart', () => {
    const history = draw(`
      warm-up 1: |- read x -|
      2@asia:    |-- read x --|
      3@europe:  |--- read x ---|
      4@europe:  |---- add x 1 ----|
    `);
    const p50 = (selection: Parameters<typeof measureLatency>[1]) =>
      measureLatency(trialOf(history), selection).latency?.p50;

    expect(p50({ ...reads, phase: 'warm-up' })).toBe(11_000);
    expect(p50({ ...reads, site: 0 })).toBe(13_000);
    expect(p50({ ...reads, site: 2 })).toBe(15_000);
    expect(p50({ ...reads, operations: 'write' })).toBe(18_000);
    expect(p50({ ...reads, phase: 'cool-down' })).toBeUndefined();
  });
});
