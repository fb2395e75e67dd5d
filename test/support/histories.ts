import fc from 'fast-check';
import { type History, type Phase, phases } from '../../src/history/history.ts';
import { Recorder } from '../../src/history/recorder.ts';
import { applyTo, type Completion, type Operation, type Value } from '../../src/kernel/operation.ts';
import type { Micros } from '../../src/kernel/time.ts';

/** One row of a history as a test writes it. `to` is when it completed; absent means open. */
export interface Told {
  readonly process?: number;
  readonly node?: number;
  readonly phase?: Phase;
  readonly from: Micros;
  readonly to?: Micros;
  readonly operation: Operation;
  readonly completion?: Completion;
}

/** A history of these rows, sorted by invocation. */
export function historyOf(rows: readonly Told[]): History {
  const recorder = new Recorder(rows.length);
  const sorted = [...rows].sort((a, b) => a.from - b.from);
  const numbers = sorted.map(({ process = 0, node = 0, phase = 'measured', from, operation }, index) =>
    recorder.begin(process, index, process, 0, node, phases.indexOf(phase), operation, Number.NaN, from),
  );
  sorted.forEach(({ to, completion }, i) => {
    if (to !== undefined && completion !== undefined) recorder.end(numbers[i]!, completion, to);
  });
  return recorder.history(['node-0', 'node-1', 'node-2'], ['region']);
}

/** Shorthands for tests: `ok(value)`, `read('a')`, `write('a', 1)`. */
export const ok = (value?: Value): Completion =>
  value === undefined ? { type: 'ok' } : { type: 'ok', value };
export const info: Completion = { type: 'info', error: 'deadline passed' };
export const fail: Completion = { type: 'fail', error: 'unavailable' };
export const read = (key: string): Operation => ({ type: 'read', key });
export const write = (key: string, value: Value): Operation => ({ type: 'write', key, value });
export const add = (key: string, delta: number, floor: number | null = null): Operation => ({
  type: 'add',
  key,
  delta,
  floor,
});

/** A draft of a row: what is asked, when, and how the answer comes about. */
interface Draft {
  readonly operation: Operation;
  readonly from: number;
  readonly length: number;
  /** Where in its interval it takes effect, from 0 to 1. */
  readonly point: number;
  readonly fate: 'ok' | 'told' | 'info' | 'info, not done' | 'fail' | 'open';
}

const fates: fc.Arbitrary<Draft['fate']> = fc.oneof(
  { weight: 5, arbitrary: fc.constant('ok' as const) },
  { weight: 3, arbitrary: fc.constant('told' as const) },
  { weight: 1, arbitrary: fc.constantFrom('info', 'info, not done', 'fail', 'open') },
);

/**
 * Small histories of the given operations: answers are what an atomic store would give at some point of each interval,
 * and then, in half of them, one answer is another's. So both verdicts come up often.
 */
export function smallHistory(operations: fc.Arbitrary<readonly Operation[]>): fc.Arbitrary<readonly Told[]> {
  return operations.chain((asked) =>
    fc
      .record({
        drafts: fc.tuple(
          ...asked.map((operation) =>
            fc.record({
              operation: fc.constant(operation),
              from: fc.nat(12),
              length: fc.nat(6),
              point: fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
              fate: fates,
            }),
          ),
        ),
        spoil: fc.boolean(),
        victim: fc.nat(),
        donor: fc.nat(),
      })
      .map(({ drafts, spoil, victim, donor }) => {
        const rows = atomicAnswers(drafts);
        return spoil ? swapAnswer(rows, victim, donor) : rows;
      }),
  );
}

function atomicAnswers(drafts: readonly Draft[]): readonly Told[] {
  const values = new Map<string, Value>();
  const rows = new Map<Draft, Told>();
  const byPoint = [...drafts].sort((a, b) => pointOf(a) - pointOf(b));
  byPoint.forEach((draft, process) => {
    const { operation, from, length, fate } = draft;
    const open = fate === 'open';
    const done = fate !== 'fail' && fate !== 'info, not done';
    const seen = done ? perform(values, operation) : null;
    const answer = completionFor(operation, fate, seen);
    rows.set(draft, {
      process,
      from,
      operation,
      ...(open || answer === null ? {} : { to: from + length, completion: answer }),
    });
  });
  return drafts.map((draft) => rows.get(draft)!);
}

