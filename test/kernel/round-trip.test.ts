import { expect, test } from 'vitest';
import { RoundTrip } from '../../src/kernel/round-trip.ts';
import { milliseconds } from '../../src/kernel/time.ts';

test('the estimate settles near what rounds take, on a short link and on a long one', () => {
  for (const took of [100, milliseconds(150)]) {
    const roundTrip = new RoundTrip();

    for (let round = 0; round < 100; round += 1) roundTrip.observe(took, false);

    expect(Math.abs(roundTrip.estimate - took)).toBeLessThan(took / 10);
  }
});

test('a round that was resent can only slowly lengthen the estimate', () => {
  const roundTrip = new RoundTrip();
  const before = roundTrip.estimate;

  roundTrip.observe(before / 2, true);
  expect(roundTrip.estimate).toBe(before);

  roundTrip.observe(before * 10, true);
  expect(roundTrip.estimate).toBe(before * 2);
});

test('rounds that were resent never make anybody wait longer than a second', () => {
  const roundTrip = new RoundTrip();

  for (let round = 0; round < 100; round += 1) roundTrip.observe(milliseconds(60_000), true);

  expect(roundTrip.estimate).toBe(milliseconds(500));
  expect(roundTrip.resendAfter(5)).toBe(milliseconds(1_000));
});

test('each resend waits twice as long as the one before, up to a limit', () => {
  const roundTrip = new RoundTrip();

  const waits = [0, 1, 2, 3, 4, 5].map((resends) => roundTrip.resendAfter(resends));

  expect(waits).toEqual([40, 80, 160, 320, 640, 640].map(milliseconds));
});
