import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Completion, Ok } from '../../../src/kernel/operation.ts';
import { clusterErrors } from '../../../src/runtimes/cluster.ts';
import { breakDown, ObedientCluster, transports, unawaited } from '../../support/threads.ts';

const ok = { type: 'ok' };
const lost = { type: 'info', error: clusterErrors.connectionLost };
const refused = { type: 'fail', error: clusterErrors.connectionRefused };

describe.each(transports)('over %s links', (transport) => {
  let cluster: ObedientCluster;

  beforeAll(async () => {
    cluster = await ObedientCluster.open(transport);
  });

  afterEach(async () => {
    await cluster.restart(0, 1, 2);
  });

  afterAll(async () => {
    await cluster.stop();
  });

  test('a write that every node stored is read at every node', async () => {
    const answers = await cluster.ask(
      cluster.write(0, 'all-x', 7),
      cluster.read(0, 'all-x'),
      cluster.read(1, 'all-x'),
      cluster.read(2, 'all-x'),
    );

    const seven = { type: 'ok', value: 7 };
    expect(answers).toEqual([ok, seven, seven, seven]);
  });

  test('a context comes back with the reply', async () => {
    const context = { seen: new Map([['x', [1, 2]]]) };

    const replies = await cluster.launch({ ...cluster.read(0, 'local-context'), context }).result();

    expect(replies).toEqual([{ completion: { type: 'ok', value: null }, context }]);
  });

  test('timers fire, and those that were cancelled do not', async () => {
    const answers = await cluster.ask(cluster.write(0, 'timer', 1), cluster.write(0, 'cancel', 2));

    expect(answers).toEqual([
      { type: 'ok', value: 1 },
      { type: 'ok', value: 2 },
    ]);
  });

  test('a message larger than a ring takes arrives whole, and in its place', async () => {
    const large = 'x'.repeat(300_000);

    const answers = await cluster.ask(
      cluster.write(0, 'all-large', large),
      cluster.write(0, 'all-large', 'small'),
      cluster.write(0, 'all-larger', large),
      cluster.read(2, 'all-large'),
      cluster.read(2, 'all-larger'),
    );

    expect(answers).toEqual([ok, ok, ok, { type: 'ok', value: 'small' }, { type: 'ok', value: large }]);
  });

  test('a burst that overflows every link loses nothing and keeps its order', async () => {
    await cluster.ask(cluster.write(0, 'fill', 30_000));

    await cluster.holds(1, 'fill-0', 30_000);
    await cluster.holds(2, 'fill-0', 30_000);
  });

  test('a node that crashed and restarted finds what it persisted, and serves', async () => {
    await cluster.ask(cluster.write(1, 'local-kept', 'kept'));

    await cluster.crash(1);
    await cluster.restart(1);
    const answers = await cluster.ask(
      cluster.read(1, 'local-kept'),
      cluster.write(1, 'all-after', 1),
      cluster.write(0, 'all-after', 2),
    );

    expect(answers).toEqual([{ type: 'ok', value: 'kept' }, ok, ok]);
  });

  test('a large message reaches a node in its second life', async () => {
    await cluster.crash(1);
    await cluster.restart(1);

    const answers = await cluster.ask(
      cluster.write(0, 'all-second', 'y'.repeat(200_000)),
      cluster.write(1, 'all-second', 'z'.repeat(200_000)),
    );

    expect(answers).toEqual([ok, ok]);
  });

  test('a node whose disk was lost boots as a replacement, with nothing', async () => {
    await cluster.ask(cluster.write(2, 'local-disk', 1));
    const [before] = await cluster.ask(cluster.read(2, 'life'));

    await cluster.crash(2);
    await cluster.cluster.apply({ type: 'restart', nodes: [2], disk: 'lost' });
    const [value, after] = await cluster.ask(cluster.read(2, 'local-disk'), cluster.read(2, 'life'));

    expect(value).toEqual({ type: 'ok', value: null });
    expect(after).toEqual({ type: 'ok', value: [lifeIn(before) + 1, 'replaced'] });
  });

  test('a dead node refuses, and one that dies with a request inside loses it', async () => {
    const job = cluster.launch(
      cluster.read(1, 'silent'),
      cluster.read(1, 'local-x'),
      cluster.read(0, 'life'),
    );
    await asked(job, 1);

    await cluster.crash(1);
    const replies = await job.result();

    expect(replies.map((reply) => reply?.completion)).toEqual([lost, refused, expect.objectContaining(ok)]);
  });

  test('a node is killed even in an endless loop', async () => {
    const job = cluster.launch(cluster.read(2, 'loop'));
    await asked(job, 1);

    const stamp = await cluster.crash(2);
    const replies = await job.result();
    await cluster.restart(2);

    expect(stamp.nodes).toEqual([2]);
    expect(stamp.done).toBeGreaterThanOrEqual(stamp.began);
    expect(replies[0]?.completion).toEqual(lost);
    expect(await cluster.ask(cluster.write(2, 'all-loop', 1))).toEqual([ok]);
  });

  test('a cut drops mail both ways until it heals', async () => {
    await cluster.cluster.apply({
      type: 'cut',
      cuts: [
        [0, 1],
        [1, 0],
      ],
    });
    const during = await cluster.ask(
      unawaited(cluster.write(0, 'all-cut', 'from 0')),
      unawaited(cluster.write(1, 'all-cut', 'from 1')),
      cluster.write(2, 'all-cut-2', 1),
      cluster.read(0, 'all-cut'),
      cluster.read(1, 'all-cut'),
    );
    await cluster.cluster.apply({
      type: 'heal',
      cuts: [
        [0, 1],
        [1, 0],
      ],
    });
    const after = await cluster.ask(cluster.write(0, 'all-cut', 'healed'), cluster.read(1, 'all-cut'));

    expect(during).toEqual([
      null,
      null,
      ok,
      { type: 'ok', value: 'from 0' },
      { type: 'ok', value: 'from 1' },
    ]);
    expect(after).toEqual([ok, { type: 'ok', value: 'healed' }]);
  });

  test('a one-way cut drops mail in its direction alone, and overlapping cuts heal one by one', async () => {
    const cut = { cuts: [[0, 1] as const] };
    await cluster.cluster.apply({ type: 'cut', ...cut });
    await cluster.cluster.apply({ type: 'cut', ...cut });
    await cluster.cluster.apply({ type: 'heal', ...cut });

    const during = await cluster.ask(
      unawaited(cluster.write(1, 'all-one-way', 1)),
      cluster.write(2, 'all-one-way-2', 1),
    );
    await cluster.holds(0, 'all-one-way', 1);
    await cluster.cluster.apply({ type: 'heal', ...cut });

    expect(during).toEqual([null, ok]);
    expect(await cluster.ask(cluster.write(1, 'all-one-way', 2))).toEqual([ok]);
  });

  test('a paused node stands still, and gets its mail when it goes on', async () => {
    await cluster.cluster.apply({ type: 'pause', nodes: [1] });
    const job = cluster.launch(cluster.write(0, 'all-pause', 'through'));
    await cluster.holds(2, 'all-pause', 'through');
    const awake = [...(await cluster.cluster.contents()).keys()];

    await cluster.cluster.apply({ type: 'resume', nodes: [1] });
    const replies = await job.result();

    expect(awake).toEqual([0, 2]);
    expect(replies[0]?.completion).toEqual(ok);
    await cluster.holds(1, 'all-pause', 'through');
  });

  test('a paused node can be killed', async () => {
    await cluster.cluster.apply({ type: 'pause', nodes: [1] });
    await cluster.crash(1);
    await cluster.restart(1);

    expect(await cluster.ask(cluster.write(1, 'all-killed', 1))).toEqual([ok]);
  });

  test('nodes say what role they play', async () => {
    await cluster.ask(cluster.write(1, 'role', 'leader'));

    expect(await cluster.cluster.playing('leader')).toEqual([1]);
    expect(await cluster.cluster.playing('follower')).toEqual([0, 2]);
  });

  test('nodes agree when all store the same, and not when one stores more', async () => {
    await cluster.cluster.apply({ type: 'crash', nodes: [0, 1, 2] });
    await cluster.cluster.apply({ type: 'restart', nodes: [0, 1, 2], disk: 'lost' });

    await cluster.ask(cluster.write(0, 'all-same', 1));
    const agreed = await cluster.cluster.agrees();
    await cluster.ask(cluster.write(0, 'local-more', 1));

    expect(agreed).toBe(true);
    expect(await cluster.cluster.agrees()).toBe(false);
  });

  test('a program that is cancelled finishes with what it has', async () => {
    const job = cluster.launch(cluster.read(0, 'life'), cluster.read(0, 'silent'));
    await asked(job, 2);

    job.cancel();

    expect(await job.result()).toEqual([expect.anything(), null]);
  });

  test('a program that breaks is reported, and the next one runs', async () => {
    const job = cluster.cluster.launch(breakDown, null);

    await expect(job.result()).rejects.toThrow('the program broke');
    expect(await cluster.ask(cluster.write(0, 'all-next', 1))).toEqual([ok]);
  });
});

