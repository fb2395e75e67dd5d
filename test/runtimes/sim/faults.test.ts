import { describe, expect, test } from 'vitest';
import type { Fault, LinkChoice } from '../../../src/faults/fault.ts';
import { actionsOf } from '../../../src/faults/schedule.ts';
import { majorityRing } from '../../../src/faults/shapes.ts';
import { knownNodesOf } from '../../../src/faults/targets.ts';
import type { Plain } from '../../../src/kernel/operation.ts';
import { milliseconds, seconds } from '../../../src/kernel/time.ts';
import { SimCluster } from '../../../src/runtimes/sim/cluster.ts';
import { siteOf } from '../../../src/topology/topology.ts';
import { type Answer, type AskInput, askAll } from '../../support/ask-all.ts';
import { type Script, scripted } from '../../support/scripted.ts';
import { smallTopology } from '../../support/topologies.ts';

const near = { type: 'constant', value: milliseconds(1) } as const;
const far = { type: 'constant', value: milliseconds(50) } as const;
/** Node 0 in asia, 1 in america, 2 in europe, 3 in asia, 4 in america; requests take a millisecond each way. */
const topology = smallTopology(5, 3, near, far);
const asia = siteOf(topology, 'asia');
const span = { at: 0, until: seconds(1) };
const onNode0 = { target: { type: 'node', node: 0 } } as const;

function open(script: Script): SimCluster {
  const strategy = scripted(script);
  const reference = { name: strategy.name, module: '', knobs: {} };
  return new SimCluster({ topology, strategy: reference, seed: '7', options: { freeze: true } }, strategy);
}

function start(cluster: SimCluster, fault: Fault): Promise<unknown> {
  return cluster.apply(actionsOf(fault, knownNodesOf(fault, topology)!, topology).start);
}

function end(cluster: SimCluster, fault: Fault): Promise<unknown> {
  return cluster.apply(actionsOf(fault, knownNodesOf(fault, topology)!, topology).end);
}

/** Will ask node 0 for each key at its millisecond; nothing is asked before time passes. */
function launch(cluster: SimCluster, keys: Readonly<Record<string, number>>) {
  const now = cluster.now();
  return cluster.launchHere<AskInput, (Answer | null)[]>(askAll, {
    asks: Object.entries(keys).map(([key, at]) => ({
      at: now + milliseconds(at),
      site: asia,
      node: 0,
      operation: { type: 'read', key },
    })),
    until: now + seconds(1),
  });
}

/** The answers, or null where none came within a second. */
function ask(cluster: SimCluster, keys: Readonly<Record<string, number>>): Promise<(Answer | null)[]> {
  return launch(cluster, keys).result();
}

/** The millisecond of each answer. */
const timesOf = (answers: readonly (Answer | null)[]) => answers.map((answer) => answer!.at / 1_000);

/** What node 0 sends to node 1 at each request, numbered; the numbers in the order of their arrival, with the delays. */
function mailbox() {
  const sentAt: number[] = [];
  const received: { readonly number: number; readonly afterMs: number }[] = [];
  const script: Script = {
    onRequest(env, request, out) {
      out.send(1, sentAt.length);
      sentAt.push(env.monotonic());
      out.reply(request, { type: 'ok' });
    },
    onMessage(env, _from, message) {
      const number = message as number;
      received.push({ number, afterMs: (env.monotonic() - sentAt[number]!) / 1_000 });
    },
  };
  return { script, received };
}

async function send(cluster: SimCluster, count: number): Promise<void> {
  await ask(cluster, Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, i])));
}

