import { expect, test } from 'vitest';
import { seconds } from '../../src/kernel/time.ts';
import { Arrivals, expectedArrivals, type RateStretch } from '../../src/workloads/arrivals.ts';

const rate: readonly RateStretch[] = [
  { from: 60, to: 60, lasts: seconds(2) },
  { from: 0, to: 600, lasts: seconds(4) },
  { from: 600, to: 0, lasts: seconds(3) },
];
const duration = seconds(9);

function dueTimes(arrivals: 'poisson' | 'constant', stream: number, part = 1, seed = '1'): number[] {
  const source = new Arrivals({ arrivals, rate, part, seed, stream });
  const times: number[] = [];
  for (let at = source.next(); at !== null; at = source.next()) times.push(at);
  return times;
}

/** The operations owed at a time, worked out by hand for `rate`. */
function owed(micros: number): number {
  const t = micros / 1e6;
  const steady = 60 * Math.min(t, 2);
  const up = Math.min(Math.max(t - 2, 0), 4);
  const down = Math.max(t - 6, 0);
  return steady + (150 * up * up) / 2 + 600 * down - (200 * down * down) / 2;
}

test('due times are whole, in order and inside the load', () => {
  for (const arrivals of ['poisson', 'constant'] as const) {
    const times = dueTimes(arrivals, 0);

    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (const time of times) {
      expect(Number.isInteger(time)).toBe(true);
      expect(time).toBeGreaterThanOrEqual(0);
      expect(time).toBeLessThan(duration);
    }
  }
});

test('due times depend on the seed and the stream alone', () => {
  expect(dueTimes('poisson', 4)).toEqual(dueTimes('poisson', 4));
  expect(dueTimes('poisson', 4)).not.toEqual(dueTimes('poisson', 5));
  expect(dueTimes('poisson', 4, 1, '2')).not.toEqual(dueTimes('poisson', 4));
});

test('a load asks as many operations as the area under its rate', () => {
  expect(expectedArrivals(rate)).toBe(owed(duration));
  expect(expectedArrivals(rate)).toBe(2_220);

  const counts = Array.from({ length: 100 }, (_, stream) => dueTimes('poisson', stream).length);

  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  expect(Math.abs(mean - 2_220)).toBeLessThan(5 * Math.sqrt(2_220 / 100));
});

test('streams share the rate by their parts', () => {
  const quarter = Array.from({ length: 100 }, (_, stream) => dueTimes('poisson', stream, 0.25).length);

  const mean = quarter.reduce((a, b) => a + b, 0) / quarter.length;
  expect(Math.abs(mean - 555)).toBeLessThan(5 * Math.sqrt(555 / 100));
  expect(dueTimes('poisson', 0, 0)).toEqual([]);
});

test('between Poisson arrivals the area under the rate grows by unit exponentials', () => {
  const steps = Array.from({ length: 20 }, (_, stream) => dueTimes('poisson', stream))
    .flatMap((times) => times.map((time, i) => owed(time) - (i === 0 ? 0 : owed(times[i - 1] as number))))
    .sort((a, b) => a - b);

  // Kolmogorov and Smirnov: the largest gap between the steps' distribution and 1 − exp(−x).
  const gap = Math.max(...steps.map((step, i) => Math.abs(1 - Math.exp(-step) - (i + 0.5) / steps.length)));
  expect(steps.length).toBeGreaterThan(40_000);
  expect(gap * Math.sqrt(steps.length)).toBeLessThan(1.95); // The 99.9 % point.
});

test('constant arrivals are one operation apart in the area under the rate', () => {
  const times = dueTimes('constant', 0);

  const owedAt = times.map(owed);
  owedAt.slice(1).forEach((now, i) => {
    // A microsecond of rounding is worth 0.0006 operations at the highest rate.
    expect(Math.abs(now - (owedAt[i] as number) - 1)).toBeLessThan(0.002);
  });
  expect(times.length).toBeGreaterThanOrEqual(2_219);
});

test('constant streams do not knock at the same instant', () => {
  expect(dueTimes('constant', 0)[0]).not.toBe(dueTimes('constant', 1)[0]);
});
