import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConservation } from '../../src/checkers/conservation.ts';
import type { Operation } from '../../src/kernel/operation.ts';
import { sumDifference } from '../../src/metrics/conservation.ts';
import { manyRuns, propertyPatience, propertyRuns } from '../support/histories.ts';
import { type Told, tell } from '../support/history.ts';

const keys = ['a', 'b', 'c'];
const opening = 10;

interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
  readonly answered: boolean;
  /** Before which of the final reads it takes effect, if it was never answered; after the last: never. */
  readonly effect: number;
}

const transfer: fc.Arbitrary<Transfer> = fc
  .record({
    from: fc.nat(2),
    step: fc.constantFrom(1, 2),
    amount: fc.integer({ min: 1, max: 5 }),
    answered: fc.boolean(),
    effect: fc.nat(7),
  })
  .map(({ from, step, ...others }) => ({ from, to: (from + step) % 3, ...others }));

const plan = fc.record({
  transfers: fc.array(transfer, { minLength: 1, maxLength: 4 }),
  /** What somebody took out of an account, or put there, before the final reads. */
  stolen: fc.constantFrom(0, 0, 1, -1, 4, 7),
  victim: fc.nat(2),
  twice: fc.boolean(),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

interface FinalRead {
  readonly key: number;
  readonly value: number;
}

/** A store whose transfers are atomic, and a thief. The final reads come one after the other. */
function play({ transfers, stolen, victim, twice }: Plan) {
  const balances = [opening, opening, opening];
  const move = ({ from, to, amount }: Transfer) => {
    balances[from]! -= amount;
    balances[to]! += amount;
  };
  for (const one of transfers) if (one.answered) move(one);
  balances[victim]! -= stolen;
  const finals: FinalRead[] = [];
  const order = twice ? [0, 1, 2, 0, 1, 2] : [0, 1, 2];
  order.forEach((key, place) => {
    for (const one of transfers) if (!one.answered && one.effect === place) move(one);
    finals.push({ key, value: balances[key]! });
  });
  return finals;
}

function historyOf({ transfers }: Plan, finals: readonly FinalRead[]) {
  const row = (from: number, operation: Operation, others: Partial<Told>): Told => ({
    from,
    to: from + 1,
    operation,
    ...others,
  });
  return tell([
    ...keys.map((key, i) => row(i * 2, { type: 'write', key, value: opening }, { phase: 'setup' })),
    ...transfers.map(({ from, to, amount, answered }, i) =>
      row(
        100 + i * 2,
        { type: 'transfer', key: keys[from]!, to: keys[to]!, amount, floor: null },
        { completion: answered ? { type: 'ok' } : { type: 'info', error: 'late' } },
      ),
    ),
    ...finals.map(({ key, value }, i) =>
      row(
        1_000 + i * 2,
        { type: 'read', key: keys[key]! },
        { phase: 'final', completion: { type: 'ok', value } },
      ),
    ),
  ]);
}

/**
 * Whether some store that conserves the sum gives these final reads, by trying every place of every unanswered transfer: whatever
 * was there before them must sum to what the setup wrote. An account that no transfer touches is not looked at.
 */
function isExplained({ transfers }: Plan, finals: readonly FinalRead[]): boolean {
  const open = transfers.filter(({ answered }) => !answered);
  const groups = groupsOf(transfers);
  const places = (left: readonly Transfer[], chosen: readonly number[]): boolean => {
    if (left.length > 0) {
      return finals.some((_, place) => places(left.slice(1), [...chosen, place]));
    }
    const startOf = keys.map((): number | null => null);
    for (const [place, { key, value }] of finals.entries()) {
      let moved = 0;
      open.forEach(({ from, to, amount }, i) => {
        // What takes effect before the first of them is in the balances that they start from.
        if (chosen[i] === 0 || chosen[i]! > place) return;
        moved += (to === key ? amount : 0) - (from === key ? amount : 0);
      });
      const start = value - moved;
      if (startOf[key] !== null && startOf[key] !== start) return false;
      startOf[key] = start;
    }
    return groups.every(
      (group) => group.reduce((sum, key) => sum + startOf[key]!, 0) === group.length * opening,
    );
  };
  return places(open, []);
}

/** Accounts that transfers join: money stays among them. */
function groupsOf(transfers: readonly Transfer[]): readonly (readonly number[])[] {
  const group = [0, 1, 2];
  for (const { from, to } of transfers) {
    const [old, merged] = [group[from]!, group[to]!];
    for (let key = 0; key < 3; key += 1) if (group[key] === old) group[key] = merged;
  }
  const touched = new Set(transfers.flatMap(({ from, to }) => [from, to]));
  return [0, 1, 2]
    .map((name) => [0, 1, 2].filter((key) => group[key] === name && touched.has(key)))
    .filter((members) => members.length > 0);
}

describe('conservation', () => {
  it(
    'is denied only where no store that conserves the sum gives the final reads',
    () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(plan, (drawn) => {
          const finals = play(drawn);
          const explained = isExplained(drawn, finals);

          const { type } = checkConservation(historyOf(drawn, finals));

          seen.add(`${type} ${explained}`);
          if (type === 'violated') expect(explained).toBe(false);
          if (explained) expect(type).not.toBe('violated');
        }),
        { numRuns: propertyRuns },
      );
      if (manyRuns) expect(seen).toContain('violated false');
    },
    propertyPatience,
  );

  it(
    'is denied by what was stolen, wherever nothing moves while the final reads are made',
    () => {
      fc.assert(
        fc.property(plan, (drawn) => {
          const still = {
            ...drawn,
            twice: true,
            transfers: drawn.transfers.map((one) => ({ ...one, effect: one.effect > 3 ? 7 : 0 })),
          };
          // Nothing tells a store where money goes to and fro between two reads of a key from one where it is gone.
          const open = still.transfers.filter(({ answered }) => !answered);
          fc.pre(!open.some(({ from }) => open.some(({ to }) => to === from)));
          const isJoined = still.transfers.some(({ from, to }) => [from, to].includes(still.victim));
          const history = historyOf(still, play(still));

          const verdict = checkConservation(history);

          const stolen = isJoined ? still.stolen : 0;
          expect(verdict.type).toBe(stolen === 0 ? 'holds' : 'violated');
          expect(sumDifference(history)).toBe(0 - still.stolen);
          if (verdict.type !== 'violated') return;
          const told = stolen > 0 ? `${stolen} are gone` : `${-stolen} came from nowhere`;
          expect(verdict.sentence).toContain(told);
        }),
        { numRuns: propertyRuns },
      );
    },
    propertyPatience,
  );
});
