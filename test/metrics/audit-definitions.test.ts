import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNoLostAdds } from '../../src/checkers/adds.ts';
import type { Verdict } from '../../src/checkers/verdict.ts';
import { checkNoLostWrites } from '../../src/checkers/writes.ts';
import type { Completion, Operation, Value } from '../../src/kernel/operation.ts';
import { audit } from '../../src/metrics/audit.ts';
import { manyRuns, propertyPatience, propertyRuns } from '../support/histories.ts';
import { type Told, tell } from '../support/history.ts';

/** One row as it is drawn: its bar, what is asked, which value it finds, what becomes of it. */
const draft = fc.record({
  from: fc.nat(40),
  length: fc.nat(12),
  kind: fc.constantFrom('read' as const, 'read' as const, 'write' as const, 'write' as const, 'cas' as const),
  /** Of the values that the writes write; 0 is the initial one, and what is beyond was never written. */
  found: fc.nat(7),
  fate: fc.constantFrom('ok', 'ok', 'ok', 'info', 'fail', 'refused', 'open'),
});
const registerPlan = fc.record({
  drafts: fc.array(draft, { minLength: 1, maxLength: 9 }),
  finals: fc.array(fc.nat(7), { maxLength: 3 }),
});
type RegisterPlan = typeof registerPlan extends fc.Arbitrary<infer T> ? T : never;

const nameOf = (found: number): Value => (found === 0 ? null : found);

/** Writes write 1, 2 … in the order in which they are drawn. */
function registerRows({ drafts, finals }: RegisterPlan): readonly Told[] {
  let next = 1;
  const rows = drafts.map(({ from, length, kind, found, fate }): Told => {
    const operation: Operation =
      kind === 'read'
        ? { type: 'read', key: 'x' }
        : kind === 'write'
          ? { type: 'write', key: 'x', value: next++ }
          : { type: 'cas', key: 'x', expected: nameOf(found), value: next++ };
    if (fate === 'open') return { from, operation };
    return { from, to: from + length, operation, completion: completionOf(operation, fate, found) };
  });
  const last = finals.map((found, i): Told => {
    const completion: Completion = { type: 'ok', value: nameOf(found) };
    return { phase: 'final', from: 100 + i, to: 101 + i, operation: { type: 'read', key: 'x' }, completion };
  });
  return [...rows, ...last];
}

function completionOf(operation: Operation, fate: string, found: number): Completion {
  if (fate === 'ok') return { type: 'ok', ...(operation.type === 'read' ? { value: nameOf(found) } : {}) };
  if (fate === 'refused' && operation.type === 'cas') return { type: 'refused', because: 'mismatch' };
  return { type: fate === 'info' ? 'info' : 'fail', error: 'late' };
}

/** The definitions of docs/metrics.md, row against row. */
function auditedByDefinition(rows: readonly Told[]) {
  const isOk = ({ completion }: Told) => completion?.type === 'ok';
  const writes = rows.filter(({ operation: { type } }) => type === 'write' || type === 'cas');
  if (writes.length === 0) return { lostWrites: null, forkedCas: null, phantomReads: null };
  const written = ({ operation }: Told) => (operation as { value: Value }).value;
  const writeOf = (value: Value) => writes.find((write) => written(write) === value);
  const looks = rows.flatMap((row) => {
    if (!isOk(row) || row.operation.type === 'write') return [];
    const { operation, completion } = row;
    const value = operation.type === 'cas' ? operation.expected : (completion as { value: Value }).value;
    const write = writeOf(value);
    const isKnown = value === null || (write !== undefined && write.from <= row.to!);
    return [{ row, value, write: isKnown ? write : undefined, isKnown }];
  });
  const seenBy = (write: Told) => looks.filter((look) => look.write === write).map(({ row }) => row.to!);
  const over = (write: Told | undefined): number => {
    if (write === undefined) return Number.NEGATIVE_INFINITY;
    return isOk(write) ? write.to! : Math.min(Number.POSITIVE_INFINITY, ...seenBy(write));
  };
  const isCertainlyNot = ({ completion }: Told) =>
    completion?.type === 'fail' || completion?.type === 'refused';
  const phantoms = looks.filter(({ write, isKnown }) => !isKnown || (write && isCertainlyNot(write)));
  const replaced = looks.filter(({ row, isKnown }) => row.operation.type === 'cas' && isKnown);
  const isCas = ({ operation }: Told) => operation.type === 'cas';
  const shared = {
    phantomReads: phantoms.length,
    forkedCas: writes.some((write) => isCas(write) && isOk(write))
      ? replaced.length - new Set(replaced.map(({ value }) => value)).size
      : null,
  };
  const shown = looks.filter(({ row, isKnown }) => row.phase === 'final' && isKnown);
  if (shown.length === 0) return { ...shared, lostWrites: null };
  const end = Math.max(...shown.map(({ write }) => over(write)));
  const lost = writes.filter((write) => isOk(write) && write.from > end);
  return {
    ...shared,
    acknowledgedWrites: writes.filter(isOk).length,
    lostWrites: lost.length,
    overwrittenWrites: lost.filter((write) => seenBy(write).length > 0).length,
    resurrectedWrites: writes.some((write) => seenBy(write).length > 0 && write.from > end) ? 1 : 0,
  };
}

