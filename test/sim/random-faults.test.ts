import { describe, expect, test } from 'vitest';
import { judge } from '../../src/checkers/index.ts';
import { findWorkload } from '../../src/experiment/file/find.ts';
import type { ExperimentSpec } from '../../src/experiment/spec.ts';
import { loadSpec } from '../../src/experiment/spec-file.ts';
import { runTrial } from '../../src/experiment/trial.ts';
import type { RandomKind } from '../../src/faults/draws.ts';
import { faultLabel } from '../../src/faults/labels.ts';
import { minorityOf, randomFaults } from '../../src/faults/random.ts';
import { kindsNeeded } from '../../src/faults/schedule.ts';
import { milliseconds, seconds } from '../../src/kernel/time.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';
import { seedsAsked } from '../support/swarm.ts';

/** `SEEDS=1000 npx vitest run test/sim/random-faults.test.ts` runs so many under three workloads together; `SEED=17` runs that one alone. */
const count = seedsAsked(3) ?? 6; // Workloads share them.
const only = process.env.SEED;
const seeds = only === undefined ? Array.from({ length: count }, (_, seed) => String(seed)) : [only];

const toleratedByAll: readonly RandomKind[] = [
  ...(['crash', 'restart', 'pause', 'partition', 'slow', 'lose'] as const),
  ...(['duplicate', 'reorder', 'skew', 'jump', 'slow-disk'] as const),
];

const kindsOf: Readonly<Record<string, readonly RandomKind[]>> = {
  quorum: toleratedByAll,
  lock: toleratedByAll,
  gossip: [...toleratedByAll, 'disk-loss', 'unsynced'],
  crdt: toleratedByAll,
};

/** Three seconds of a workload, at a rate that virtual time makes little of, under a storm of faults. */
function stormOf(workload: string, name: string, seed: string): ExperimentSpec {
  const overrides = { duration: '3s', strategies: [name], seed };
  const loaded = loadSpec(findWorkload(workload), strategies, overrides);
  const frequency = { type: 'rate', perSecond: 0.5 } as const;
  const plan = {
    kinds: Object.fromEntries(kindsOf[name]!.map((kind) => [kind, frequency])),
    at: milliseconds(200),
    until: seconds(3),
    lasting: { minimum: milliseconds(50), maximum: seconds(1) },
    atMost: minorityOf(loaded.topology),
  };
  return {
    ...loaded,
    faults: randomFaults(plan, loaded.topology, seed),
    load: {
      type: 'open',
      arrivals: 'poisson',
      rate: [{ from: 80, to: 80, lasts: seconds(3) }],
      shares: loaded.topology.regions.map((_, __, all) => 1 / all.length),
    },
  };
}

describe.each(Object.keys(kindsOf))('%s', (name) => {
  const { strategy } = strategies[name]!;
  const workloads = ['viral-likes', 'registers', 'bank-transfers'].filter(
    (workload) => workload !== 'bank-transfers' || strategy.operations.transfer !== 'refused',
  );

  test.each(workloads)(
    'keeps its promises in storms of faults that it tolerates, under %s',
    async (workload) => {
      // To find an order of transfers takes long.
      const fewer = workload === 'bank-transfers' ? Math.ceil(seeds.length / 3) : seeds.length;
      for (const seed of seeds.slice(0, fewer)) {
        const spec = stormOf(workload, name, seed);
        const [choice] = spec.strategies;

        const { record } = await runTrial({ spec, choice: choice!, trial: 1, runtime: simRuntime });

        const claims = strategy.guarantees(choice!.knobs);
        const broken = judge(record, claims).filter(
          ({ claimed, verdict }) => claimed && verdict.type === 'violated',
        );
        const storm = spec.faults.map((fault) => faultLabel(fault, spec.topology)).join('; ');
        expect([broken, record.broken], `SEED=${seed} ${workload}: ${storm}`).toEqual([[], null]);
        expect(kindsNeeded(spec.faults).filter((kind) => !strategy.tolerates.includes(kind))).toEqual([]);
        expect(spec.faults.length).toBeGreaterThan(3);
      }
    },
    Math.max(60_000, seeds.length * 2_000),
  );
});

test('crdt loses acknowledged adds where disks lie, which it does not claim to tolerate', async () => {
  const { strategy } = strategies.crdt!;
  const verdicts: string[] = [];
  for (let seed = 0; seed < 40 && !verdicts.includes('violated'); seed += 1) {
    const spec = { ...stormOf('viral-likes', 'crdt', String(seed)) };
    const faults = spec.faults.filter(({ type }) => type === 'crash' || type === 'restart');
    const window = seconds(1);
    const lying = { type: 'unsynced-persist', target: { type: 'all' }, at: 0, until: null, window } as const;
    const [choice] = spec.strategies;

    const { record } = await runTrial({
      spec: { ...spec, faults: [...faults, lying] },
      choice: choice!,
      trial: 1,
      runtime: simRuntime,
    });

    verdicts.push(
      ...judge(record, ['no-lost-adds'])
        .filter(({ claimed }) => claimed)
        .map(({ verdict }) => verdict.type),
    );
  }

  expect(strategy.tolerates).not.toContain('unsynced-persist');
  expect(verdicts).toContain('violated');
}, 120_000);
