import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareStamps, HybridClock, type Stamp, zeroStamp } from '../../src/kernel/clock.ts';

const runs = { numRuns: 2000 };

/** A wall clock that faults may set to anything. */
function settableClock(): { now: number; read: () => number } {
  const clock = { now: 0, read: () => clock.now };
  return clock;
}

const stamp: fc.Arbitrary<Stamp> = fc.record({
  time: fc.nat(20),
  counter: fc.nat(3),
  node: fc.nat(2),
});

type Event =
  | { readonly type: 'next' }
  | { readonly type: 'jump'; readonly to: number }
  | { readonly type: 'observe'; readonly seen: Stamp };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.constant<Event>({ type: 'next' }),
  fc.nat(20).map((to): Event => ({ type: 'jump', to })),
  stamp.map((seen): Event => ({ type: 'observe', seen })),
);

describe('a hybrid clock', () => {
  test('issues stamps newer than all that it issued or observed, however its wall clock jumps', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const wall = settableClock();
        const clock = new HybridClock(1, wall.read);
        let newest = zeroStamp;

        for (const each of events) {
          if (each.type === 'jump') wall.now = each.to;
          if (each.type === 'observe') {
            clock.observe(each.seen);
            if (compareStamps(each.seen, newest) > 0) newest = each.seen;
          }
          if (each.type === 'next') {
            const issued = clock.next();
            expect(compareStamps(issued, newest)).toBeGreaterThan(0);
            expect(issued.time).toBeGreaterThanOrEqual(wall.now);
            newest = issued;
          }
        }
      }),
      runs,
    );
  });

  test('never runs further ahead of its wall clock than the newest time that it saw', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const wall = settableClock();
        const clock = new HybridClock(1, wall.read);
        let newestTime = 0;

        for (const each of events) {
          if (each.type === 'jump') wall.now = each.to;
          if (each.type === 'observe') {
            clock.observe(each.seen);
            newestTime = Math.max(newestTime, each.seen.time);
          }
          if (each.type === 'next') {
            newestTime = Math.max(newestTime, wall.now);
            expect(clock.next().time).toBe(newestTime);
          }
        }
      }),
      runs,
    );
  });

  test('goes on after a stamp of an earlier life', () => {
    fc.assert(
      fc.property(stamp, fc.nat(20), (earlier, now) => {
        const clock = new HybridClock(1, () => now, earlier);

        expect(compareStamps(clock.next(), earlier)).toBeGreaterThan(0);
      }),
      runs,
    );
  });

  test('counts within a microsecond, and starts over in the next', () => {
    const wall = settableClock();
    const clock = new HybridClock(4, wall.read);

    wall.now = 10;
    const stamps = [clock.next(), clock.next()];
    wall.now = 11;
    stamps.push(clock.next());

    expect(stamps).toEqual([
      { time: 10, counter: 0, node: 4 },
      { time: 10, counter: 1, node: 4 },
      { time: 11, counter: 0, node: 4 },
    ]);
  });
});

describe('the order of stamps', () => {
  test('is total: antisymmetric, transitive, and 0 for the same stamp alone', () => {
    fc.assert(
      fc.property(stamp, stamp, stamp, (a, b, c) => {
        const [ab, bc, ac] = [compareStamps(a, b), compareStamps(b, c), compareStamps(a, c)];

        expect(Math.sign(ab)).toBe(0 - Math.sign(compareStamps(b, a)));
        if (ab <= 0 && bc <= 0) expect(ac).toBeLessThanOrEqual(0);
        expect(ab === 0).toBe(a.time === b.time && a.counter === b.counter && a.node === b.node);
      }),
      runs,
    );
  });

  test('puts the zero stamp before every stamp that a clock issues', () => {
    expect(compareStamps(zeroStamp, new HybridClock(0, () => 0).next())).toBeLessThan(0);
  });
});
