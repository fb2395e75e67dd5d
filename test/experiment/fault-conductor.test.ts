import { describe, expect, test } from 'vitest';
import { FaultConductor } from '../../src/experiment/fault-conductor.ts';
import type { ExperimentSpec } from '../../src/experiment/spec.ts';
import { parseSpec } from '../../src/experiment/spec-file.ts';
import type { FaultAction } from '../../src/faults/fault.ts';
import { milliseconds, seconds } from '../../src/kernel/time.ts';
import { SimCluster } from '../../src/runtimes/sim/cluster.ts';
import { fakeRegistry } from '../support/fake-registry.ts';
import { scripted } from '../support/scripted.ts';

const startAt = milliseconds(100);

/** A day in virtual time: the conductor's schedule against a simulation in which nothing else happens. */
async function conduct(sentences: readonly string[]) {
  const spec = specWith(sentences);
  const strategy = scripted({});
  const cluster = new SimCluster(
    { topology: spec.topology, strategy: { name: 'scripted', module: '', knobs: {} }, seed: '1' },
    strategy,
  );
  const applied: { readonly at: number; readonly type: FaultAction['type'] }[] = [];
  const apply = cluster.apply.bind(cluster);
  cluster.apply = (action) => {
    applied.push({ at: (cluster.now() - startAt) / 1_000, type: action.type });
    return apply(action);
  };
  const conductor = new FaultConductor(spec, cluster, startAt);
  await conductor.run();
  const during = applied.splice(0);
  await cluster.sleepUntil(startAt + spec.duration);
  await conductor.endAll();
  return { during, after: applied, records: conductor.records([]) };
}

function specWith(sentences: readonly string[]): ExperimentSpec {
  return parseSpec(
    `schemaVersion: 1
name: x
summary: A test.
topology: lan-5
workload: { kind: likes }
load: { open: { rate: 100/s } }
duration: 10s
faults: [${sentences.join(', ')}]
strategies: [gossip]
`,
    'x',
    fakeRegistry,
  );
}

describe('in virtual time', () => {
  test('each edge is carried out at its very microsecond, ends before starts', async () => {
    const { during, after } = await conduct(
      [
        '{ crash: zone-1, at: 1s, for: 1s }',
        '{ pause: all, at: 2s, for: 500us }',
        '{ restart: all, at: 3s }',
        '{ lose: 5%, at: 2.5s, for: 1s }',
        '{ skew: all, by: 1s, at: 4s, for: 1s }',
        '{ jump: all, by: 1s, at: 4.5s, for: 1s }',
        '{ slow-disk: all, by: 1ms, at: 6s, for: 1s }',
        '{ unsynced: all, by: 1ms, at: 6s, for: 2s }',
        '{ partition: halves, at: 8s, for: 1s }',
      ].map((sentence) => sentence.replace('zone-1', firstNode)),
    );

    expect(during.map(({ at, type }) => `${at} ${type}`)).toEqual([
      '1000 crash',
      '2000 restart',
      '2000 pause',
      '2000.5 resume',
      '2500 degrade',
      '3000 crash',
      '3000 restart',
      '3500 restore',
      '4000 skew',
      '4500 jump',
      '5000 unskew',
      '5500 jump',
      '6000 sync-takes',
      '6000 sync-lags',
      '7000 sync-takes',
      '8000 sync-lags',
      '8000 cut',
      '9000 heal',
    ]);
    expect(after).toEqual([]);
  });

  test('what has no end is undone after the load, whatever it is', async () => {
    const { during, after, records } = await conduct([
      '{ slow: all, by: 2x, at: 1s }',
      '{ jump: all, by: 1s, at: 2s }',
      '{ unsynced: all, by: 1s, at: 3s }',
      '{ partition: majority-ring, at: 4s }',
    ]);

    expect(during.map(({ type }) => type)).toEqual(['degrade', 'jump', 'sync-lags', 'cut']);
    expect(after.map(({ at, type }) => `${at} ${type}`)).toEqual([
      '10000 restore',
      '10000 jump',
      '10000 sync-lags',
      '10000 heal',
    ]);
    expect(records.map(({ type, began }) => [type, began - startAt])).toEqual([
      ['slow-link', seconds(1)],
      ['clock-jump', seconds(2)],
      ['unsynced-persist', seconds(3)],
      ['partition', seconds(4)],
    ]);
  });

  test('a restart begins and ends at one instant', async () => {
    const { records } = await conduct(['{ restart: all, at: 3s }']);

    const instant = startAt + seconds(3);
    expect(records).toMatchObject([
      { type: 'restart', label: 'restart of all', began: instant, effective: instant, ended: instant },
    ]);
  });
});

const firstNode = specWith([]).topology.nodes[0]!.name;
