import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/kernel/operation.ts';
import { milliseconds } from '../../../src/kernel/time.ts';
import { SimCluster } from '../../../src/runtimes/sim/cluster.ts';
import { siteOf, type Topology } from '../../../src/topology/topology.ts';
import { type Answer, type Ask, type AskInput, askAll } from '../../support/ask-all.ts';
import { type Script, scripted } from '../../support/scripted.ts';
import { smallTopology } from '../../support/topologies.ts';

const near = { type: 'constant', value: milliseconds(1) } as const;
const far = { type: 'constant', value: milliseconds(50) } as const;
/** Node 0 and its clients in asia, node 1 in america, node 2 in europe. */
const topology = smallTopology(3, 3, near, far);
const asia = siteOf(topology, 'asia');
const america = siteOf(topology, 'america');
const operation: Operation = { type: 'read', key: 'a' };

function open(script: Script, where: Topology = topology): SimCluster {
  const strategy = scripted(script);
  const reference = { name: strategy.name, module: '', knobs: {} };
  return new SimCluster(
    { topology: where, strategy: reference, seed: '7', options: { freeze: true } },
    strategy,
  );
}

function ask(cluster: SimCluster, asks: readonly Partial<Ask>[], until = milliseconds(1_000)) {
  return cluster.launchHere<AskInput, (Answer | null)[]>(askAll, {
    asks: asks.map((one) => ({ at: 0, site: asia, node: 0, operation, ...one })),
    until,
  });
}

const answerAtOnce: Script = {
  onRequest: (env, request, out) => out.reply(request, { type: 'ok', value: env.incarnation }),
};

describe('requests', () => {
  test('on a node that dies are lost, one delay later', async () => {
    const cluster = open({});
    const job = ask(cluster, [{ node: 0 }]);
    await cluster.sleepUntil(milliseconds(10));
    await cluster.apply({ type: 'crash', nodes: [0] });

    const [answer] = await job.result();

    expect(answer).toMatchObject({
      at: milliseconds(11),
      completion: { type: 'info', error: 'connection lost' },
    });
  });

  test('on their way to a node that has rebooted meanwhile are served by its new life', async () => {
    const cluster = open(answerAtOnce);
    const job = ask(cluster, [{ node: 1 }]);
    await cluster.apply({ type: 'crash', nodes: [1] });
    await cluster.apply({ type: 'restart', nodes: [1], disk: 'kept' });

    const [answer] = await job.result();

    expect(answer?.completion).toEqual({ type: 'ok', value: 2 });
  });

  test('that are forgotten are not answered', async () => {
    const cluster = open(answerAtOnce);
    let answered = false;
    const job = cluster.launchHere<null, boolean>((gateway) => {
      gateway.invoke(1, asia, 0, operation, undefined, () => {
        answered = true;
      });
      gateway.forget(1);
      gateway.at(milliseconds(100), () => gateway.finish(answered));
    }, null);

    expect(await job.result()).toBe(false);
  });

  test('carry a context there and back', async () => {
    const strategy = scripted({});
    const cluster = new SimCluster(
      { topology, strategy: { name: 'echo', module: '', knobs: {} }, seed: '1' },
      {
        ...strategy,
        create: (env, boot, durable) => ({
          ...strategy.create(env, boot, durable),
          onRequest: (request, _, context, out) => out.reply(request, { type: 'ok' }, { seen: context }),
        }),
      },
    );

    const [answer] = await ask(cluster, [{ context: 'token' }]).result();

    expect(answer?.context).toEqual({ seen: 'token' });
  });
});

