import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { explain, firstViolation, traceFor } from '../../../src/experiment/explain/explain.ts';
import { endTrial } from '../../../src/experiment/one-trial.ts';
import { loadSpec } from '../../../src/experiment/spec-file.ts';
import type { TrialRecord } from '../../../src/history/trial.ts';
import { simRuntime } from '../../../src/runtimes/sim/runtime.ts';
import { strategies } from '../../../src/strategies/index.ts';
import { huntDown } from '../../mutants/mutant.ts';
import { loadShelf } from '../../mutants/shelf.ts';
import { runSeed } from '../../support/swarm.ts';

const root = new URL('../../../', import.meta.url);
const shelf = await loadShelf();

/** Hunts a mutant down and draws what it did wrong. */
async function pictureOf(
  name: string,
): Promise<{ readonly svg: string; readonly record: TrialRecord; readonly witness: readonly number[] }> {
  const mutant = shelf.get(name)!;
  const { run, verdict } = (await huntDown(mutant))!;
  const violation = { guarantee: mutant.caughtBy, claimed: true, verdict };
  const trace = traceFor(run.record, violation);
  const { swarm, strategy } = mutant;
  const again = await runSeed({ ...swarm, strategy, seed: run.seed, trace });
  return {
    svg: explain(trace, again.record, violation, run.topology),
    record: run.record,
    witness: verdict.witness,
  };
}

function count(text: string, part: RegExp): number {
  return [...text.matchAll(part)].length;
}

describe('the drawing of a violation', () => {
  test('has the operations of the witness, one of them wrong, and the messages that belong to them', async () => {
    const { svg, witness } = await pictureOf('read-of-one-node');

    expect(svg).toContain('read-of-one-node breaks its promise &quot;linearizable&quot;');
    expect(count(svg, />writes \d+</g)).toBeGreaterThan(0);
    expect(count(svg, /font-weight="700"[^>]*>reads \d+</g)).toBe(1);
    for (const message of ['ask', 'state', 'hold', 'held']) expect(svg).toContain(`>${message}</text>`);
    // A request and a reply of each operation, by exact causes.
    expect(count(svg, /<title>invoke<\/title>/g)).toBe(witness.length);
    expect(count(svg, /<title>reply<\/title>/g)).toBe(witness.length);
  });

  test('shows faults of its time, and what they cost', async () => {
    const { svg } = await pictureOf('promise-not-persisted');

    expect(count(svg, /fill="url\(#hatch\)"/g)).toBeGreaterThan(0);
    expect(svg).toMatch(/<title>crash of [a-z]+/);
    expect(svg).toContain('Messages that end in a cross were lost.');
  });

  test('stays legible: no more than 40 arrows, and says how many more there were', async () => {
    const { svg } = await pictureOf('no-fencing');

    expect(count(svg, /^<line [^>]*><title>/gm)).toBe(40);
    const words = svg.replace(/<\/text>\n<text[^>]*>/g, ' ');
    expect(words).toMatch(/Not drawn: \d+ further messages/);
  });
});

test('what is drawn first is what the file expects, then what was promised, then anything that operations show', () => {
  const violated = (guarantee: 'causal' | 'linearizable' | 'sequential', claimed: boolean, witness = [1]) =>
    ({ guarantee, claimed, verdict: { type: 'violated', witness, sentence: '' } }) as const;
  const all = [violated('linearizable', false), violated('sequential', true, []), violated('causal', true)];

  expect(firstViolation(all)?.guarantee).toBe('causal');
  expect(firstViolation(all, ['linearizable'])?.guarantee).toBe('linearizable');
  expect(firstViolation(all.slice(0, 2))?.guarantee).toBe('linearizable');
  expect(firstViolation([all[1]!])).toBeUndefined();
});

test('the committed picture is what its scenario shows', async () => {
  const file = fileURLToPath(new URL('test/scenarios/gossip-behind-a-partition.yaml', root));
  const spec = loadSpec(file, strategies);
  const job = { spec, choice: spec.strategies[0]!, trial: 1, explain: true };

  const ended = await endTrial(job, simRuntime, { signal: undefined, onNews: () => {} });

  expect(ended?.picture).toBe(
    readFileSync(new URL('docs/pictures/gossip-behind-a-partition.svg', root), 'utf8'),
  );
});
