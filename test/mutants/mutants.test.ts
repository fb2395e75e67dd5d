import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runSeed } from '../support/swarm.ts';
import { type Caught, huntDown, type Mutant, verdictOn } from './mutant.ts';
import { loadShelf } from './shelf.ts';

const shelf = [...(await loadShelf())];

/** The original is tried on at least so many seeds, even where the mutant is found out on the first. */
const seedsAtLeast = 5;

const hunts = new Map<Mutant, Promise<Caught | null>>();
const hunted = (mutant: Mutant): Promise<Caught | null> => {
  const hunt = hunts.get(mutant) ?? huntDown(mutant);
  hunts.set(mutant, hunt);
  return hunt;
};

describe('a strategy that is known to be wrong', () => {
  test.each(shelf)('is found out within the number of seeds that it states: %s', async (_, mutant) => {
    const caught = await hunted(mutant);

    expect(caught).not.toBeNull();
    expect(caught?.verdict.sentence).not.toBe('');
    // It is found out by what it answers, and not because a replica of it broke down.
    expect(caught?.run.cluster.failures).toEqual([]);
  });

  test.each(shelf)('goes by its own name, and not by that of its original: %s', (name, mutant) => {
    expect(mutant.original.name).not.toBe(mutant.strategy.name);
    expect([name, 'local-register']).toContain(mutant.strategy.name);
  });
});

describe('the strategy without the flaw', () => {
  test.each(shelf)('is not accused on the same seeds: %s', async (_, mutant) => {
    const { original, swarm, caughtBy, within } = mutant;
    const seeds = Math.max(seedsAtLeast, (await hunted(mutant))?.seeds ?? within);
    const verdicts: (string | undefined)[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const run = await runSeed({ ...swarm, strategy: original, seed });
      verdicts.push(verdictOn(run, caughtBy)?.type);
    }

    expect(verdicts).not.toContain('violated');
    expect(verdicts).toContain('holds');
  });
});

describe('docs/mutants.md', () => {
  const page = readFileSync(new URL('../../docs/mutants.md', import.meta.url), 'utf8');
  const lines = page.split('\n');

  test.each(shelf)('has the row of %s as its file states it', (name, { wrong, caughtBy, within }) => {
    const row = lines.find((line) => line.startsWith(`| \`${name}\` `)) ?? '';

    expect(row).toContain(`| ${wrong} |`);
    expect(row).toContain(`| ${caughtBy} |`);
    expect(row).toMatch(new RegExp(`\\| ${within} \\|$`));
  });

  test('has no row without a mutant', () => {
    const named = lines.flatMap((line) => /^\| `([^`]+)` /.exec(line)?.[1] ?? []);

    expect(named).toEqual(shelf.map(([name]) => name));
  });
});