describe('a degradation of links', () => {
  const links: LinkChoice = {
    type: 'between',
    from: { type: 'region', region: 'asia' },
    to: { type: 'region', region: 'america' },
    direction: 'one-way',
  };

  test('slows messages down as long as it lasts', async () => {
    const { script, received } = mailbox();
    const cluster = open(script);
    const slow: Fault = {
      type: 'slow-link',
      ...span,
      links,
      degradation: { slowBy: 3, addDelay: milliseconds(7) },
    };

    await send(cluster, 1);
    await start(cluster, slow);
    await send(cluster, 1);
    await end(cluster, slow);
    await send(cluster, 1);

    expect(received.map(({ afterMs }) => afterMs)).toEqual([50, 157, 50]);
  });

  test('loses messages as long as it lasts', async () => {
    const { script, received } = mailbox();
    const cluster = open(script);
    const loss: Fault = { type: 'loss', ...span, links, degradation: { loss: 1 } };

    await start(cluster, loss);
    await send(cluster, 3);
    await end(cluster, loss);
    await send(cluster, 2);

    expect(received.map(({ number }) => number)).toEqual([3, 4]);
  });

  test('duplicates messages as long as it lasts', async () => {
    const { script, received } = mailbox();
    const cluster = open(script);
    const duplication: Fault = { type: 'duplication', ...span, links, degradation: { duplicate: 1 } };

    await start(cluster, duplication);
    await send(cluster, 2);
    await end(cluster, duplication);
    await send(cluster, 1);

    expect(received.map(({ number }) => number).sort()).toEqual([0, 0, 1, 1, 2]);
  });

  test('lets messages overtake each other as long as it lasts', async () => {
    const { script, received } = mailbox();
    const cluster = open(script);
    const reordering: Fault = {
      type: 'reordering',
      ...span,
      links,
      degradation: { reorder: { chance: 0.5, upTo: milliseconds(20) } },
    };
    const numbers = () => received.splice(0).map(({ number }) => number);

    await start(cluster, reordering);
    await send(cluster, 50);
    const mixed = numbers();
    await end(cluster, reordering);
    await send(cluster, 50);

    expect(mixed).toHaveLength(50);
    expect(mixed).not.toEqual(mixed.toSorted((a, b) => a - b));
    expect(numbers()).toEqual(Array.from({ length: 50 }, (_, i) => 50 + i));
  });
});

describe('a majority ring', () => {
  test('lets each node hear a majority, over links that work both ways', async () => {
    const heard = topology.nodes.map(() => new Set<number>());
    const cluster = open({
      onRequest(_env, request, out) {
        for (const { id } of topology.nodes) if (id !== 0) out.send(id, 'tell');
        out.reply(request, { type: 'ok' });
      },
      onMessage(env, from, message, out) {
        if (message === 'heard') heard[env.id]!.add(from);
        else out.send(from, 'heard');
      },
    });
    const ring: Fault = { type: 'partition', ...span, ...majorityRing([0, 1, 2, 3, 4]) };

    await start(cluster, ring);
    await ask(cluster, { a: 0 });

    expect([...heard[0]!].sort()).toEqual([1, 4]);
  });
});

describe('a restart', () => {
  test('ends a life and begins the next one at the same instant, with what was persisted', async () => {
    const lives: Plain[] = [];
    const cluster = open({
      onStart(env, out, boot, durable) {
        if (env.id === 0) lives.push([env.incarnation, boot, durable.get('x'), env.monotonic()]);
        out.persist('x', env.incarnation);
      },
    });
    const restart: Fault = { type: 'restart', at: 0, until: 0, ...onNode0, disk: 'kept' };

    await cluster.sleepUntil(milliseconds(5));
    await start(cluster, restart);
    await end(cluster, restart);

    expect(lives).toEqual([
      [1, 'first', undefined, 0],
      [2, 'restart', 1, milliseconds(5)],
    ]);
  });
});

describe('a fault of a clock', () => {
  /** Answers with how far its wall clock is ahead of its monotonic one. */
  const clock: Script = {
    onRequest: (env, request, out) =>
      out.reply(request, { type: 'ok', value: env.wallClock() - env.monotonic() }),
  };
  const ahead = async (cluster: SimCluster) => {
    const [answer] = await ask(cluster, { a: 990 });
    return (answer!.completion as { readonly value: number }).value - seconds(1_000);
  };

  test('skews it slowly there and back, and no other', async () => {
    const cluster = open(clock);
    const by = milliseconds(-300);
    const skew: Fault = { type: 'clock-skew', ...span, ...onNode0, skew: { type: 'offset', by } };

    await start(cluster, skew);
    const early = await ask(cluster, { a: 0, b: 99 });
    const there = await ahead(cluster);
    await end(cluster, skew);

    expect(early.map((answer) => answer!.completion)).toEqual([
      { type: 'ok', value: seconds(1_000) - 500 },
      { type: 'ok', value: seconds(1_000) - milliseconds(50) },
    ]);
    expect([there, await ahead(cluster)]).toEqual([by, 0]);
  });

  test('sets it back at once, and forward again, through a crash', async () => {
    const cluster = open(clock);
    const jump: Fault = { type: 'clock-jump', ...span, ...onNode0, by: seconds(-2) };
    const restart: Fault = { type: 'restart', at: 0, until: 0, ...onNode0, disk: 'kept' };

    await start(cluster, jump);
    await start(cluster, restart);
    await end(cluster, restart);
    const jumped = await ahead(cluster);
    await end(cluster, jump);

    expect([jumped, await ahead(cluster)]).toEqual([seconds(-2), 0]);
  });
});

