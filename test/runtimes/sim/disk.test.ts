import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../../src/kernel/time.ts';
import { Disk } from '../../../src/runtimes/sim/disk.ts';

const slow = milliseconds(10);

function slowDisk(): Disk {
  const disk = new Disk(new Map());
  disk.takes(slow);
  return disk;
}

describe('a slow disk', () => {
  test('lets a step be known once its batch is synced', () => {
    expect(slowDisk().knownAt(milliseconds(3), true)).toBe(milliseconds(13));
  });

  test('syncs what comes meanwhile with the next batch', () => {
    const disk = slowDisk();

    const known = [0, 2, 9, 12, 21].map((time) => disk.knownAt(milliseconds(time), true) / 1_000);

    expect(known).toEqual([10, 20, 20, 30, 40]);
  });

  test('holds back a step that persisted nothing until all before it is safe', () => {
    const disk = slowDisk();
    disk.knownAt(0, true);
    disk.knownAt(milliseconds(1), true);

    expect(disk.knownAt(milliseconds(2), false)).toBe(milliseconds(20));
    expect(disk.knownAt(milliseconds(20), false)).toBe(milliseconds(20));
  });

  test('makes steps known in their order, whatever its delays were', () => {
    const change = fc.record({
      wait: fc.nat(milliseconds(15)),
      delay: fc.option(fc.nat(milliseconds(30)), { nil: undefined }),
      persists: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const disk = new Disk(new Map());
        let [now, last] = [0, 0];
        for (const { wait, delay, persists } of changes) {
          now += wait;
          if (delay !== undefined) disk.takes(delay);
          const known = disk.knownAt(now, persists);
          expect(known).toBeGreaterThanOrEqual(Math.max(now, last));
          last = known;
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a disk that says too early that it is done', () => {
  const window = milliseconds(100);

  function lyingDisk(): Disk {
    const disk = new Disk(new Map());
    disk.lags(window, 0);
    disk.store([['a', 'old']], milliseconds(10));
    disk.store([['a', 'new']], milliseconds(150));
    return disk;
  }

  test('loses in a crash what it was told last, and keeps what is older than that', () => {
    const disk = lyingDisk();

    disk.crash(milliseconds(200));

    expect([...disk.durable]).toEqual([['a', 'old']]);
  });

  test('loses nothing that has had its time, or that a sound disk has caught up with', () => {
    const [waited, healed] = [lyingDisk(), lyingDisk()];

    waited.crash(milliseconds(250));
    healed.lags(0, milliseconds(160));
    healed.crash(milliseconds(161));

    expect([...waited.durable, ...healed.durable]).toEqual([
      ['a', 'new'],
      ['a', 'new'],
    ]);
  });

  test('forgets a key only when the forgetting is safe', () => {
    const disk = lyingDisk();
    disk.store([['a', undefined]], milliseconds(300));

    disk.crash(milliseconds(350));

    expect([...disk.durable]).toEqual([['a', 'new']]);
  });
});
