import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { asText, itemsOf } from '../../src/cli/list.ts';
import { faultSchema } from '../../src/experiment/file/fault-schema.ts';
import { parseSpec } from '../../src/experiment/spec-file.ts';
import { faultCatalogue } from '../../src/faults/catalogue.ts';
import { strategies } from '../../src/strategies/index.ts';

describe('lists', () => {
  it('show the values of knobs as a workload file gives them', () => {
    const lines = itemsOf('strategies').flatMap(({ name, details }) =>
      details.flatMap((line) => {
        const knob = /^knob ([\w-]+): (\S+) by default/.exec(line);
        return knob === null ? [] : [{ name, knob: knob[1]!, value: knob[2]! }];
      }),
    );

    expect(lines.length).toBe(Object.values(strategies).flatMap(({ strategy }) => strategy.knobs).length);
    for (const { name, knob, value } of lines) {
      const text = `${experiment}\nstrategies: [{ name: ${name}, ${knob}: ${value} }]`;
      const [choice] = parseSpec(text, 'test.yaml', strategies).strategies;
      const declared = strategies[name]!.strategy.knobs.find((candidate) => candidate.name === knob);
      expect(choice!.knobs[knob]).toBe(declared!.default);
    }
  });

  it('show the faults that a schedule can say, each with an example that is one', () => {
    const items = itemsOf('faults');

    expect(items.map(({ name }) => name)).toEqual(faultCatalogue.map(({ name }) => name));
    for (const { details } of items) {
      const example = details[0]!.replace('in a file: ', '');
      expect(faultSchema.safeParse(parse(example)).error).toBeUndefined();
    }
  });

  it('show the regions, nodes and delays of topologies', () => {
    const world = itemsOf('topologies').find(({ name }) => name === 'world-3x3');

    expect(world?.details.slice(0, 2)).toEqual([
      'asia: 3 zones with 3 nodes, asia-1 to asia-3',
      'america: 3 zones with 3 nodes, america-1 to america-3',
    ]);
    expect(world?.details[3]).toMatch(
      /^one way: between zones 0\.5 ms ± 20 %, .*, asia and america 49 ms ± 5 %, asia and europe 101 ms ± 5 %/,
    );
  });

  it('show workloads and kinds of workload apart', () => {
    expect(itemsOf('workloads').map(({ name }) => name)).toEqual([
      'bank-transfers',
      'registers',
      'viral-likes',
    ]);
    expect(itemsOf('kinds').map(({ name }) => name)).toEqual(['likes', 'registers', 'bank', 'mixed']);
  });

  it('break at the width of the terminal, beside the names', () => {
    const items = [
      { name: 'lock', summary: 'a lease per key and more', details: ['knob lease: 1s by default'] },
    ];

    expect(asText(items, true, 22)).toBe(
      ['lock  a lease per key', '      and more', '      knob lease: 1s', '        by default', ''].join(
        '\n',
      ),
    );
    expect(asText(items, false, Number.POSITIVE_INFINITY)).toBe('lock  a lease per key and more\n');
  });
});

const experiment = `schemaVersion: 1
name: any
summary: Any.
topology: lan-3
workload: { kind: registers }
load: { open: { rate: 10/s } }
duration: 1s`;
