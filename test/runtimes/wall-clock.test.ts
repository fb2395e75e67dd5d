import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClockSkew } from '../../src/faults/fault.ts';
import { milliseconds, seconds } from '../../src/kernel/time.ts';
import { WallClock } from '../../src/runtimes/wall-clock.ts';

const start = seconds(1_000);
/** How far it is ahead of the true time. */
const ahead = (clock: WallClock, now: number) => clock.read(now) - start - now;

describe('a wall clock that nothing has struck', () => {
  test('goes with the shared clock', () => {
    expect(new WallClock(start).read(seconds(5))).toBe(seconds(1_005));
  });
});

describe('a skew', () => {
  test('is reached at double speed, and then holds', () => {
    const clock = new WallClock(start);
    clock.skew(seconds(10), { type: 'offset', by: milliseconds(300) });

    const readings = [10, 10.1, 10.3, 20].map((time) => ahead(clock, seconds(time)));

    expect(readings).toEqual([0, 100_000, 300_000, 300_000]);
  });

  test('behind the true time is reached at half speed, and made up for at double speed', () => {
    const clock = new WallClock(start);
    clock.skew(0, { type: 'offset', by: milliseconds(-500) });
    const there = [0.5, 1, 9].map((time) => ahead(clock, seconds(time)));
    clock.unskew(seconds(10));

    const back = [10, 10.4, 10.5, 11].map((time) => ahead(clock, seconds(time)));

    expect(there).toEqual([-250_000, -500_000, -500_000]);
    expect(back).toEqual([-500_000, -100_000, 0, 0]);
  });

  test('by a rate grows as long as it lasts', () => {
    const clock = new WallClock(start);
    clock.skew(seconds(1), { type: 'drift', rate: -0.01 });
    const drifted = [1, 2, 101].map((time) => ahead(clock, seconds(time)));
    clock.unskew(seconds(101));

    expect(drifted).toEqual([0, -10_000, -1_000_000]);
    expect(ahead(clock, seconds(102))).toBe(0);
  });

  test('never sets the clock back, whatever skews follow each other', () => {
    const skew: fc.Arbitrary<ClockSkew | null> = fc.oneof(
      fc.constant(null),
      fc.record({ type: fc.constant('offset'), by: fc.integer({ min: -seconds(2), max: seconds(2) }) }),
      fc.record({ type: fc.constant('drift'), rate: fc.double({ min: -0.5, max: 0.5, noNaN: true }) }),
    );
    const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: seconds(3) }), skew), { maxLength: 10 });
    fc.assert(
      fc.property(changes, fc.array(fc.integer({ min: 0, max: seconds(1) })), (list, pauses) => {
        const clock = new WallClock(start);
        let now = 0;
        let last = clock.read(now);
        const goOn = (by: number) => {
          now += by;
          const reading = clock.read(now);
          expect(reading).toBeGreaterThanOrEqual(last);
          last = reading;
        };
        for (const [wait, change] of list) {
          goOn(wait);
          if (change === null) clock.unskew(now);
          else clock.skew(now, change);
          for (const pause of pauses) goOn(pause);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a jump', () => {
  test('sets the clock at once, back too, and its undoing sets it right', () => {
    const clock = new WallClock(start);
    clock.jump(seconds(-5));
    clock.skew(0, { type: 'offset', by: milliseconds(10) });

    expect(ahead(clock, seconds(1))).toBe(seconds(-5) + milliseconds(10));
    clock.jump(seconds(5));
    expect(ahead(clock, seconds(1))).toBe(milliseconds(10));
  });
});
