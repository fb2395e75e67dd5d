import { describe, expect, test } from 'vitest';
import { type Comparison, checkTrial } from '../../src/experiment/determinism.ts';
import { findWorkload } from '../../src/experiment/file/find.ts';
import { ExperimentRefusedError, runMatrix } from '../../src/experiment/run.ts';
import type { StrategyChoice } from '../../src/experiment/spec.ts';
import { loadSpec, parseSpec } from '../../src/experiment/spec-file.ts';
import { kindsNeeded } from '../../src/faults/schedule.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { threadsRuntime } from '../../src/runtimes/threads/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';
import { strategy as unrepeatable } from '../support/unrepeatable.ts';

const module = new URL('../support/unrepeatable.ts', import.meta.url).href;
const registry = { ...strategies, unrepeatable: { strategy: unrepeatable, module } };
const unwatched = { signal: undefined, onNews: () => {} };
const workload = loadSpec(findWorkload('registers'), registry, {
  strategies: ['unrepeatable'],
  duration: '200ms',
  seed: '7',
});
const registers = { ...workload, strategies: workload.strategies.map((choice) => ({ ...choice, module })) };

/** What running a strategy twice shows that depends on what it should not. */
async function partingOf(how: string): Promise<string | null | undefined> {
  const choice: StrategyChoice = { ...registers.strategies[0]!, knobs: { how } };
  const checked = await checkTrial({ spec: registers, choice, trial: 1 }, unwatched);
  return checked?.comparison?.difference;
}

describe('a strategy that does not keep to its seed', () => {
  test.each([
    ['chance of its own', 'random', /"mark":0\.\d+.* in one run and sent .*"mark":0\.\d+/],
    [
      'the clock of the machine',
      'clock',
      /"mark":\d{13}\} to zone-b-1 in one run and sent .*"mark":\d{13}\}/,
    ],
    ['what ran before', 'shared', /"mark":\d+\} to zone-b-1 in one run and sent .*"mark":\d+\}/],
  ])('is named with node, step and message where it sends %s', async (_, how, parting) => {
    const difference = await partingOf(how);

    expect(difference).toMatch(
      /^the runs part at event \d+, at 0\.1\d+ s: zone-a-1, when it was asked by the clients in zone-a to write/,
    );
    expect(difference).toMatch(parting);
  });

  test('is named where it sets a timer, not where that fires', async () => {
    expect(await partingOf('timer')).toMatch(
      /at 0\.000 s: zone-a-1, when it started, set a timer \{"after":\d+,"data":null\} in one run and set a timer/,
    );
  });
});

test('a strategy of the same kind that keeps to its seed shows no difference', async () => {
  expect(await partingOf('not')).toBeNull();
});

const everyFault = `
schemaVersion: 1
name: every-fault
summary: A moment in which every fault strikes.
seed: 42
topology:
  regions: { asia: 2, america: 2, europe: 1 }
  latency:
    between: { asia and america: 5ms, america and europe: 6ms, asia and europe: 8ms }
workload: { kind: registers, keys: 20, writes: 50%, skew: 0.5 }
load:
  closed: { clients-per-region: 1, think: 10ms }
duration: 3s
faults:
  - { crash: asia-1, at: 100ms, for: 200ms }
  - { crash: europe, at: 400ms, for: 100ms, disk: lost }
  - { restart: america-1, at: 600ms }
  - { pause: asia-2, at: 700ms, for: 150ms }
  - { partition: halves, at: 900ms, for: 200ms }
  - { slow: asia and europe, by: 5x, at: 1200ms, for: 200ms }
  - { lose: 20%, at: 1200ms, for: 200ms }
  - { duplicate: 20%, at: 1450ms, for: 100ms }
  - { reorder: 20%, by: 10ms, at: 1600ms, for: 100ms }
  - { skew: america-1, by: 100ms, at: 1750ms, for: 300ms }
  - { jump: america-2, by: -50ms, at: 1750ms, for: 100ms }
  - { slow-disk: asia-1, by: 5ms, at: 2100ms, for: 200ms }
  - { unsynced: europe-1, by: 2ms, at: 2100ms, for: 300ms }
  - { crash: europe-1, at: 2200ms, for: 100ms }
  - { leave: america-2, at: 2500ms, for: 200ms }
strategies: [${Object.keys(strategies).join(', ')}]
`;

describe('the strategies that come with pacelc', () => {
  const spec = parseSpec(everyFault, 'every-fault.yaml', strategies);

  test('are tried under every kind of fault that the simulator has', () => {
    expect([...kindsNeeded(spec.faults)].sort()).toEqual(
      simRuntime.offers.filter((kind) => kind !== 'join').sort(),
    );
  });

  test.each(spec.strategies.map((choice) => [choice.label, choice] as const))(
    'repeat themselves to the byte: %s',
    async (_, choice) => {
      const { tolerates } = strategies[choice.name]!.strategy;
      // Nobody may change the members of a strategy that cannot change them safely.
      const faults = spec.faults.filter(({ type }) => type !== 'leave' || tolerates.includes('leave'));
      const checked = await checkTrial({ spec: { ...spec, faults }, choice, trial: 1 }, unwatched);
      const { fingerprint, difference } = checked!.comparison!;

      expect(difference).toBeNull();
      expect(fingerprint.events).toBeGreaterThan(2_000);
      expect(checked!.broken).toBeUndefined();
    },
  );
});

test('where the runtime cannot repeat itself, comparing is refused by name', async () => {
  const refused = runMatrix({ spec: registers, runtime: threadsRuntime, checkDeterminism: true });

  await expect(refused).rejects.toThrow(ExperimentRefusedError);
  await expect(refused).rejects.toThrow('--check-determinism needs --runtime sim, not threads');
});

test('who asks for it is told the comparison of each trial', async () => {
  const compared: (Comparison | undefined)[] = [];
  await runMatrix({
    spec: registers,
    runtime: simRuntime,
    checkDeterminism: true,
    onEvent: (event) => void (event.type === 'trial-ends' && compared.push(event.comparison)),
  });

  expect(compared).toHaveLength(1);
  expect(compared[0]?.difference).toMatch(/^the runs part at event/);
});
