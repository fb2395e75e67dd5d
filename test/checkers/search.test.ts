import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Action, cells, stepCell } from '../../src/checkers/models/cell.ts';
import { type Call, forgetAnswer, type SequentialObject } from '../../src/checkers/search/call.ts';
import { onParts } from '../../src/checkers/search/explain.ts';
import { defaultBytes } from '../../src/checkers/search/meter.ts';
import { findOrder } from '../../src/checkers/search/order.ts';
import { problemOf } from '../../src/checkers/search/problem.ts';
import { search } from '../../src/checkers/search/search.ts';
import { searchOrder } from '../../src/checkers/search.ts';
import type { Value } from '../../src/kernel/operation.ts';
import {
  add,
  historyOf,
  info,
  manyRuns,
  ok,
  propertyPatience,
  propertyRuns,
  read,
  write,
} from '../support/histories.ts';

const budget = { steps: 1_000_000, bytes: defaultBytes };
const never = Number.POSITIVE_INFINITY;

type Fate = 'ok' | 'info' | 'info, not done';

interface Draft {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
  readonly floor: number | null;
  readonly at: number;
  readonly length: number;
  readonly point: number;
  readonly tells: readonly [boolean, boolean];
  readonly fate: Fate;
}

/** A transfer, or a read where the account is the same twice. */
function drafts(accounts: number, span: number, maxLength: number): fc.Arbitrary<readonly Draft[]> {
  return fc.array(
    fc.record({
      from: fc.nat(accounts - 1),
      to: fc.nat(accounts - 1),
      amount: fc.integer({ min: 1, max: 3 }),
      floor: fc.constantFrom(null, 0),
      at: fc.nat(span),
      length: fc.nat(Math.ceil(span / 3)),
      point: fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
      tells: fc.tuple(fc.boolean(), fc.boolean()),
      fate: fc.oneof(
        { weight: 8, arbitrary: fc.constant<Fate>('ok') },
        { weight: 2, arbitrary: fc.constantFrom<Fate>('info', 'info, not done') },
      ),
    }),
    { minLength: 1, maxLength },
  );
}

/** What an atomic bank answers at some instant of each interval; a transfer without enough is left out. */
function bankCalls(drawn: readonly Draft[]): readonly Call<Action>[] {
  const balances = new Map<number, number>();
  const balance = (account: number) => balances.get(account) ?? 0;
  const pointOf = ({ at, length, point }: Draft) => at + length * point;
  const calls = [...drawn]
    .sort((a, b) => pointOf(a) - pointOf(b))
    .flatMap((draft, id): readonly Call<Action>[] => {
      const { from, to, amount, floor, at, length, tells, fate } = draft;
      const times = { id, invokedAt: at, completedAt: fate === 'ok' ? at + length : never };
      if (from === to) {
        const told = [balance(from) === 0 ? null : balance(from), balance(from)];
        const touches = [{ part: `${from}`, action: { type: 'read' as const, told } }];
        return fate === 'ok' ? [{ ...times, touches, unanswered: [] }] : [];
      }
      if (fate !== 'info, not done') {
        if (floor !== null && balance(from) - amount < floor) return [];
        balances.set(from, balance(from) - amount);
        balances.set(to, balance(to) + amount);
      }
      const transfer = (known: boolean): Call<Action>['touches'] => [
        {
          part: `${from}`,
          action: { type: 'add', delta: -amount, floor, told: known && tells[0] ? [balance(from)] : null },
        },
        {
          part: `${to}`,
          action: { type: 'add', delta: amount, floor: null, told: known && tells[1] ? [balance(to)] : null },
        },
      ];
      return [{ ...times, touches: transfer(fate === 'ok'), unanswered: transfer(false) }];
    });
  return calls.sort((a, b) => a.invokedAt - b.invokedAt);
}