describe('a crash', () => {
  test('takes memory and timers and keeps what was persisted', async () => {
    const boots: unknown[] = [];
    const fired: unknown[] = [];
    const cluster = open({
      onStart: (env, out, boot, durable) => {
        if (env.id !== 0) return;
        boots.push([boot, env.incarnation, durable.get('lives')]);
        out.persist('lives', env.incarnation);
        out.setTimer(milliseconds(20), env.incarnation);
      },
      onTimer: (_, data) => fired.push(data),
    });
    await cluster.sleepUntil(milliseconds(10));
    await cluster.apply({ type: 'crash', nodes: [0] });
    await cluster.apply({ type: 'restart', nodes: [0], disk: 'kept' });
    await cluster.apply({ type: 'crash', nodes: [0] });
    await cluster.apply({ type: 'restart', nodes: [0], disk: 'lost' });
    await cluster.sleepUntil(milliseconds(100));

    expect(boots).toEqual([
      ['first', 1, undefined],
      ['restart', 2, 1],
      ['replaced', 3, undefined],
    ]);
    expect(fired).toEqual([3]);
  });

  test('loses mail of the dead life, and mail meant for it', async () => {
    const received: unknown[] = [];
    const cluster = open({
      onStart: (env, out) => {
        if (env.id < 2) out.send(1 - env.id, `life ${env.incarnation} of ${env.id}`);
      },
      onMessage: (env, _, message) => received.push([env.id, message]),
    });
    await cluster.sleepUntil(milliseconds(10));
    await cluster.apply({ type: 'crash', nodes: [0] });
    await cluster.apply({ type: 'restart', nodes: [0], disk: 'kept' });
    await cluster.sleepUntil(milliseconds(200));

    expect(received).toEqual([[1, 'life 2 of 0']]);
  });

  test('leaves nothing of a step that throws, and the stack in the record', async () => {
    const received: unknown[] = [];
    const cluster = open({
      onRequest: (_, request, out) => {
        out.send(1, 'from a step that failed');
        out.reply(request, { type: 'ok' });
        throw new Error('a bug');
      },
      onMessage: (_, __, message) => received.push(message),
    });

    const [answer] = await ask(cluster, [{}]).result();
    const record = await cluster.stop();

    expect(received).toEqual([]);
    expect(answer).toBe(null);
    expect(record.failures).toMatchObject([{ node: 0, at: milliseconds(1) }]);
    expect(record.failures[0]?.stack).toContain('a bug');
  });
});

describe('a pause', () => {
  test('holds mail, requests and timers, and hands them over in order once it ends', async () => {
    const seen: unknown[] = [];
    const cluster = open({
      onStart: (env, out) => {
        if (env.id === 0) out.setTimer(milliseconds(20), 'timer');
        if (env.id === 1) out.send(0, 'mail');
      },
      onRequest: (env) => seen.push(['request', env.monotonic()]),
      onMessage: (env, _, message) => seen.push([message, env.monotonic()]),
      onTimer: (env, data) => seen.push([data, env.monotonic()]),
    });
    ask(cluster, [{ at: milliseconds(9) }]);
    await cluster.apply({ type: 'pause', nodes: [0] });
    await cluster.sleepUntil(milliseconds(100));
    await cluster.apply({ type: 'resume', nodes: [0] });
    await cluster.sleepUntil(milliseconds(100));

    expect(seen).toEqual([
      ['request', milliseconds(100)],
      ['timer', milliseconds(100)],
      ['mail', milliseconds(100)],
    ]);
  });
});

describe('a partition', () => {
  const sendEveryTime: Script = {
    onStart: (env, out) => {
      if (env.id === 0) for (let i = 0; i < 20; i += 1) out.setTimer(milliseconds(10 * i), i);
    },
    onTimer: (_, data, out) => out.send(1, data),
  };

  test('drops mail at departure and at arrival', async () => {
    const received: unknown[] = [];
    const cluster = open({ ...sendEveryTime, onMessage: (_, __, message) => received.push(message) });
    await cluster.sleepUntil(milliseconds(75));
    await cluster.apply({ type: 'cut', cuts: [[0, 1]] });
    await cluster.sleepUntil(milliseconds(145));
    await cluster.apply({ type: 'heal', cuts: [[0, 1]] });
    await cluster.sleepUntil(milliseconds(1_000));

    // It takes 50 ms: 0 … 2 arrive before the cut, 3 … 7 meet it on arrival, 8 … 14 on departure.
    expect(received).toEqual([0, 1, 2, 15, 16, 17, 18, 19]);
  });

  test('that overlaps another keeps their common links cut until both have healed', async () => {
    const received: unknown[] = [];
    const cluster = open({ ...sendEveryTime, onMessage: (_, __, message) => received.push(message) });
    await cluster.apply({ type: 'cut', cuts: [[0, 1]] });
    await cluster.apply({ type: 'cut', cuts: [[0, 1]] });
    await cluster.apply({ type: 'heal', cuts: [[0, 1]] });
    await cluster.sleepUntil(milliseconds(500));

    expect(received).toEqual([]);
  });

  test('cuts clients from a node when it cuts all nodes of their region from it', async () => {
    const cluster = open(answerAtOnce);
    await cluster.apply({ type: 'cut', cuts: [[0, 1]] });

    const [there, other, home] = await ask(cluster, [
      { node: 1 },
      { node: 1, site: america },
      { node: 0 },
    ]).result();

    expect(there).toBe(null);
    expect(other?.completion.type).toBe('ok');
    expect(home?.completion.type).toBe('ok');
  });

  test('cuts replies on the way back as it cuts mail', async () => {
    const cluster = open(answerAtOnce);
    await cluster.apply({ type: 'cut', cuts: [[1, 0]] });

    const [answer] = await ask(cluster, [{ node: 1 }]).result();

    expect(answer).toBe(null);
  });
});

