import { describe, expect, it } from 'vitest';
import { Dispatcher, deadlinePassed } from '../../../src/experiment/client/dispatcher.ts';
import { type Row, rowOf } from '../../../src/history/history.ts';
import { Recorder } from '../../../src/history/recorder.ts';
import type { Completion } from '../../../src/kernel/operation.ts';
import { clusterErrors } from '../../../src/runtimes/cluster.ts';
import { buildTopology } from '../../../src/topology/build.ts';
import { topologyPresets } from '../../../src/topology/presets.ts';
import { FakeGateway } from '../../support/fake-gateway.ts';

const topology = buildTopology(topologyPresets['lan-3']!.plan);
const deadline = 1_000;

function desk() {
  const gateway = new FakeGateway<unknown>();
  const recorder = new Recorder(100);
  const dispatcher = new Dispatcher(gateway, {
    topology,
    policy: { failover: 'nearest', deadline, retryAfter: 500 },
    recorder,
    firstProcess: 0,
    firstRequest: 1,
  });
  const done: Completion[] = [];
  const ask = (index: number) =>
    dispatcher.ask({
      stream: 0,
      index,
      site: 0,
      operation: { type: 'write', key: 'x', value: index },
      phase: 2,
      dueAt: Number.NaN,
      done: (completion) => done.push(completion),
    });
  const rows = (): Row[] => {
    const history = recorder.history(['a', 'b', 'c'], ['lan']);
    return Array.from({ length: history.length }, (_, row) => rowOf(history, row));
  };
  return { gateway, dispatcher, done, ask, rows };
}

const ok: Completion = { type: 'ok' };
const refused: Completion = { type: 'fail', error: clusterErrors.connectionRefused };

describe('the dispatcher', () => {
  it('records an operation from its invocation to its answer', () => {
    const { gateway, ask, rows, done } = desk();
    gateway.advance(10);

    ask(0);
    gateway.advance(25);
    gateway.asked[0]!.answer(ok);

    expect(rows()).toMatchObject([{ invokedAt: 10, completedAt: 25, completion: ok, node: 0, attempts: 1 }]);
    expect(done).toEqual([ok]);
  });

  it('asks the next node when a connection is refused, within the same row', () => {
    const { gateway, ask, rows, done } = desk();

    ask(0);
    gateway.asked[0]!.answer(refused);
    gateway.asked[1]!.answer(ok);

    expect(gateway.asked.map(({ node }) => node)).toEqual([0, 1]);
    expect(gateway.asked[0]!.request).not.toBe(gateway.asked[1]!.request);
    expect(rows()).toMatchObject([{ node: 1, attempts: 2, completion: ok }]);
    expect(done).toEqual([ok]);
  });

  it('fails when every node refuses the connection', () => {
    const { gateway, ask, rows } = desk();

    ask(0);
    for (const i of [0, 1, 2]) gateway.asked[i]!.answer(refused);

    expect(rows()).toMatchObject([{ attempts: 3, completion: refused }]);
  });

  it('completes as unknown at the deadline, and a late answer changes nothing', () => {
    const { gateway, ask, rows, done } = desk();

    ask(0);
    gateway.advance(deadline);
    gateway.asked[0]!.answer(ok);

    const unknown = { type: 'info', error: deadlinePassed };
    expect(rows()).toMatchObject([{ completedAt: deadline, completion: unknown }]);
    expect(done).toEqual([unknown]);
    expect(gateway.forgotten).toEqual([gateway.asked[0]!.request]);
  });

  it('retires a process after an unknown answer, and reuses it after any other', () => {
    const { gateway, ask, rows } = desk();

    ask(0);
    gateway.asked[0]!.answer(ok);
    ask(1);
    gateway.advance(deadline);
    ask(2);

    expect(rows().map(({ process }) => process)).toEqual([0, 0, 1]);
  });

  it('gives each operation under way a process of its own', () => {
    const { ask, rows } = desk();

    ask(0);
    ask(1);

    expect(rows().map(({ process }) => process)).toEqual([0, 1]);
  });

  it("carries a session's context from its reply to its next request, and to no other session", () => {
    const { gateway, ask } = desk();

    ask(0);
    gateway.asked[0]!.answer(ok, { seen: 7 });
    ask(1);
    ask(2);

    expect(gateway.asked.map(({ context }) => context)).toEqual([undefined, { seen: 7 }, undefined]);
  });

  it('watches every deadline, whatever was answered in between', () => {
    const { gateway, ask, done } = desk();
    for (let i = 0; i < 50; i += 1) {
      gateway.advance(i * 10);
      ask(i);
    }
    gateway.asked.forEach((asked, i) => {
      if (i % 3 !== 0) asked.answer(ok);
    });

    gateway.advance(490 + deadline);

    expect(done.filter(({ type }) => type === 'ok')).toHaveLength(33);
    expect(done.filter(({ type }) => type === 'info')).toHaveLength(17);
  });
});