function pointOf({ from, length, point }: Draft): number {
  return from + length * point;
}

function completionFor(
  operation: Operation,
  fate: Draft['fate'],
  seen: Completion | null,
): Completion | null {
  switch (fate) {
    case 'open':
      return null;
    case 'info':
    case 'info, not done':
      return info;
    case 'fail':
      return fail;
    case 'told':
      return seen;
    case 'ok':
      if (seen?.type === 'refused') return { type: 'refused', because: seen.because };
      return operation.type === 'read' || seen?.type !== 'ok' ? seen : ok();
  }
}

/** What an atomic store answers; the other half of the brute force below. */
function perform(values: Map<string, Value>, operation: Operation): Completion {
  if (operation.type === 'transfer') {
    const { key, to, amount, floor } = operation;
    const left = numberAt(values, key) - amount;
    if (floor !== null && left < floor) return { type: 'refused', because: 'below-floor' };
    values.set(key, left);
    values.set(to, numberAt(values, to) + amount);
    return ok();
  }
  const current = values.get(operation.key) ?? null;
  const effect = applyTo(current, operation);
  if (effect.type === 'refused') return { ...effect, value: current };
  values.set(operation.key, effect.value);
  return ok(effect.value);
}

function numberAt(values: ReadonlyMap<string, Value>, key: string): number {
  const value = values.get(key);
  return typeof value === 'number' ? value : 0;
}

function swapAnswer(rows: readonly Told[], victim: number, donor: number): readonly Told[] {
  const reads = rows.filter((row) => row.completion?.type === 'ok' && row.completion.value !== undefined);
  if (reads.length === 0) return rows;
  const spoiled = reads[victim % reads.length]!;
  const answers = rows.flatMap(({ operation }) =>
    operation.type === 'write'
      ? [ok(operation.value)]
      : operation.type === 'add'
        ? [ok(operation.delta)]
        : [],
  );
  const others = [ok(null), ...answers, ...reads.map((row) => row.completion!)];
  const completion = others[donor % others.length]!;
  return rows.map((row) => (row === spoiled ? { ...row, completion } : row));
}

/** Linearizability by trying every order: what the checkers are compared with. */
export function bruteForce(rows: readonly Told[], isBefore = endedBefore): boolean {
  const calls = rows.filter((row) => {
    if (row.completion?.type === 'fail') return false;
    return row.operation.type !== 'read' || row.completion?.type === 'ok';
  });
  return someOrder(calls, new Map(), isBefore);
}

function endedBefore(one: Told, other: Told): boolean {
  return one.to! < other.from;
}

function someOrder(
  left: readonly Told[],
  values: ReadonlyMap<string, Value>,
  isBefore: typeof endedBefore,
): boolean {
  if (left.every((call) => !isAnswered(call))) return true;
  return left.some((call) => {
    if (left.some((other) => isAnswered(other) && isBefore(other, call))) return false;
    const after = new Map(values);
    const gives = perform(after, call.operation);
    if (isAnswered(call) && !matches(call.completion!, gives, values, call.operation)) return false;
    return someOrder(
      left.filter((other) => other !== call),
      after,
      isBefore,
    );
  });
}

function isAnswered({ completion }: Told): boolean {
  return completion?.type === 'ok' || completion?.type === 'refused';
}

function matches(
  told: Completion,
  gives: Completion,
  before: ReadonlyMap<string, Value>,
  operation: Operation,
): boolean {
  if (told.type !== gives.type) return false;
  if (operation.type === 'transfer' || !('value' in told) || told.value === undefined) return true;
  const expected = gives.type === 'ok' ? gives.value : before.get(operation.key);
  // Nothing written counts as 0.
  return JSON.stringify(told.value ?? 0) === JSON.stringify(expected ?? 0);
}

/** How many random cases a property tries. */
export const propertyRuns = Number(process.env.PROVE ?? 2_000);
/** Whether so many are tried that every outcome must have come up; a short look cannot ask for that. */
export const manyRuns = propertyRuns >= 1_000;
/** How long a property may take, in milliseconds. */
export const propertyPatience = Math.max(60_000, propertyRuns * 10);
