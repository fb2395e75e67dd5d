import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/kernel/operation.ts';
import { randomStream } from '../../../src/kernel/random.ts';
import { milliseconds, seconds } from '../../../src/kernel/time.ts';
import { SimCluster } from '../../../src/runtimes/sim/cluster.ts';
import type { Delay } from '../../../src/topology/delay.ts';
import { siteOf } from '../../../src/topology/topology.ts';
import { type Answer, type Ask, type AskInput, askAll } from '../../support/ask-all.ts';
import { type Script, scripted } from '../../support/scripted.ts';
import { smallTopology } from '../../support/topologies.ts';

const near = { type: 'constant', value: milliseconds(1) } as const;
const world = smallTopology(2, 1, near, near);
const site = siteOf(world, 'asia');
const operation: Operation = { type: 'read', key: 'a' };
const constant = (value: number): Delay => ({ type: 'constant', value });

function open(script: Script, serviceTime: Delay): SimCluster {
  const strategy = scripted(script);
  const reference = { name: strategy.name, module: '', knobs: {} };
  return new SimCluster({ topology: { ...world, serviceTime }, strategy: reference, seed: '7' }, strategy);
}

function ask(cluster: SimCluster, asks: readonly Partial<Ask>[], until: number) {
  return cluster.launchHere<AskInput, (Answer | null)[]>(askAll, {
    asks: asks.map((one) => ({ at: 0, site, node: 0, operation, ...one })),
    until,
  });
}

const answerAtOnce: Script = {
  onRequest: (env, request, out) => out.reply(request, { type: 'ok', value: env.incarnation }),
};

