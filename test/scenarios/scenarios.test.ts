import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { registryWith } from '../../src/cli/own-strategies.ts';
import { loadSpec } from '../../src/experiment/spec-file.ts';
import { strategyReference } from '../../src/experiment/trial.ts';
import { huntLimits } from '../../src/hunting/draft.ts';
import { expectedBy, replayTrial } from '../../src/hunting/replay.ts';
import { loadStrategy } from '../../src/runtimes/load-strategy.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

async function replay(name: string) {
  const file = `${folder}${name}`;
  const spec = loadSpec(file, await registryWith([], file), {}, huntLimits);
  const choice = spec.strategies[0]!;
  const strategy = await loadStrategy(strategyReference(choice));
  return replayTrial(spec, choice, strategy, 1, expectedBy(spec));
}

describe('a committed scenario', () => {
  test.each(files)('shows exactly what it expects: %s', async (name) => {
    const { missed, played } = await replay(name);

    expect(missed).toEqual([]);
    expect(played.outcome.cluster.failures).toEqual([]);
  });

  test.each(files)('expects something, and names itself where it says how to repeat it: %s', (name) => {
    const text = readFileSync(`${folder}${name}`, 'utf8');

    expect(text).toMatch(/^expect: /m);
    for (const [, named] of text.matchAll(/^# Repeat: (.*)$/gm)) {
      expect(named).toBe(`npx pacelc replay test/scenarios/${name}`);
    }
  });
});

test('there are scenarios of every strategy that leaves something unpromised, and of strategies that are wrong', () => {
  const kinds = new Set(files.map((name) => name.replace(/-unclaimed-.*$/, '')));

  expect(kinds).toContain('gossip');
  expect(kinds).toContain('crdt');
  expect(files.filter((name) => !name.includes('unclaimed')).length).toBeGreaterThan(5);
});
