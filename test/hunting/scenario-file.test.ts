import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { drawScenario } from '../../src/hunting/draw/scenario.ts';
import { scenarioText } from '../../src/hunting/scenario-file.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';

test('what is written is read as it was, and has what it shows above it', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const quarry = { word: 'lock', strategy: strategies.lock!.strategy };
    const { draft } = drawScenario(String(seed), quarry, strategies, simRuntime.offers);

    const text = scenarioText(draft, { sentences: ['lock breaks something.', 'Repeat: it'] });

    expect(text).toMatch(/^# lock breaks something\.\n# Repeat: it\n/);
    expect(parse(text)).toEqual(draft);
    expect(text).not.toMatch(/\t|[&*]a\d|\[ /);
  }
});

test('a long sentence goes over several lines of comment', () => {
  const text = scenarioText({ name: 'x' }, { sentences: [Array(60).fill('word').join(' ')] });

  const comments = text.split('\n').filter((line) => line.startsWith('#'));
  expect(comments.length).toBeGreaterThan(2);
  expect(Math.max(...comments.map((line) => line.length))).toBeLessThan(110);
});
