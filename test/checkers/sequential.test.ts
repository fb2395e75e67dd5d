import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventsOf } from '../../src/checkers/causal/events.ts';
import { thinAir } from '../../src/checkers/causal/versions.ts';
import { checkCausal } from '../../src/checkers/causal.ts';
import { checkLinearizable } from '../../src/checkers/linearizable.ts';
import { arrange } from '../../src/checkers/sequential/arrange.ts';
import { firstEvents, subsetOf } from '../../src/checkers/sequential/subset.ts';
import { fewestRows } from '../../src/checkers/sequential/witness.ts';
import { checkSequential } from '../../src/checkers/sequential.ts';
import { sessionGuarantees } from '../../src/checkers/sessions/breaches.ts';
import { checkSession, sessionsOf } from '../../src/checkers/sessions.ts';
import {
  add,
  bruteForce,
  historyOf,
  info,
  manyRuns,
  ok,
  propertyPatience,
  propertyRuns,
  read,
  type Told,
  write,
} from '../support/histories.ts';
import { isSequential, laggingHistory, sessionHistory } from '../support/sessions.ts';

const at = (process: number, from: number, operation: Told['operation'], completion = ok()): Told => ({
  process,
  from: from * 1_000,
  to: from * 1_000 + 500,
  operation,
  completion,
});
const check = (...rows: Told[]) => checkSequential(historyOf(rows));

describe('sequential consistency', () => {
  test('lets a session lag behind real time, as long as it lags alone', () => {
    const rows = [at(1, 0, write('x', 1)), at(2, 10, read('x'), ok(null)), at(2, 20, read('x'), ok(1))];

    expect(check(...rows).type).toBe('holds');
    expect(checkLinearizable(historyOf(rows)).type).toBe('violated');
  });

  // process 1   |write x 1| |read y null|
  // process 2   |write y 2| |read x null|
  test('shows two sessions each of which writes and misses the write of the other', () => {
    const verdict = check(
      at(1, 0, write('x', 1)),
      at(2, 1, write('y', 2)),
      at(1, 2, read('y'), ok(null)),
      at(2, 3, read('x'), ok(null)),
    );

    expect(verdict).toEqual({
      type: 'violated',
      witness: [0, 1, 2, 3],
      sentence:
        'no single order agrees with every process: process 1 wrote 1 to "x", then read nothing of "y"; process 2 wrote 2 to "y", then read nothing of "x"',
    });
  });

  // process 3   |read x 1| |read x 2|
  // process 4   |read x 2| |read x 1|
  test('shows two writes seen in different orders, without what has nothing to do with it', () => {
    const verdict = check(
      at(1, 0, write('x', 1)),
      at(2, 0.1, write('x', 2)),
      at(3, 1, read('x'), ok(1)),
      at(4, 1.1, read('x'), ok(2)),
      at(4, 1.7, write('z', 7)),
      at(3, 2, read('x'), ok(2)),
      at(3, 2.6, read('z'), ok(7)),
      at(4, 3, read('x'), ok(1)),
    );

    expect(verdict).toMatchObject({ type: 'violated', witness: [0, 1, 2, 3, 5, 7] });
  });

  test('is broken by whatever breaks something weaker', () => {
    expect(check(at(1, 0, write('x', 1)), at(1, 1, read('x'), ok(null)))).toMatchObject({
      type: 'violated',
      sentence: expect.stringContaining('not even causal: process 1 read nothing of "x"'),
    });
    expect(check(at(1, 0, add('c', 1)), at(1, 1, read('c'), ok(0)))).toMatchObject({
      type: 'violated',
      sentence: expect.stringContaining('not even read-your-writes'),
    });
  });

  test('is refuted on registers alone, and confirmed together with keys of other kinds', () => {
    const counter = at(5, 0, add('c', 1));
    const writes = [at(1, 0, write('x', 1)), at(2, 1, write('y', 2))];
    const misses = [at(1, 2, read('y'), ok(null)), at(2, 3, read('x'), ok(null))];

    expect(check(counter, ...writes, ...misses).type).toBe('violated');
    expect(check(counter, ...writes).type).toBe('holds');
  });

  test('is shown with the reader of a write without an answer, which was done only because of it', () => {
    const cas = (value: number): Told['operation'] => ({ type: 'cas', key: 'x', expected: null, value });
    const unanswered = at(1, 0, cas(1), info);
    const rival = at(2, 1, cas(2), ok());
    const reader = at(3, 2, read('x'), ok(1));

    expect(check(unanswered, rival, reader)).toMatchObject({ type: 'violated', witness: [0, 1, 2] });
  });

  test('is undecided after so many steps, and says how far the search came', () => {
    const history = historyOf(Array.from({ length: 20 }, (_, i) => at(i, i, write('x', i + 1))));

    const tenFewerThanAnyOrderTakes = -10;

    expect(checkSequential(history, sessionsOf(history), tenFewerThanAnyOrderTakes)).toEqual({
      type: 'unknown',
      because: expect.stringMatching(/gave up after 10 steps, with at most \d+ of 20 operations in order/),
    });
  });
});