describe('what is handed over', () => {
  test('cannot be changed afterwards when the cluster freezes it', async () => {
    const state = { list: [1], map: new Map([['a', 1]]) };
    const cluster = open({
      onStart: (env, out) => {
        if (env.id === 0) out.send(1, state);
      },
      onRequest: () => state.list.push(2),
    });

    await ask(cluster, [{}]).result();

    expect((await cluster.stop()).failures[0]?.stack).toContain('not extensible');
    expect(() => state.map.set('b', 2)).toThrow('must not change any more');
  });

  test('is answered at most once', async () => {
    const cluster = open({
      onRequest: (_, request, out) => {
        out.reply(request, { type: 'ok' });
        out.reply(request, { type: 'ok' });
      },
    });

    await ask(cluster, [{}]).result();

    expect((await cluster.stop()).failures[0]?.stack).toContain('was it answered before?');
  });

  test('is counted, and sized by an estimate', async () => {
    const cluster = open({
      onStart: (env, out) => {
        if (env.id === 0) out.send(1, { type: 'hello', number: 1 });
      },
    });

    expect(await cluster.cost()).toEqual({
      messages: 1,
      bytes: 2 + (2 + 5) + 8,
      crossRegionMessages: 1,
      crossRegionBytes: 17,
    });
  });
});

describe('timers', () => {
  test('that are cancelled do not fire', async () => {
    const fired: unknown[] = [];
    const cluster = open({
      onStart: (_, out) => {
        const cancelled = out.setTimer(milliseconds(1), 'cancelled');
        out.setTimer(milliseconds(2), 'kept');
        out.cancelTimer(cancelled);
      },
      onTimer: (env, data) => fired.push([env.id, data]),
    });
    await cluster.sleepUntil(milliseconds(10));

    expect(fired).toEqual([0, 1, 2].map((node) => [node, 'kept']));
  });
});

describe('a job', () => {
  test('that nothing can finish any more says so', async () => {
    const cluster = open({});
    const job = cluster.launchHere(() => {}, null);

    await expect(job.result()).rejects.toThrow('the simulation ran dry at 0 µs');
  });

  test('hears of cancellation and publishes its progress', async () => {
    const cluster = open({});
    const heard: unknown[] = [];
    const job = cluster.launchHere<null, string>((gateway) => {
      gateway.onCancel(() => gateway.finish('cancelled'));
      gateway.publish(1);
      gateway.at(milliseconds(5), () => gateway.publish(2));
    }, null);
    job.onProgress((progress) => heard.push(progress));
    await cluster.sleepUntil(milliseconds(6));
    job.cancel();

    expect(await job.result()).toBe('cancelled');
    expect(heard).toEqual([2]);
  });
});

describe('links', () => {
  const jittery = { type: 'log-normal', median: milliseconds(10), sigma: 1 } as const;
  const order = async (fifo: boolean) => {
    const received: unknown[] = [];
    const cluster = open(
      {
        onStart: (env, out) => {
          if (env.id === 0) for (let i = 0; i < 20; i += 1) out.send(1, i);
        },
        onMessage: (_, __, message) => received.push(message),
      },
      smallTopology(3, 1, jittery, jittery, fifo),
    );
    await cluster.sleepUntil(milliseconds(5_000));
    return { received, record: await cluster.stop() };
  };
  const inOrder = Array.from({ length: 20 }, (_, i) => i);

  test('reorder', async () => {
    const { received, record } = await order(false);

    expect(received).not.toEqual(inOrder);
    expect(new Set(received)).toEqual(new Set(inOrder));
    expect(record.realisedDelays).toMatchObject([{ from: 'asia', to: 'asia', count: 20 }]);
  });

  test('keep the order where the topology says so', async () => {
    expect((await order(true)).received).toEqual(inOrder);
  });
});
