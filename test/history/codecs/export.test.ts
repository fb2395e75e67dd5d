import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLinearizable } from '../../../src/checkers/linearizable.ts';
import { checkRecorded } from '../../../src/checkers/recorded.ts';
import { callsOf } from '../../../src/history/calls.ts';
import { jepsenEdnLines, jepsenLogLines } from '../../../src/history/codecs/jepsen-text.ts';
import { kvLines } from '../../../src/history/codecs/kv-text.ts';
import type { RecordedCall } from '../../../src/history/recorded.ts';
import type { Operation } from '../../../src/kernel/operation.ts';
import {
  historyOf,
  manyRuns,
  propertyPatience,
  propertyRuns,
  smallHistory,
  type Told,
} from '../../support/histories.ts';
import { draw } from '../../support/history.ts';
import { anyHistory } from '../../support/random-history.ts';
import { readCalls } from '../../support/read-text.ts';

const history = draw(`
  1:  |-- write x 1 -|   |-- read x 2 --|
  2:     |- cas x 1 2 -/       |- write x 3 -?   |- read x -!
  3:       |- write x 2 -~
`);

describe('a history written as EDN of Jepsen', () => {
  it('has a map for each invocation and each completion, by time', () => {
    expect([...jepsenEdnLines(callsOf(history))].slice(0, 4)).toEqual([
      '{:process 1, :type :invoke, :f :write, :key "x", :value 1, :time 6000000}\n',
      '{:process 2, :type :invoke, :f :cas, :key "x", :value [1 2], :time 9000000}\n',
      '{:process 3, :type :invoke, :f :write, :key "x", :value 2, :time 11000000}\n',
      '{:process 1, :type :ok, :f :write, :key "x", :value 1, :time 21000000}\n',
    ]);
  });

  it(
    'is read as the same calls',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyHistory(), async (any) => {
          fc.pre(any.length > 0);
          const calls = callsOf(any);

          expect(comparable(await readCalls([...jepsenEdnLines(calls)].join('')))).toEqual(comparable(calls));
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it(
    'gets the verdict that the history gets here',
    async () => {
      const seen = new Set<string>();
      await fc.assert(
        fc.asyncProperty(smallHistory(registerOperations), async (told) => {
          const ours = historyOf(withoutRefusals(told));
          fc.pre(ours.length > 0);
          const calls = await readCalls([...jepsenEdnLines(callsOf(ours))].join(''));
          const verdict = checkRecorded(calls, 'cas-register').type;
          seen.add(verdict);

          expect(verdict).toBe(checkLinearizable(ours).type);
        }),
        { numRuns: propertyRuns },
      );
      if (manyRuns) expect([...seen].sort()).toEqual(['holds', 'violated']);
    },
    propertyPatience,
  );
});

describe('a history written as lines of a log', () => {
  it('has a line for each invocation and each completion, with tabs', () => {
    expect([...jepsenLogLines(callsOf(history))].join('')).toBe(
      [
        'INFO  jepsen.util - 1\t:invoke\t:write\t1',
        'INFO  jepsen.util - 2\t:invoke\t:cas\t[1 2]',
        'INFO  jepsen.util - 3\t:invoke\t:write\t2',
        'INFO  jepsen.util - 1\t:ok\t:write\t1',
        'INFO  jepsen.util - 2\t:fail\t:cas\t[1 2]',
        'INFO  jepsen.util - 1\t:invoke\t:read\tnil',
        'INFO  jepsen.util - 2\t:invoke\t:write\t3',
        'INFO  jepsen.util - 1\t:ok\t:read\t2',
        'INFO  jepsen.util - 2\t:info\t:write\t:timed-out',
        'INFO  jepsen.util - 2\t:invoke\t:read\tnil',
        'INFO  jepsen.util - 2\t:fail\t:read\tnil',
        '',
      ].join('\n'),
    );
  });

  it(
    'is read as the same calls, which overlap as before',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyHistory(onOneKey), async (any) => {
          fc.pre(any.length > 0);
          const calls = callsOf(any).map((call) => ({ ...call, key: null }));
          const back = await readCalls([...jepsenLogLines(calls)].join(''), 'log');

          expect(sorted(back.map(untimed))).toEqual(sorted(calls.map(untimed)));
          expect(inOrderOfOneProcess(back)).toEqual(inOrderOfOneProcess(calls));
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it(
    'gets the verdict that the history gets here',
    async () => {
      await fc.assert(
        fc.asyncProperty(smallHistory(registerOperations), async (told) => {
          const ours = historyOf(withoutRefusals(told));
          fc.pre(ours.length > 0);
          const calls = await readCalls([...jepsenLogLines(callsOf(ours))].join(''), 'log');

          expect(checkRecorded(calls, 'cas-register').type).toBe(checkLinearizable(ours).type);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it('lets calls that touch at one instant overlap', async () => {
    const touching = draw(`
      1:  |- write x 1 -|
      2:                |- read x null -|
    `);
    const [one, two] = await readCalls([...jepsenLogLines(callsOf(touching))].join(''));

    expect(two!.invokedAt).toBeLessThan(one!.completedAt);
  });
});

describe('a history written as maps of a key-value store', () => {
  const texts = fc.constantFrom('', 'a', 'é "quoted"', '7');
  const keys = fc.constantFrom('x', 'y', '');
  const ofStore: fc.Arbitrary<Operation> = fc.oneof(
    fc.record({ type: fc.constant('read' as const), key: keys }),
    fc.record({ type: fc.constant('write' as const), key: keys, value: texts }),
  );

  const answers = fc.oneof(
    fc.constant(null),
    fc.record({ type: fc.constant('ok' as const), value: texts }),
    fc.record({ type: fc.constantFrom('fail' as const, 'info' as const), error: fc.constant('x') }),
  );
  const ofMap = ({ key, function: name, input, output, outcome }: RecordedCall) =>
    JSON.stringify([key, name.replace('get', 'read').replace('put', 'write'), input, output, outcome]);

  it('has a map for each invocation, and one for each completion that is known', () => {
    const calls = callsOf(
      draw(`
        1:  |-- write x a -|   |-- read x a --|
        2:     |- write y b -!   |- read y null -|
        3:       |- write x c -?
      `),
    );

    expect([...kvLines(calls)].join('')).toBe(
      [
        '{:process 1, :type :invoke, :f :put, :key "x", :value "a"}',
        '{:process 3, :type :invoke, :f :put, :key "x", :value "c"}',
        '{:process 1, :type :ok, :f :put, :key "x", :value "a"}',
        '{:process 1, :type :invoke, :f :get, :key "x", :value nil}',
        '{:process 2, :type :invoke, :f :get, :key "y", :value nil}',
        '{:process 1, :type :ok, :f :get, :key "x", :value "a"}',
        '{:process 2, :type :ok, :f :get, :key "y", :value ""}',
        '',
      ].join('\n'),
    );
  });

  it(
    'is read as the same calls but those that failed, with the same verdict',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyHistory(ofStore, answers), async (any) => {
          const calls = callsOf(any).filter(({ outcome }) => outcome !== 'fail');
          fc.pre(calls.length > 0);
          const back = await readCalls([...kvLines(callsOf(any))].join(''), 'kv');

          expect(sorted(back.map(ofMap))).toEqual(sorted(calls.map(ofMap)));
          const { type } = checkRecorded(calls, 'map');
          if (type !== 'unknown') expect(checkRecorded(back, 'map').type).toBe(type);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it(
    'is written again as the same maps',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyHistory(ofStore, answers), async (any) => {
          const once = [...kvLines(callsOf(any))].join('');
          fc.pre(once !== '');

          expect([...kvLines(await readCalls(once, 'kv'))].join('')).toBe(once);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );

  it('lets another process go on where one had a call of unknown outcome', async () => {
    const calls = await readCalls(
      '{:process :a :type :invoke :f :put :key 1 :value "v"}{:process :a :type :info :f :put :key 1 :value "v"}' +
        '{:process :a :type :invoke :f :get :key 1 :value nil}{:process :a :type :ok :f :get :key 1 :value "v"}',
    );

    expect(await readCalls([...kvLines(calls)].join(''))).toMatchObject([
      { process: '0', function: 'put', outcome: 'info' },
      { process: '1', function: 'get', outcome: 'ok', output: 'v' },
    ]);
  });
});

const key = fc.constant('x');
const small = fc.integer({ min: 1, max: 3 });
const anyRegisterOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ type: fc.constant('read' as const), key }),
  fc.record({ type: fc.constant('write' as const), key, value: small }),
  fc.record({ type: fc.constant('cas' as const), key, expected: small, value: small }),
);
const registerOperations = fc.array(anyRegisterOperation, { minLength: 1, maxLength: 6 });
const onOneKey = anyRegisterOperation;

/** A refusal becomes a failure, which says less; histories without one say the same in both forms. */
function withoutRefusals(told: readonly Told[]): readonly Told[] {
  return told.map((row) => {
    if (row.completion?.type === 'refused')
      return { ...row, completion: { type: 'fail', error: 'mismatch' } };
    // What an update left behind is not told either.
    if (row.operation.type !== 'read' && row.completion?.type === 'ok')
      return { ...row, completion: { type: 'ok' } };
    return row;
  });
}

/** Lines differ: those of a file, and those of a history without one. Calls that begin at one instant have no order. */
function comparable(calls: readonly RecordedCall[]): readonly unknown[] {
  return [...calls]
    .sort((a, b) => a.invokedAt - b.invokedAt || Number(a.process) - Number(b.process) || a.line - b.line)
    .map(({ line, ...call }) => call);
}

function untimed({ process, function: name, key, input, output, outcome }: RecordedCall): string {
  return JSON.stringify([process, name, key, input, output, outcome]);
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort();
}

function inOrderOfOneProcess(calls: readonly RecordedCall[]): Readonly<Record<string, readonly string[]>> {
  const byProcess: Record<string, string[]> = {};
  for (const call of calls) byProcess[call.process] = [...(byProcess[call.process] ?? []), untimed(call)];
  return byProcess;
}