describe('a slow disk', () => {
  const slow: Fault = { type: 'slow-disk', ...span, ...onNode0, by: milliseconds(10) };
  /** Persists what it is asked but for `peek`, and answers with all that it has in mind. */
  function keeper() {
    const found: Plain[] = [];
    const minds = new Map<number, string[]>();
    const script: Script = {
      onStart(env, _out, _boot, durable) {
        minds.set(env.id, []);
        if (env.id === 0 && env.incarnation > 1) found.push([...durable.keys()]);
      },
      onRequest(env, request, out, key) {
        const mind = minds.get(env.id)!;
        if (key !== 'peek') {
          mind.push(key);
          out.persist(key, true);
        }
        out.reply(request, { type: 'ok', value: [...mind] });
      },
    };
    return { script, found };
  }

  test('holds back the answers of steps that persist, in batches', async () => {
    const cluster = open(keeper().script);
    await start(cluster, slow);

    // Requests arrive a millisecond later, and answers leave a millisecond before they come.
    expect(timesOf(await ask(cluster, { a: 0, b: 3, c: 5, d: 30 }))).toEqual([12, 22, 22, 42]);
  });

  test('holds back also the answers that tell of what is not durable yet', async () => {
    const cluster = open(keeper().script);
    await start(cluster, slow);

    expect(timesOf(await ask(cluster, { a: 0, peek: 5 }))).toEqual([12, 12]);
    expect(timesOf(await ask(cluster, { peek: 0 }))).toEqual([1_002]);
  });

  test('loses with the node what nobody was told of', async () => {
    const { script, found } = keeper();
    const cluster = open(script);
    await start(cluster, slow);
    const job = launch(cluster, { a: 0, b: 3 });

    await cluster.sleepUntil(milliseconds(15));
    await cluster.apply({ type: 'crash', nodes: [0] });
    await cluster.apply({ type: 'restart', nodes: [0], disk: 'kept' });
    const answers = await job.result();

    expect(found).toEqual([['a']]);
    expect(answers.map((answer) => answer!.completion)).toEqual([
      { type: 'ok', value: ['a'] },
      { type: 'info', error: 'connection lost' },
    ]);
  });

  test('goes on while the node is paused, which tells of it when it goes on', async () => {
    const { script, found } = keeper();
    const cluster = open(script);
    await start(cluster, slow);
    const job = launch(cluster, { a: 0 });

    await cluster.sleepUntil(milliseconds(5));
    await cluster.apply({ type: 'pause', nodes: [0] });
    await cluster.sleepUntil(milliseconds(100));
    await cluster.apply({ type: 'resume', nodes: [0] });

    expect(timesOf(await job.result())).toEqual([101]);
    await cluster.apply({ type: 'crash', nodes: [0] });
    await cluster.apply({ type: 'restart', nodes: [0], disk: 'kept' });
    expect(found).toEqual([['a']]);
  });

  test('is as fast as ever once the fault has ended and its batches are done', async () => {
    const cluster = open(keeper().script);
    await start(cluster, slow);
    const job = launch(cluster, { a: 0, b: 5, c: 100 });

    await cluster.sleepUntil(milliseconds(4));
    await end(cluster, slow);

    expect(timesOf(await job.result())).toEqual([12, 12, 102]);
  });
});

describe('an unsynced disk', () => {
  const unsynced: Fault = { type: 'unsynced-persist', ...span, ...onNode0, window: milliseconds(20) };

  test('loses in a crash the last steps, though they were told of, and nothing before them', async () => {
    const found: Plain[] = [];
    const cluster = open({
      onStart(env, _out, _boot, durable) {
        if (env.id === 0 && env.incarnation > 1) found.push([...durable.keys()]);
      },
      onRequest(_env, request, out, key) {
        out.persist(key, true);
        out.reply(request, { type: 'ok' });
      },
    });
    await start(cluster, unsynced);
    const job = launch(cluster, { a: 0, b: 9, c: 20 });

    await cluster.sleepUntil(milliseconds(29));
    await cluster.apply({ type: 'crash', nodes: [0] });
    await cluster.apply({ type: 'restart', nodes: [0], disk: 'kept' });

    expect((await job.result()).map((answer) => answer!.completion.type)).toEqual(['ok', 'ok', 'ok']);
    expect(found).toEqual([['a']]);
  });
});
