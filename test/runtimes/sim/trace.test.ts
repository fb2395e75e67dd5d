import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/kernel/operation.ts';
import { milliseconds } from '../../../src/kernel/time.ts';
import { SimCluster } from '../../../src/runtimes/sim/cluster.ts';
import { Trace, type TraceEntry, type TraceKeeping } from '../../../src/runtimes/sim/trace.ts';
import { siteOf } from '../../../src/topology/topology.ts';
import { type Answer, type AskInput, askAll } from '../../support/ask-all.ts';
import { type Script, scripted } from '../../support/scripted.ts';
import { smallTopology } from '../../support/topologies.ts';

const near = { type: 'constant', value: milliseconds(1) } as const;
const far = { type: 'constant', value: milliseconds(50) } as const;
const topology = smallTopology(3, 3, near, far);
const asia = siteOf(topology, 'asia');
const operation: Operation = { type: 'read', key: 'a' };

/** Answers once node 1 has sent back what it was sent. */
const askTheOther: Script = {
  onRequest: (env, request, out) => out.send(1, { from: env.id, request }),
  onMessage: (env, from, message, out) => {
    if (env.id === 1) out.send(from, message);
    else out.reply((message as { readonly request: number }).request, { type: 'ok', value: 7 });
  },
};

function open(script: Script, keeping?: TraceKeeping): { cluster: SimCluster; trace: Trace } {
  const strategy = scripted(script);
  const reference = { name: strategy.name, module: '', knobs: {} };
  const trace = new Trace(keeping);
  const cluster = new SimCluster({ topology, strategy: reference, seed: '7' }, strategy, undefined, trace);
  return { cluster, trace };
}

function ask(cluster: SimCluster, asks = 1) {
  return cluster.launchHere<AskInput, (Answer | null)[]>(askAll, {
    asks: Array.from({ length: asks }, (_, i) => ({ at: i, site: asia, node: 0, operation })),
    until: milliseconds(1_000),
  });
}

function entriesOf(trace: Trace): readonly TraceEntry[] {
  const { first, count } = trace.kept;
  return Array.from({ length: count }, (_, i) => trace.entry(first + i)!);
}

/** The kinds of what led to an entry, from the first cause on. */
function chainOf(trace: Trace, last: TraceEntry): readonly string[] {
  const cause = trace.entry(last.cause);
  return [...(cause === undefined ? [] : chainOf(trace, cause)), last.kind];
}

