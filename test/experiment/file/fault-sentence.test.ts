import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultSentence } from '../../../src/experiment/file/fault-sentence.ts';
import { parseSpec } from '../../../src/experiment/spec-file.ts';
import { faultCatalogue } from '../../../src/faults/catalogue.ts';
import { randomKinds } from '../../../src/faults/draws.ts';
import type { Fault } from '../../../src/faults/fault.ts';
import { randomFaults } from '../../../src/faults/random.ts';
import { milliseconds, seconds } from '../../../src/kernel/time.ts';
import { fakeRegistry } from '../../support/fake-registry.ts';

const head = `schemaVersion: 1
name: x
summary: A test.
topology: { regions: { asia: 2, america: 2, europe: 1 }, latency: { between: { asia and america: 9ms, america and europe: 9ms, asia and europe: 9ms } } }
workload: { kind: likes }
load: { open: { rate: 100/s } }
duration: 60s
strategies: [gossip]
`;

/** `faults` as YAML, of which JSON is a part. */
function parse(faults: string) {
  return parseSpec(`${head}faults: ${faults}\n`, 'x', fakeRegistry);
}

const { topology } = parse('[]');

function saidAgain(faults: readonly Fault[]): readonly Fault[] {
  return parse(JSON.stringify(faults.map((fault) => faultSentence(fault, topology)))).faults;
}

function plain({ partOf: _, ...fault }: Fault) {
  return fault;
}

test('what is said of random faults is read again as the same faults', () => {
  const frequency = { type: 'rate', perSecond: 0.1 } as const;
  const kinds = Object.fromEntries(randomKinds.map((kind) => [kind, frequency]));
  const lasting = { minimum: milliseconds(1), maximum: seconds(5) };
  let count = 0;
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const plan = { kinds, at: 0, until: seconds(60), lasting, atMost: 5 };
      const faults = randomFaults(plan, topology, String(seed));

      expect(saidAgain(faults)).toEqual(faults.map(plain));
      count += faults.length;
    }),
    { numRuns: 20 },
  );
  expect(count).toBeGreaterThan(500);
});

test.each(faultCatalogue.flatMap(({ examples }) => examples))(
  '%s is said again in other words, and means the same',
  (example) => {
    const { faults } = parse(`[${example}]`);

    expect(saidAgain(faults)).toEqual(faults.map(plain));
  },
);
