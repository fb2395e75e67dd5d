import fc from 'fast-check';
import type { Operation } from '../../src/kernel/operation.ts';
import { fail, info, ok, read, type Told, write } from './histories.ts';

/** What a drawn operation is, before answers are worked out. */
interface Draft {
  readonly process: number;
  readonly key: string;
  readonly kind: 'read' | 'write' | 'cas' | 'refused cas';
  readonly fate: 'ok' | 'info' | 'fail';
  /** Which of the values there are it sees. */
  readonly pick: number;
  readonly pause: number;
  readonly length: number;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  process: fc.nat(2),
  key: fc.constantFrom('a', 'a', 'b'),
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant('read' as const) },
    { weight: 4, arbitrary: fc.constant('write' as const) },
    { weight: 1, arbitrary: fc.constantFrom('cas' as const, 'refused cas' as const) },
  ),
  fate: fc.oneof(
    { weight: 12, arbitrary: fc.constant('ok' as const) },
    { weight: 1, arbitrary: fc.constantFrom('info' as const, 'fail' as const) },
  ),
  pick: fc.nat(20),
  pause: fc.nat(10),
  length: fc.nat(25),
});

/**
 * Small histories of a few sessions on registers with unique values. Reads see any value of their key, so that most rules are broken
 * in some of them, with a bias to late ones, so that none is in others. A process is retired after `info`.
 */
export function sessionHistory(longest = 8): fc.Arbitrary<readonly Told[]> {
  return fc.array(draft, { minLength: 2, maxLength: longest }).map(rowsOfDrafts);
}

/** A step of one of some sessions whose views of one order of writes lag behind each other. */
interface LaggingStep {
  readonly process: number;
  readonly key: string;
  readonly kind: 'read' | 'write' | 'cas';
  /** How many of the last writes a new one goes before. */
  readonly before: number;
  /** How many of the last writes a read does not see, unless its session saw them already. */
  readonly lag: number;
}

const laggingStep: fc.Arbitrary<LaggingStep> = fc.record({
  process: fc.nat(3),
  key: fc.constantFrom('a', 'a', 'b', 'c'),
  kind: fc.constantFrom('read', 'read', 'read', 'write', 'write', 'write', 'cas'),
  before: fc.nat(2),
  lag: fc.nat(4),
});

/**
 * Longer histories of sessions that mostly see the same writes in the same order, as of replicas that lag: many have an order and yet
 * none that is easy to find, and those that have none need many operations to show it.
 */
export function laggingHistory(longest = 14): fc.Arbitrary<readonly Told[]> {
  return fc.array(laggingStep, { minLength: 6, maxLength: longest }).map(rowsOfSteps);
}

function rowsOfSteps(steps: readonly LaggingStep[]): readonly Told[] {
  const writes: { readonly key: string; readonly value: number }[] = [];
  const seen = new Map<number, number>();
  const last = (key: string, among: number) =>
    writes.slice(0, among).findLast((one) => one.key === key)?.value ?? null;
  return steps.map(({ process, key, kind, before, lag }, i) => {
    const at = { process, from: i * 10, to: i * 10 + 5 };
    if (kind === 'read') {
      seen.set(process, Math.max(seen.get(process) ?? 0, writes.length - lag));
      return { ...at, operation: read(key), completion: ok(last(key, seen.get(process)!)) };
    }
    const found = last(key, writes.length);
    writes.splice(Math.max(0, writes.length - before), 0, { key, value: i + 1 });
    const operation: Operation =
      kind === 'write' ? write(key, i + 1) : { type: 'cas', key, expected: found, value: i + 1 };
    return { ...at, operation, completion: ok() };
  });
}

function rowsOfDrafts(drafts: readonly Draft[]): readonly Told[] {
  const values = (key: string) => drafts.flatMap((one, i) => (one.key === key && writes(one) ? [i + 1] : []));
  const clocks = new Map<number, number>();
  const lives = new Map<number, number>();
  return drafts.map((one, i) => {
    const process = one.process + 10 * (lives.get(one.process) ?? 0);
    const from = Math.max(i * 6, clocks.get(one.process) ?? 0) + one.pause;
    const to = from + one.length;
    clocks.set(one.process, to + 1);
    if (one.fate === 'info') lives.set(one.process, (lives.get(one.process) ?? 0) + 1);
    const earlier = values(one.key).filter((value) => value <= i);
    const choices = one.pick % 3 === 0 ? [null, ...values(one.key)] : earlier.slice(-2);
    const seen = choices[one.pick % Math.max(1, choices.length)] ?? null;
    return { process, from, to, ...askedAndTold(one, i + 1, seen) };
  });
}

function writes({ kind }: Draft): boolean {
  return kind === 'write' || kind === 'cas';
}

function askedAndTold({ kind, key, fate }: Draft, value: number, seen: number | null) {
  const refused = { type: 'refused' as const, because: 'mismatch', value: seen };
  const operation: Operation =
    kind === 'read'
      ? read(key)
      : kind === 'write'
        ? write(key, value)
        : { type: 'cas', key, expected: kind === 'cas' ? seen : -1, value };
  const answered = kind === 'read' ? ok(seen) : kind === 'refused cas' ? refused : ok();
  return { operation, completion: fate === 'ok' ? answered : fate === 'info' ? info : fail };
}