/** Some balance that was told is off by so much. */
function spoil(calls: readonly Call<Action>[], victim: number, by: number): readonly Call<Action>[] {
  const telling = calls.filter(({ touches }) => touches.some(({ action }) => action.told !== null));
  const one = telling[victim % Math.max(1, telling.length)];
  return calls.map((call) => {
    if (call !== one) return call;
    const touches = call.touches.map(({ part, action }) => ({ part, action: shifted(action, by) }));
    return { ...call, touches };
  });
}

function shifted(action: Action, by: number): Action {
  if (action.told === null) return action;
  return { ...action, told: action.told.map((value) => (value as number) + by) } as Action;
}

/** The whole bank as one part: the search as it is without parts, with what it holds copied at every step. */
const whole: SequentialObject<Call<Action>['touches']> = {
  initial: () => [],
  step: (state, touches) => {
    const values = new Map(state as unknown as readonly (readonly [string, Value])[]);
    for (const { part, action } of touches) {
      const after = stepCell(values.get(part) ?? null, action);
      if (after === undefined) return undefined;
      values.set(part, after);
    }
    return [...values].filter(([, value]) => value !== null).sort(([a], [b]) => (a < b ? -1 : 1));
  },
  observes: () => false,
};

function asOnePart(calls: readonly Call<Action>[]): readonly Call<Call<Action>['touches']>[] {
  return calls.map((call) => ({
    ...call,
    touches: [{ part: 'all', action: call.touches }],
    unanswered: call.unanswered.length === 0 ? [] : [{ part: 'all', action: call.unanswered }],
  }));
}

/** Linearizability by trying every order. */
function hasSomeOrder(left: readonly Call<Action>[], state: Value): boolean {
  if (left.every(({ completedAt }) => completedAt === never)) return true;
  return left.some((call) => {
    if (left.some((other) => other.completedAt < call.invokedAt)) return false;
    const after = whole.step(state, call.touches);
    if (after === undefined) return false;
    return hasSomeOrder(
      left.filter((other) => other !== call),
      after,
    );
  });
}