describe('the audit of a register', () => {
  it(
    'counts what the definitions say of every write and every look, whatever overlaps',
    () => {
      const seen = {
        lostWrites: 0,
        overwrittenWrites: 0,
        resurrectedWrites: 0,
        forkedCas: 0,
        phantomReads: 0,
      };
      fc.assert(
        fc.property(registerPlan, (plan) => {
          const rows = registerRows(plan);

          const found = audit(tell(rows));

          expect(found).toMatchObject(auditedByDefinition(rows));
          for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += found[name] ?? 0;
        }),
        { numRuns: propertyRuns },
      );
      if (manyRuns) expect(Object.values(seen).every((count) => count > 0)).toBe(true);
    },
    propertyPatience,
  );
});

const counterPlan = fc.record({
  base: fc.option(fc.integer({ min: 0, max: 9 })),
  adds: fc.array(
    fc.record({
      from: fc.nat(40),
      length: fc.nat(12),
      delta: fc.constantFrom(-2, -1, 1, 1, 3).map(Number),
      fate: fc.constantFrom('ok', 'ok', 'ok', 'info', 'fail', 'refused', 'open'),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  direction: fc.constantFrom('up', 'down', 'both'),
  finals: fc.array(fc.integer({ min: -9, max: 20 }), { maxLength: 3 }),
});
type CounterPlan = typeof counterPlan extends fc.Arbitrary<infer T> ? T : never;

/** Of all final values that some choice of unanswered adds explains, the one that is nearest to one that was read. */
function counterByDefinition({ base, adds, finals }: CounterPlan) {
  const phantomReads = phantomsByDefinition(base, adds, finals);
  if (finals.length === 0)
    return { acknowledgedIncrements: null, lostIncrements: null, unexplainedKeys: null, phantomReads };
  const sure = adds.filter(({ fate }) => fate === 'ok').map(({ delta }) => delta);
  const open = adds.filter(({ fate }) => fate === 'info' || fate === 'open').map(({ delta }) => delta);
  const start = sure.reduce((sum, delta) => sum + delta, base ?? 0);
  let explained = [start];
  for (const delta of open) explained = explained.flatMap((value) => [value, value + delta]);
  // Sums between the least and the most may be unreachable; the audit says no more than how far a value lies outside.
  const [least, most] = [Math.min(...explained), Math.max(...explained)];
  const outside = (value: number) => (value < least ? value - least : value > most ? value - most : 0);
  const difference = finals.map(outside).reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a));
  const done = [...sure, ...open];
  const rises = done.some((delta) => delta > 0);
  const falls = done.some((delta) => delta < 0);
  const isLoss = falls ? rises || difference > 0 : difference < 0;
  const lost = isLoss ? Math.abs(difference) : 0;
  return {
    acknowledgedIncrements: sure.reduce((sum, delta) => sum + Math.abs(delta), 0),
    lostIncrements: lost,
    surplusIncrements: Math.abs(difference) - lost,
    unexplainedKeys: difference === 0 ? 0 : 1,
    unexplainedAmount: Math.abs(difference),
    phantomReads,
  };
}

/** By the time of the final reads everything has been asked; any of it may be missing, and the initial value too. */
function phantomsByDefinition(
  base: number | null,
  adds: CounterPlan['adds'],
  finals: readonly number[],
): number {
  let shown = [0, base ?? 0];
  for (const { delta, fate } of adds) {
    if (fate !== 'fail' && fate !== 'refused') shown = shown.flatMap((value) => [value, value + delta]);
  }
  return finals.filter((value) => value < Math.min(...shown) || value > Math.max(...shown)).length;
}

describe('the audit of a counter', () => {
  it(
    'says how far its final value lies from every choice of unanswered adds',
    () => {
      const seen = { lostIncrements: 0, surplusIncrements: 0 };
      fc.assert(
        fc.property(counterPlan, (drawn) => {
          const sign = {
            up: Math.abs,
            down: (delta: number) => -Math.abs(delta),
            both: (delta: number) => delta,
          };
          const plan = {
            ...drawn,
            adds: drawn.adds.map((one) => ({ ...one, delta: sign[drawn.direction](one.delta) })),
          };
          const history = tell(counterRows(plan));

          const found = audit(history);

          expect(found).toMatchObject(counterByDefinition(plan));
          seen.lostIncrements += found.lostIncrements ?? 0;
          seen.surplusIncrements += found.surplusIncrements ?? 0;
        }),
        { numRuns: propertyRuns },
      );
      if (manyRuns) expect(Object.values(seen).every((count) => count > 0)).toBe(true);
    },
    propertyPatience,
  );
});

function counterRows({ base, adds, finals }: CounterPlan): readonly Told[] {
  const setup: Told = { phase: 'setup', from: 0, to: 1, operation: { type: 'write', key: 'x', value: base } };
  return [
    ...(base === null ? [] : [setup]),
    ...adds.map(({ from, length, delta, fate }): Told => {
      const row = { from: from + 5, operation: { type: 'add', key: 'x', delta, floor: null } as const };
      if (fate === 'open') return row;
      const completion: Completion =
        fate === 'ok'
          ? { type: 'ok' }
          : fate === 'refused'
            ? { type: fate, because: 'below-floor' }
            : { type: fate as 'info' | 'fail', error: 'late' };
      return { ...row, to: from + 5 + length, completion };
    }),
    ...finals.map((value, i): Told => {
      const completion: Completion = { type: 'ok', value };
      return {
        phase: 'final',
        from: 100 + i,
        to: 101 + i,
        operation: { type: 'read', key: 'x' },
        completion,
      };
    }),
  ];
}

describe('the audit and the checkers of what was lost', () => {
  it(
    'count the same, where one final read tells',
    () => {
      const found = { writes: 0, adds: 0 };
      fc.assert(
        fc.property(registerPlan, counterPlan, (plan, counts) => {
          const registers = tell(registerRows({ ...plan, finals: plan.finals.slice(0, 1) }));
          const counters = tell(counterRows({ ...counts, finals: counts.finals.slice(0, 1) }));

          const [writes, adds] = [checkNoLostWrites(registers), checkNoLostAdds(counters)];

          const { lostWrites } = audit(registers);
          const { unexplainedAmount } = audit(counters);
          if (lostWrites !== null) expect(countOf(writes)).toBe(lostWrites);
          if (unexplainedAmount !== null) expect(countOf(adds)).toBe(unexplainedAmount);
          found.writes += lostWrites ?? 0;
          found.adds += unexplainedAmount ?? 0;
        }),
        { numRuns: propertyRuns },
      );
      expect(Math.min(found.writes, found.adds)).toBeGreaterThan(0);
    },
    propertyPatience,
  );

  const countOf = (verdict: Verdict) => (verdict.type === 'violated' ? verdict.count : 0);
});
