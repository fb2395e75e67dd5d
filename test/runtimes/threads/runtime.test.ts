import { afterEach, describe, expect, test } from 'vitest';
import { ObedientCluster, transports } from '../../support/threads.ts';

let opened: ObedientCluster | undefined;

afterEach(async () => {
  await opened?.cluster.stop();
  opened = undefined;
});

describe.each(transports)('over %s links', (transport) => {
  test('a write that every node stored is read at every node', async () => {
    opened = await ObedientCluster.open(transport);

    const answers = await opened.ask(
      opened.write(0, 'all-x', 7),
      opened.read(0, 'all-x'),
      opened.read(1, 'all-x'),
      opened.read(2, 'all-x'),
    );

    const seven = { type: 'ok', value: 7 };
    expect(answers).toEqual([{ type: 'ok' }, seven, seven, seven]);
  });

  test('a node that crashed and restarted finds what it persisted, and serves', async () => {
    opened = await ObedientCluster.open(transport);
    await opened.ask(opened.write(1, 'local-x', 'kept'));

    await opened.cluster.apply({ type: 'crash', nodes: [1] });
    await opened.cluster.apply({ type: 'restart', nodes: [1], disk: 'kept' });
    const answers = await opened.ask(
      opened.read(1, 'local-x'),
      opened.read(1, 'life'),
      opened.write(0, 'all-y', 1),
    );

    expect(answers).toEqual([
      { type: 'ok', value: 'kept' },
      { type: 'ok', value: [2, 'restart'] },
      { type: 'ok' },
    ]);
  });
});