describe('the check of sequential consistency', { timeout: propertyPatience }, () => {
  test('agrees with trying every interleaving of the sessions', () => {
    const seen = new Set<string>();

    fc.assert(
      fc.property(sessionHistory(), (rows) => {
        const { type } = checkSequential(historyOf(rows));
        seen.add(type);
        expect(type).toBe(isSequential(rows) ? 'holds' : 'violated');
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect([...seen].sort()).toEqual(['holds', 'violated']);
  });

  test('finds an order exactly where there is one, also where nothing weaker was looked at before', () => {
    fc.assert(
      fc.property(sessionHistory(10), (rows) => {
        const events = eventsOf(historyOf(rows));
        fc.pre(!events.source.includes(thinAir));
        const found = arrange(events, 100_000, 2 ** 20);
        expect(found.type).toBe(isSequential(rows) ? 'found' : 'none');
      }),
      { numRuns: propertyRuns },
    );
  });

  test('finds an order exactly where there is one, of longer histories of replicas that lag', () => {
    const seen = new Set<string>();

    fc.assert(
      fc.property(laggingHistory(), (rows) => {
        const { type } = checkSequential(historyOf(rows));
        seen.add(type);
        expect(type).toBe(isSequential(rows) ? 'holds' : 'violated');
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect([...seen].sort()).toEqual(['holds', 'violated']);
  });

  test('shows no row in a witness without which there would still be no order', () => {
    fc.assert(
      fc.property(laggingHistory(), (rows) => {
        const events = eventsOf(historyOf(rows));
        const found = arrange(events, 100_000, 2 ** 20);
        if (found.type !== 'none') return;
        const witness = fewestRows(events, found.proof);
        const first = firstEvents(events);
        const isRefuted = (some: readonly number[]) =>
          arrange(subsetOf(events, first, some), 100_000, 2 ** 20).type === 'none';
        expect(isRefuted(witness)).toBe(true);
        for (const row of witness) expect(isRefuted(witness.filter((one) => one !== row))).toBe(false);
      }),
      { numRuns: propertyRuns },
    );
  });

  test('shows a witness that is a violation by itself', () => {
    fc.assert(
      fc.property(sessionHistory(), (rows) => {
        const verdict = checkSequential(historyOf(rows));
        if (verdict.type !== 'violated') return;
        const sorted = [...rows].sort((a, b) => a.from - b.from);
        expect(isSequential(verdict.witness.map((row) => sorted[row]!))).toBe(false);
      }),
      { numRuns: propertyRuns },
    );
  });
});

describe('the guarantees follow from each other', { timeout: propertyPatience }, () => {
  test('linearizable, sequential, causal, and every guarantee of sessions', () => {
    const seen = new Set<string>();

    fc.assert(
      fc.property(sessionHistory(6), (rows) => {
        const history = historyOf(rows);
        const kept = [
          bruteForce(rows) ? 'linearizable' : null,
          checkSequential(history).type === 'holds' ? 'sequential' : null,
          checkCausal(history).type === 'holds' ? 'causal' : null,
          sessionGuarantees.every((one) => checkSession(history, one).type === 'holds') ? 'sessions' : null,
        ];
        const first = kept.findIndex((one) => one !== null);
        seen.add(kept.join());
        expect(first < 0 ? [] : kept.slice(first)).not.toContain(null);
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect(seen.size).toBe(5);
  });
});