describe('what a strategy notes', () => {
  test('is in the record, by the shared clock, even where the node died since', async () => {
    const cluster = await ObedientCluster.open('ring');
    await cluster.ask(
      cluster.write(1, 'role', 'leader'),
      cluster.write(2, 'role', 'leader'),
      cluster.write(1, 'role', 'follower'),
    );
    await cluster.crash(1);
    const crashedAt = cluster.cluster.now();

    const { notes, notesDropped } = await cluster.stop();

    expect(notes.map(({ node, note }) => [node, note])).toEqual([
      [1, { type: 'role', role: 'leader' }],
      [2, { type: 'role', role: 'leader' }],
      [1, { type: 'role', role: 'follower' }],
    ]);
    for (const { at } of notes) expect(at).toBeLessThanOrEqual(crashedAt);
    expect(notesDropped).toBe(0);
  });
});

describe('a strategy that throws', () => {
  test('kills its node alone, leaves nothing of the step behind, and is reported with its stack', async () => {
    const cluster = await ObedientCluster.open('ring');
    const answers = await cluster.ask(
      cluster.write(1, 'throw'),
      cluster.read(2, 'twice'),
      cluster.write(0, 'local-on', 1),
    );
    await cluster.restart(1, 2);
    const after = await cluster.ask(cluster.read(1, 'local-torn'), cluster.write(1, 'all-again', 1));

    const { failures } = await cluster.stop();
    const stackOf = (node: number) => failures.find((failure) => failure.node === node)?.stack;

    expect(answers).toEqual([lost, lost, ok]);
    expect(after).toEqual([{ type: 'ok', value: null }, ok]);
    expect(failures).toHaveLength(2);
    expect(stackOf(1)).toMatch(/told to throw[\s\S]*obedient\.ts/);
    expect(stackOf(2)).toContain('was it answered before?');
  });
});

function lifeIn(completion: Completion | null | undefined): number {
  return ((completion as Ok).value as readonly number[])[0]!;
}

/** Resolves when a job has asked so many questions. */
function asked(
  job: { onProgress(listener: (progress: unknown) => void): void },
  count: number,
): Promise<void> {
  return new Promise((resolve) => {
    job.onProgress((progress) => {
      if (progress === count) resolve();
    });
  });
}