describe('the search on accounts that transfers join', { timeout: propertyPatience }, () => {
  const spoiling = { victim: fc.nat(), by: fc.constantFrom(0, 1, -1) };

  test('agrees with trying every order', () => {
    const seen = new Set<string>();

    fc.assert(
      fc.property(fc.record({ drawn: drafts(3, 12, 6), ...spoiling }), ({ drawn, victim, by }) => {
        const calls = spoil(bankCalls(drawn), victim, by);
        const { type } = findOrder(calls, cells, budget);
        seen.add(type);
        expect(type).toBe(hasSomeOrder(calls, []) ? 'holds' : 'violated');
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect([...seen].sort()).toEqual(['holds', 'violated']);
  });

  test('agrees with a search on all balances at once, on longer histories', () => {
    const seen = new Set<string>();

    fc.assert(
      fc.property(fc.record({ drawn: drafts(5, 30, 24), ...spoiling }), ({ drawn, victim, by }) => {
        const calls = spoil(bankCalls(drawn), victim, by);
        const byParts = search(problemOf(calls, cells), budget).disordered;
        const atOnce = search(problemOf(asOnePart(calls), whole), budget).disordered;
        if (atOnce === null) return;
        seen.add(byParts?.length === 0 ? 'holds' : 'violated');
        expect(byParts?.length === 0).toBe(atOnce.length === 0);
      }),
      { numRuns: propertyRuns },
    );

    if (manyRuns) expect([...seen].sort()).toEqual(['holds', 'violated']);
  });

  test('blames only accounts whose own calls have no order', () => {
    fc.assert(
      fc.property(fc.record({ drawn: drafts(4, 20, 14), ...spoiling }), ({ drawn, victim, by }) => {
        const calls = spoil(bankCalls(drawn), victim, by);
        const problem = problemOf(calls, cells);
        const blamed = search(problem, budget).disordered!;
        const names = new Set(blamed.map((part) => problem.parts[part]!.name));
        const reduced = calls.flatMap((call) => {
          const touches = call.touches.filter(({ part }) => names.has(part));
          return touches.length === 0 ? [] : [{ ...call, touches }];
        });
        if (blamed.length > 0) {
          expect(search(problemOf(asOnePart(reduced), whole), budget).disordered).toEqual([0]);
        }
      }),
      { numRuns: propertyRuns },
    );
  });

  test('shows answers that contradict each other on some accounts, and none that is not needed for it', () => {
    fc.assert(
      fc.property(fc.record({ drawn: drafts(3, 12, 6), ...spoiling }), ({ drawn, victim, by }) => {
        const calls = spoil(bankCalls(drawn), victim, by);
        const result = findOrder(calls, cells, budget);
        if (result.type !== 'violated') return;
        const heard = new Set(result.answers.map(({ id }) => id));
        const known = (ids: ReadonlySet<number>) =>
          onParts(calls, result.parts).flatMap((call) => (ids.has(call.id) ? [call] : forgetAnswer(call)));
        expect(hasSomeOrder(known(heard), [])).toBe(false);
        for (const id of heard) {
          const others = new Set([...heard].filter((other) => other !== id));
          expect(hasSomeOrder(known(others), [])).toBe(true);
        }
      }),
      { numRuns: Math.ceil(propertyRuns / 2) },
    );
  });
});

describe('a history with an order still has one', { timeout: propertyPatience }, () => {
  const good = drafts(4, 20, 12).map(bankCalls);
  const holds = (calls: readonly Call<Action>[]) => findOrder(calls, cells, budget).type;

  test('when answers come later, or are not heard at all', () => {
    fc.assert(
      fc.property(good, fc.array(fc.nat(9), { minLength: 12, maxLength: 12 }), (calls, delays) => {
        const later = calls.flatMap((call, i): readonly Call<Action>[] => {
          if (delays[i]! < 8) return [{ ...call, completedAt: call.completedAt + delays[i]! }];
          return forgetAnswer(call);
        });

        expect(holds(later)).toBe('holds');
      }),
      { numRuns: propertyRuns },
    );
  });

  test('when all times shift and accounts are named otherwise', () => {
    fc.assert(
      fc.property(good, fc.integer({ min: -50, max: 50 }), (calls, by) => {
        const renamed = calls.map((call) => ({
          ...call,
          invokedAt: call.invokedAt + by,
          completedAt: call.completedAt + by,
          touches: call.touches.map(({ part, action }) => ({ part: `account ${9 - Number(part)}`, action })),
        }));

        expect(holds(renamed)).toBe('holds');
      }),
      { numRuns: propertyRuns },
    );
  });
});

describe('the budgets of the search', () => {
  /** Reads of a sum that none of the subsets of unanswered adds gives. */
  const hard = historyOf([
    ...Array.from({ length: 30 }, (_, i) => ({
      process: i,
      from: i,
      to: 40,
      operation: add('a', 2 ** i * 2),
      completion: info,
    })),
    { process: 99, from: 50, to: 60, operation: read('a'), completion: ok(1_001) },
  ]);
  const rows = Uint32Array.from({ length: hard.length }, (_, row) => row);

  test('end it after so many steps, and it says how far it came', () => {
    expect(searchOrder(hard, rows, 1_000)).toEqual({
      type: 'unknown',
      because: 'the search for an order gave up after 1000 steps, with at most 0 of 1 operations in order',
    });
  });

  test('end it when its tables have grown so large, and it says so', () => {
    expect(searchOrder(hard, rows, 1_000_000, 2 ** 20)).toEqual({
      type: 'unknown',
      because:
        'the search for an order gave up when its tables took 1 MiB, with at most 0 of 1 operations in order',
    });
  });

  test('are not needed for a long history that overlaps little', () => {
    const long = historyOf(
      Array.from({ length: 20_000 }, (_, i) => ({
        process: i % 2,
        from: i * 4,
        to: i * 4 + 7,
        operation: i % 2 === 0 ? write('a', i % 7) : read('a'),
        completion: i % 2 === 0 ? ok() : ok((i - 1) % 7),
      })),
    );

    const all = Uint32Array.from({ length: long.length }, (_, row) => row);

    expect(searchOrder(long, all)).toEqual({ type: 'holds' });
  });
});
