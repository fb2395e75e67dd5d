import { expect, test } from 'vitest';
import { checkTrial } from '../../src/experiment/determinism.ts';
import { findWorkload } from '../../src/experiment/file/find.ts';
import { loadSpec } from '../../src/experiment/spec-file.ts';
import { strategies } from '../../src/strategies/index.ts';
import { strategy as unrepeatable } from '../support/unrepeatable.ts';

const module = new URL('../support/unrepeatable.ts', import.meta.url).href;
const registry = { ...strategies, unrepeatable: { strategy: unrepeatable, module } };
const unwatched = { signal: undefined, onNews: () => {} };

/** What running a strategy twice shows that depends on what it should not. */
async function partingOf(how: string): Promise<string | null | undefined> {
  const overrides = { strategies: ['unrepeatable'], duration: '200ms', seed: '7' };
  const spec = loadSpec(findWorkload('registers'), registry, overrides);
  const choice = { ...spec.strategies[0]!, module, knobs: { how } };
  const checked = await checkTrial({ spec, choice, trial: 1 }, unwatched);
  return checked?.comparison?.difference;
}

test.each([
  ['chance of its own', 'random', /"mark":0\.\d+.* in one run and sent .*"mark":0\.\d+/],
  ['the clock of the machine', 'clock', /"mark":\d{13}\} to zone-b-1 in one run and sent .*"mark":\d{13}\}/],
  ['what ran before', 'shared', /"mark":\d+\} to zone-b-1 in one run and sent .*"mark":\d+\}/],
])('a strategy that mixes %s into messages is named with node, step and message', async (_, how, parting) => {
  const difference = await partingOf(how);

  expect(difference).toMatch(
    /^the runs part at event \d+, at 0\.1\d+ s: zone-a-1, when it was asked by the clients in zone-a to write/,
  );
  expect(difference).toMatch(parting);
});

test('a timer that is set by chance is found where it is set, not where it fires', async () => {
  expect(await partingOf('timer')).toMatch(
    /at 0\.000 s: zone-a-1, when it started, set a timer \{"after":\d+,"data":null\} in one run and set a timer/,
  );
});

test('a strategy of the same kind that keeps to its seed shows no difference', async () => {
  expect(await partingOf('not')).toBeNull();
});
