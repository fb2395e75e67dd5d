import { describe, expect, test } from 'vitest';
import { milliseconds, seconds } from '../../../src/kernel/time.ts';
import { createMachines, Machine } from '../../../src/runtimes/threads/machines.ts';
import { ObedientCluster } from '../../support/threads.ts';

describe('the machines of a cluster', () => {
  test('are struck one by one, and the node sees it', () => {
    const memory = createMachines(3);
    const [struck, other] = [new Machine(memory, 1), new Machine(memory, 2)];
    const before = struck.wallClock(0);

    new Machine(memory, 1).strike({ type: 'jump', nodes: [1], by: seconds(-5) }, 0);
    new Machine(memory, 1).strike({ type: 'sync-takes', nodes: [1], delay: 7 }, 0);
    new Machine(memory, 1).strike({ type: 'sync-lags', nodes: [1], window: 9 }, 0);

    expect(struck.wallClock(0) - before).toBe(seconds(-5));
    expect([struck.syncDelay, struck.syncWindow]).toEqual([7, 9]);
    expect(other.wallClock(0)).toBe(before);
    expect([other.syncDelay, other.syncWindow]).toEqual([0, 0]);
  });

  test('keep a skew for the next life of the node', () => {
    const memory = createMachines(1);
    const skew = { type: 'offset', by: milliseconds(100) } as const;
    const before = new Machine(memory, 0).wallClock(seconds(2));

    new Machine(memory, 0).strike({ type: 'skew', nodes: [0], skew }, seconds(1));
    const skewed = new Machine(memory, 0).wallClock(seconds(2));
    new Machine(memory, 0).strike({ type: 'unskew', nodes: [0] }, seconds(2));

    expect(skewed - before).toBe(milliseconds(100));
    expect(new Machine(memory, 0).wallClock(seconds(2.2)) - before).toBe(seconds(0.2));
  });
});

describe('on threads', () => {
  test('a clock that jumped is wrong in the next life too, until it jumps back', async () => {
    const cluster = await ObedientCluster.open('ring');
    const secondsAhead = async () => {
      const [answer] = await cluster.ask(cluster.read(1, 'clock'));
      return Math.round((answer as { readonly value: number }).value / seconds(1));
    };
    const readings = [await secondsAhead()];

    await cluster.cluster.apply({ type: 'jump', nodes: [1], by: seconds(-50) });
    readings.push(await secondsAhead());
    await cluster.crash(1);
    await cluster.restart(1);
    readings.push(await secondsAhead());
    await cluster.cluster.apply({ type: 'jump', nodes: [1], by: seconds(50) });
    readings.push(await secondsAhead());
    await cluster.stop();

    expect(readings).toEqual([1_000, 950, 950, 1_000]);
  });

  test('a slow disk holds back the answer until what it tells of is durable', async () => {
    const cluster = await ObedientCluster.open('ring');
    const delay = milliseconds(40);
    await cluster.cluster.apply({ type: 'sync-takes', nodes: [1], delay });

    const before = cluster.cluster.now();
    await cluster.ask(cluster.write(1, 'local-x', 1));
    const took = cluster.cluster.now() - before;
    await cluster.crash(1);
    await cluster.restart(1);
    const answers = await cluster.ask(cluster.read(1, 'local-x'));
    await cluster.stop();

    expect(took).toBeGreaterThanOrEqual(delay);
    expect(answers).toEqual([{ type: 'ok', value: 1 }]);
  });

  test('an unsynced disk loses in a crash what the node has told of, and nothing once it is synced', async () => {
    const cluster = await ObedientCluster.open('ring');
    const restarted = async () => {
      await cluster.crash(1);
      await cluster.restart(1);
      const [answer] = await cluster.ask(cluster.read(1, 'local-x'));
      return (answer as { readonly value: number }).value;
    };
    await cluster.ask(cluster.write(1, 'local-x', 1));
    await cluster.cluster.apply({ type: 'sync-lags', nodes: [1], window: seconds(3_600) });

    const [told] = await cluster.ask(cluster.write(1, 'local-x', 2));
    const afterCrash = await restarted();
    await cluster.ask(cluster.write(1, 'local-x', 3));
    await cluster.cluster.apply({ type: 'sync-lags', nodes: [1], window: 0 });
    const synced = await restarted();
    await cluster.stop();

    expect(told).toEqual({ type: 'ok' });
    expect([afterCrash, synced]).toEqual([1, 3]);
  });
});