/** An operation that was done, as the definitions below speak of it. */
export interface Deed {
  readonly told: Told;
  readonly key: string;
  /** The place of the session's operation in the history. */
  readonly at: number;
  readonly reads: boolean;
  /** The value that it saw; null for nothing yet. */
  readonly seen: number | null;
  /** The value that it wrote. */
  readonly wrote: number | null;
}

/** What was done: answered operations, and unanswered ones whose value somebody saw. */
export function deedsOf(rows: readonly Told[]): readonly Deed[] {
  const sorted = [...rows].sort((a, b) => a.from - b.from);
  const all = sorted.map((told, at) => deedOf(told, at));
  const done = new Set(
    all.filter(({ told: { completion } }) => completion?.type === 'ok' || completion?.type === 'refused'),
  );
  for (const deed of done) {
    for (const other of all) {
      const possible = other.told.completion?.type !== 'fail' && other.told.completion?.type !== 'refused';
      if (deed.reads && possible && other.wrote !== null && other.wrote === deed.seen) done.add(other);
    }
  }
  return all.filter((deed) => done.has(deed));
}

function deedOf(told: Told, at: number): Deed {
  const { operation, completion } = told;
  const key = 'key' in operation ? operation.key : '';
  const refused = completion?.type === 'refused';
  const answer =
    completion !== undefined && 'value' in completion ? (completion.value as number | null) : null;
  const isCas = operation.type === 'cas';
  return {
    told,
    key,
    at,
    reads: operation.type === 'read' || isCas,
    seen: isCas && !refused ? (operation.expected as number | null) : answer,
    wrote:
      operation.type === 'read' || refused ? null : 'value' in operation ? (operation.value as number) : null,
  };
}

export type Before = (a: Deed, b: Deed) => boolean;

/** Whether one deed comes before another one of the same process. */
export const inSession: Before = (a, b) => a !== b && a.told.process === b.told.process && a.at < b.at;

/** Program order and reads-from, closed over chains. */
export function causalOrder(deeds: readonly Deed[]): Before {
  let reach = deeds.map((a) =>
    deeds.map((b) => inSession(a, b) || (b.reads && a.wrote !== null && a.wrote === b.seen)),
  );
  deeds.forEach((_, k) => {
    reach = reach.map((row) => row.map((reached, j) => reached || (row[k]! && reach[k]![j]!)));
  });
  const place = new Map(deeds.map((deed, i) => [deed, i]));
  return (a, b) => reach[place.get(a)!]![place.get(b)!]!;
}

/** Whether some deed comes before itself, or saw what nobody wrote. */
export function isAbsurd(deeds: readonly Deed[], before: Before): boolean {
  const written = new Set(deeds.map(({ wrote }) => wrote));
  return deeds.some(
    (deed) => before(deed, deed) || (deed.reads && deed.seen !== null && !written.has(deed.seen)),
  );
}

/**
 * CC by its definition (Bouajjani et al. 2017, section 2): for every read there is an order of its causal past, one that agrees with
 * the causal order, after which it sees what it saw. By trying every order.
 */
export function isCausal(rows: readonly Told[]): boolean {
  const deeds = deedsOf(rows);
  return !isAbsurd(deeds, causalOrder(deeds)) && unexplained(deeds).length === 0;
}

/** Whether some order of the writes ends in this value. */
function someEnd(
  left: readonly Deed[],
  before: Before,
  seen: number | null,
  last: number | null = null,
): boolean {
  if (left.length === 0) return last === seen;
  return left.some(
    (deed) =>
      !left.some((other) => before(other, deed)) &&
      someEnd(
        left.filter((other) => other !== deed),
        before,
        seen,
        deed.wrote,
      ),
  );
}

/** Sequential consistency by trying every interleaving of the sessions. */
export function isSequential(rows: readonly Told[]): boolean {
  return someInterleaving(deedsOf(rows), new Map());
}

function someInterleaving(left: readonly Deed[], values: ReadonlyMap<string, number | null>): boolean {
  if (left.length === 0) return true;
  return left.some((deed) => {
    if (left.some((other) => inSession(other, deed))) return false;
    const current = values.get(deed.key) ?? null;
    if (deed.reads && current !== deed.seen) return false;
    const after = deed.wrote === null ? values : new Map([...values, [deed.key, deed.wrote]]);
    return someInterleaving(
      left.filter((other) => other !== deed),
      after,
    );
  });
}

/** The reads that no order of their causal past explains. */
export function unexplained(deeds: readonly Deed[]): readonly Deed[] {
  const before = causalOrder(deeds);
  return deeds.filter((deed) => {
    const past = deeds.filter(
      (other) => before(other, deed) && other.wrote !== null && other.key === deed.key,
    );
    return deed.reads && !someEnd(past, before, deed.seen);
  });
}
