import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFloors } from '../../src/checkers/invariants.ts';
import type { Completion, Key, Operation, Value } from '../../src/kernel/operation.ts';
import { manyRuns, propertyPatience, propertyRuns } from '../support/histories.ts';
import { type Told, tell } from '../support/history.ts';

const key = fc.constantFrom('a', 'b');
const small = fc.integer({ min: -2, max: 3 });
const floor = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(-1, 0, 0, 0, 1) }, fc.constant(null));

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('read' as const), key }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('add' as const),
      key,
      delta: fc.constantFrom(-2, -1, 1),
      floor,
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ from: key, amount: fc.integer({ min: 1, max: 2 }), floor })
      .map(({ from, amount, floor: least }): Operation => {
        return { type: 'transfer', key: from, to: from === 'a' ? 'b' : 'a', amount, floor: least };
      }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('write' as const),
      key,
      value: fc.constantFrom<Value>(0, 2, 5),
    }),
  },
);

const row = fc
  .record({
    operation,
    first: small,
    second: small,
    outcome: fc.constantFrom('ok', 'ok', 'ok', 'refused', 'fail', 'info', 'open'),
    tells: fc.boolean(),
  })
  .map(
    ({
      operation: asked,
      first,
      second,
      outcome,
      tells,
    }): { operation: Operation; completion: Completion | null } => {
      const told = asked.type === 'transfer' ? ([first, second] as const) : first;
      const value = tells || asked.type === 'read' ? { value: told as Value } : {};
      switch (outcome) {
        case 'ok':
          return { operation: asked, completion: { type: 'ok', ...(asked.type === 'write' ? {} : value) } };
        case 'refused':
          return asked.type === 'read' || asked.type === 'write'
            ? { operation: asked, completion: { type: 'fail', error: 'away' } }
            : { operation: asked, completion: { type: 'refused', because: 'below-floor', value: first } };
        case 'open':
          return { operation: asked, completion: null };
        default:
          return { operation: asked, completion: { type: outcome as 'fail' | 'info', error: 'late' } };
      }
    },
  );
type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

const changeOf = ({ operation: asked }: Row, of: Key): number => {
  if (asked.type === 'add') return asked.key === of ? asked.delta : 0;
  if (asked.type !== 'transfer') return 0;
  return (asked.to === of ? asked.amount : 0) - (asked.key === of ? asked.amount : 0);
};
const isDone = ({ completion }: Row) => completion === null || ['ok', 'info'].includes(completion.type);

/** Values of a key that answers tell. */
function told({ operation: asked, completion }: Row, of: Key): readonly number[] {
  if (completion?.type !== 'ok' && completion?.type !== 'refused') return [];
  const { value } = completion;
  if (value === undefined) return [];
  if (asked.type !== 'transfer') return asked.key === of ? [value as number] : [];
  const both = Array.isArray(value) ? (value as readonly number[]) : [value as number];
  return both.filter((_, i) => (i === 0 ? asked.key : asked.to) === of);
}

/** By the definition: how many answers show a value below the floor of a key that everything which lowers it respects; null where no key has one. */
function belowFloor(rows: readonly Row[]): number | null {
  let below: number | null = null;
  for (const of of ['a', 'b']) {
    const lowering = rows.filter((one) => changeOf(one, of) < 0);
    const floors = lowering.map(({ operation: asked }) => ('floor' in asked ? asked.floor : null));
    const isFree = lowering.some((one, i) => isDone(one) && floors[i] === null);
    const asked = floors.filter((one) => one !== null);
    if (isFree || asked.length === 0) continue;
    const least = Math.min(...asked);
    const written = rows.filter(
      (one) => isDone(one) && one.operation.type === 'write' && one.operation.key === of,
    );
    if (written.some(({ operation: one }) => (one as { value: number }).value < least)) continue;
    // A key that nobody set up begins with 0.
    if (least > 0) continue;
    below = (below ?? 0) + rows.flatMap((one) => told(one, of)).filter((value) => value < least).length;
  }
  return below;
}

describe('values below a floor', () => {
  it(
    'are counted as trying the definition on every answer counts them',
    () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
          const history = tell(
            rows.map(({ operation: asked, completion }, i): Told => {
              const times = { from: i * 10, operation: asked };
              return completion === null ? times : { ...times, to: i * 10 + 15, completion };
            }),
          );

          const verdict = checkFloors(history);

          const below = belowFloor(rows);
          seen.add(verdict.type);
          if (below === null) expect(verdict.type).toBe('unknown');
          else if (below === 0) expect(verdict.type).toBe('holds');
          else expect(verdict).toMatchObject({ type: 'violated', count: below });
        }),
        { numRuns: propertyRuns },
      );
      if (manyRuns) expect([...seen].sort()).toEqual(['holds', 'unknown', 'violated']);
    },
    propertyPatience,
  );
});