describe('a trace', () => {
  test('knows what led to an answer: each message, each step, back to the question', async () => {
    const { cluster, trace } = open(askTheOther);
    await ask(cluster).result();

    const answer = entriesOf(trace).find(({ kind }) => kind === 'answer')!;

    expect(chainOf(trace, answer).slice(-8)).toEqual([
      'invoke',
      'request',
      'send',
      'mail',
      'send',
      'mail',
      'reply',
      'answer',
    ]);
    expect(answer).toMatchObject({ at: milliseconds(102), end: asia, peer: 0 });
  });

  test('keeps what was sent, and who sent it to whom', async () => {
    const { cluster, trace } = open(askTheOther);
    await ask(cluster).result();

    const sent = entriesOf(trace).filter(({ kind }) => kind === 'send');

    expect(sent).toMatchObject([
      { at: milliseconds(1), end: 0, peer: 1, detail: { from: 0 } },
      { at: milliseconds(51), end: 1, peer: 0, detail: { from: 0 } },
    ]);
  });

  test('says of mail over a cut link that it was cut, and of mail to a dead node that nobody lived there', async () => {
    const lossOf = async (strike: (cluster: SimCluster) => Promise<unknown>) => {
      const { cluster, trace } = open(askTheOther);
      const job = ask(cluster);
      await cluster.sleepUntil(milliseconds(10));
      await strike(cluster);
      await job.result();
      const lost = entriesOf(trace).find(({ kind }) => kind === 'lost')!;
      return { ...lost, sent: trace.entry(lost.cause)?.kind };
    };

    const cut = await lossOf((cluster) => cluster.apply({ type: 'cut', cuts: [[0, 1]] }));
    const dead = await lossOf((cluster) => cluster.apply({ type: 'crash', nodes: [1] }));

    expect(cut).toMatchObject({ at: milliseconds(51), end: 1, peer: 0, detail: 'cut', sent: 'send' });
    expect(dead).toMatchObject({ at: milliseconds(51), end: 1, peer: 0, detail: 'dead', sent: 'send' });
  });

  test('blames the fault for what clients of a dying node are told', async () => {
    const { cluster, trace } = open(askTheOther);
    const job = ask(cluster);
    await cluster.sleepUntil(milliseconds(10));
    await cluster.apply({ type: 'crash', nodes: [0] });
    await job.result();

    const reply = entriesOf(trace).find(({ kind }) => kind === 'reply')!;

    expect(trace.entry(reply.cause)).toMatchObject({ kind: 'fault', detail: { type: 'crash', nodes: [0] } });
  });

  test('tells of mail that reaches a sleeping node when it came and when it was read', async () => {
    const { cluster, trace } = open(askTheOther);
    const job = ask(cluster);
    await cluster.apply({ type: 'pause', nodes: [1] });
    await cluster.sleepUntil(milliseconds(80));
    await cluster.apply({ type: 'resume', nodes: [1] });
    await job.result();

    const ends = entriesOf(trace).filter(
      ({ kind, end }) => (kind === 'held' || kind === 'mail') && end === 1,
    );

    expect(ends).toMatchObject([
      { kind: 'held', at: milliseconds(51) },
      { kind: 'mail', at: milliseconds(80) },
    ]);
    expect(ends[0]?.cause).toBe(ends[1]?.cause);
  });

  test('follows timers and what was persisted and noted', async () => {
    const { cluster, trace } = open({
      onRequest: (_env, request, out) => void out.setTimer(milliseconds(5), { request }),
      onTimer: (_env, data, out) => {
        out.persist('k', 3);
        out.note({ type: 'role', role: 'leader' });
        out.reply((data as { readonly request: number }).request, { type: 'ok' });
      },
    });
    await ask(cluster).result();

    const find = (kind: string) => entriesOf(trace).find((entry) => entry.kind === kind)!;

    expect(find('persist')).toMatchObject({ at: milliseconds(6), detail: { key: 'k', value: 3 } });
    expect(chainOf(trace, find('persist')).slice(-4)).toEqual(['request', 'set-timer', 'timer', 'persist']);
    expect(find('note')).toMatchObject({
      detail: { type: 'role', role: 'leader' },
      cause: find('timer').number,
    });
  });

  test('changes nothing of what happens', async () => {
    const traced = open(askTheOther).cluster;
    const strategy = scripted(askTheOther);
    const reference = { name: strategy.name, module: '', knobs: {} };
    const untraced = new SimCluster({ topology, strategy: reference, seed: '7' }, strategy);

    expect(await ask(traced, 20).result()).toEqual(await ask(untraced, 20).result());
    expect(traced.simulation.events).toBe(untraced.simulation.events);
  });
});

describe('what a trace keeps', () => {
  test('may be a span of time and a number of entries; its hash is of all in any case', async () => {
    const digests = new Set<string>();
    const kept: number[] = [];
    const keepings = [{}, { from: milliseconds(1), until: milliseconds(51) }, { limit: 3 }];
    for (const keeping of keepings) {
      const { cluster, trace } = open(askTheOther, keeping);
      await ask(cluster).result();
      digests.add(`${trace.count} ${trace.digest}`);
      kept.push(trace.kept.count);
      expect(entriesOf(trace).every(({ at }) => at >= (keeping.from ?? 0))).toBe(true);
      expect(trace.overflowed).toBe(keeping.limit !== undefined);
    }

    expect(digests.size).toBe(1);
    expect(kept[0]).toBeGreaterThan(kept[1]!);
    expect(kept[1]).toBeGreaterThan(3);
    expect(kept[2]).toBe(3);
  });

  test('tells by hashes of what came before where two runs part', async () => {
    const answering = (value: number): Script => ({
      onRequest: (_env, request, out) => out.reply(request, { type: 'ok', value }),
    });
    const [one, other] = [open(answering(1)), open(answering(2))];
    await ask(one.cluster).result();
    await ask(other.cluster).result();
    const reply = entriesOf(one.trace).find(({ kind }) => kind === 'reply')!.number;

    const same = entriesOf(one.trace).map(
      ({ number }) => one.trace.prefixHash(number) === other.trace.prefixHash(number),
    );

    expect(same).toEqual(same.map((_, number) => number < reply));
    expect(one.trace.digest).not.toBe(other.trace.digest);
  });
});