/** How long each request of Poisson arrivals at `rate` a second waited before it was worked on. */
async function waits(serviceTime: Delay, rate: number, count: number): Promise<readonly number[]> {
  const random = randomStream('arrivals', 'poisson');
  let at = 0;
  const asks = Array.from({ length: count }, () => {
    at += random.exponential(seconds(1) / rate);
    return { at: Math.ceil(at) };
  });
  const cluster = open(answerAtOnce, serviceTime);
  const answers = await ask(cluster, asks, Math.ceil(at) + seconds(100)).result();
  return answers.map((answer, i) => answer!.at - asks[i]!.at - 2 * milliseconds(1));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('an open load', () => {
  const service = 200;
  const count = 100_000;

  test('below what a node can do waits as queueing theory says, for service times all alike', async () => {
    const load = 0.7;
    const sojourn = mean(await waits(constant(service), (load * seconds(1)) / service, count));

    // M/D/1, by Pollaczek and Khinchine: ρ S ÷ 2 (1 − ρ).
    const expected = (load * service) / (2 * (1 - load));
    expect((sojourn - service) / expected).toBeGreaterThan(0.95);
    expect((sojourn - service) / expected).toBeLessThan(1.05);
  });

  test('waits twice as long where service times are exponential', async () => {
    const load = 0.7;
    const exponential: Delay = { type: 'exponential', minimum: 0, mean: service };
    const sojourn = mean(await waits(exponential, (load * seconds(1)) / service, count));

    // M/M/1: ρ S ÷ (1 − ρ).
    const expected = (load * service) / (1 - load);
    expect((sojourn - service) / expected).toBeGreaterThan(0.93);
    expect((sojourn - service) / expected).toBeLessThan(1.07);
  });

  test('above what a node can do makes a queue that grows as long as it lasts', async () => {
    const load = 1.25;
    const all = await waits(constant(service), (load * seconds(1)) / service, 20_000);

    const middle = mean(all.slice(9_900, 10_100));
    const end = mean(all.slice(-200));
    // Of 1.25 requests that come in a service time one is served, so the last one waits for a fifth of what came.
    expect(end / (0.2 * 20_000 * service)).toBeCloseTo(1, 1);
    expect(end / middle).toBeCloseTo(2, 0);
  });
});

describe('a node that takes its time', () => {
  test('does one thing after the other, in the order in which they came, timers too', async () => {
    const seen: unknown[] = [];
    const cluster = open(
      {
        onStart: (env, out) => {
          if (env.id === 0) out.setTimer(milliseconds(1), 'timer');
          else out.send(0, 'mail');
        },
        onRequest: (env, request) => seen.push([`request ${request}`, env.monotonic()]),
        onMessage: (env, _, message) => seen.push([message, env.monotonic()]),
        onTimer: (env, data) => seen.push([data, env.monotonic()]),
      },
      constant(milliseconds(10)),
    );
    ask(cluster, [{ at: 0 }, { at: milliseconds(40) }], milliseconds(100));
    await cluster.sleepUntil(milliseconds(100));

    expect(seen).toEqual([
      ['timer', milliseconds(11)],
      ['mail', milliseconds(21)],
      ['request 0', milliseconds(31)],
      ['request 1', milliseconds(51)],
    ]);
  });

  test('does not fire a timer that it cancels while the timer is due and waits', async () => {
    const fired: unknown[] = [];
    let timer = 0;
    const cluster = open(
      {
        onStart: (env, out) => {
          if (env.id !== 0) return;
          out.setTimer(milliseconds(1), 'first');
          timer = out.setTimer(milliseconds(2), 'cancelled');
          out.setTimer(milliseconds(3), 'last');
        },
        onTimer: (env, data, out) => {
          fired.push([data, env.monotonic()]);
          if (data === 'first') out.cancelTimer(timer);
        },
      },
      constant(milliseconds(10)),
    );
    await cluster.sleepUntil(milliseconds(100));

    expect(fired).toEqual([
      ['first', milliseconds(11)],
      ['last', milliseconds(21)],
    ]);
  });

  test('loses all that waits when it dies, and its next life begins with an empty queue', async () => {
    const cluster = open(answerAtOnce, constant(milliseconds(10)));
    const asks = [0, 0, 0, milliseconds(20)].map((at) => ({ at }));
    const job = ask(cluster, asks, milliseconds(200));
    await cluster.sleepUntil(milliseconds(15));
    await cluster.apply({ type: 'crash', nodes: [0] });
    await cluster.apply({ type: 'restart', nodes: [0], disk: 'kept' });

    const answers = await job.result();

    const lost = { type: 'info', error: 'connection lost' };
    expect(answers.map((answer) => [answer?.at, answer?.completion])).toEqual([
      [milliseconds(12), { type: 'ok', value: 1 }],
      [milliseconds(16), lost],
      [milliseconds(16), lost],
      [milliseconds(32), { type: 'ok', value: 2 }],
    ]);
  });

  test('refuses at once when it is dead', async () => {
    const cluster = open(answerAtOnce, constant(milliseconds(10)));
    await cluster.apply({ type: 'crash', nodes: [0] });

    const [answer] = await ask(cluster, [{}], milliseconds(100)).result();

    expect(answer?.at).toBe(milliseconds(2));
  });

  test('goes on after a pause with what it was at', async () => {
    const cluster = open(answerAtOnce, constant(milliseconds(10)));
    const job = ask(cluster, [{}, {}], milliseconds(200));
    await cluster.sleepUntil(milliseconds(5));
    await cluster.apply({ type: 'pause', nodes: [0] });
    await cluster.sleepUntil(milliseconds(50));
    await cluster.apply({ type: 'resume', nodes: [0] });

    const answers = await job.result();

    expect(answers.map((answer) => answer?.at)).toEqual([milliseconds(51), milliseconds(61)]);
  });

  test('keeps mail that has come, though its sender dies or is cut off before its turn', async () => {
    const seen: unknown[] = [];
    const cluster = open(
      {
        onStart: (env, out) => {
          if (env.id === 1) for (const message of ['first', 'second']) out.send(0, message);
        },
        onMessage: (_, __, message) => seen.push(message),
      },
      constant(milliseconds(10)),
    );
    await cluster.sleepUntil(milliseconds(5));
    await cluster.apply({ type: 'cut', cuts: [[1, 0]] });
    await cluster.apply({ type: 'crash', nodes: [1] });
    await cluster.sleepUntil(milliseconds(100));

    expect(seen).toEqual(['first', 'second']);
  });

  test('serves a long queue in order', async () => {
    const seen: number[] = [];
    const cluster = open({ onRequest: (_, request) => seen.push(request) }, constant(1));
    const asks = Array.from({ length: 5_000 }, () => ({ at: 0 }));
    ask(cluster, asks, milliseconds(100));
    await cluster.sleepUntil(milliseconds(100));

    expect(seen).toEqual(asks.map((_, i) => i));
  });
});
