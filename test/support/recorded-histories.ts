import fc from 'fast-check';
import type { RecordedCall } from '../../src/history/recorded.ts';
import type { Plain } from '../../src/kernel/operation.ts';

/** A question: a function and its input. */
export interface Asked {
  readonly function: string;
  readonly key?: string;
  readonly input: Plain;
}

/**
 * A sequential object, as simply as can be, to compare models with. `perform` gives the state afterwards and the answer, or null where the
 * operation cannot be done now.
 */
export interface Reference<State> {
  /** What it may hold at first. */
  readonly initials: readonly State[];
  perform(state: State, asked: Asked): { readonly state: State; readonly output: Plain } | null;
}

interface Draft {
  readonly asked: Asked;
  readonly from: number;
  readonly length: number;
  readonly point: number;
  readonly fate: 'ok' | 'info' | 'info, not done' | 'fail';
}

export interface Small<State> {
  readonly reference: Reference<State>;
  /** What it holds at first in these histories, if that is less than the reference allows. */
  readonly initials?: readonly State[];
  readonly asked: fc.Arbitrary<Asked>;
  /** Whether the answer says something. */
  readonly tells: (call: RecordedCall) => boolean;
  /** Answers that a call might have given. */
  readonly others: (call: RecordedCall) => readonly Plain[];
  readonly maxLength?: number;
}

/**
 * Small histories: answers are what an atomic object gives at some point of each interval, and then, in half of them, one is
 * that of another call of its function, or one of `others`. So both verdicts come up often.
 */
export function smallRecorded<State>({
  reference: { initials: possible, perform },
  initials = possible,
  asked,
  tells,
  others,
  maxLength = 6,
}: Small<State>): fc.Arbitrary<readonly RecordedCall[]> {
  const draft: fc.Arbitrary<Draft> = fc.record({
    asked,
    from: fc.nat(12),
    length: fc.nat(6),
    point: fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
    fate: fc.oneof(
      { weight: 8, arbitrary: fc.constant('ok' as const) },
      { weight: 2, arbitrary: fc.constantFrom('info', 'info, not done', 'fail') },
    ),
  });
  return fc
    .record({
      drafts: fc.array(draft, { minLength: 1, maxLength }),
      initial: fc.constantFrom(...initials),
      spoil: fc.boolean(),
      victim: fc.nat(),
      donor: fc.nat(),
    })
    .map(({ drafts, initial, spoil, victim, donor }) => {
      const calls = atomicCalls(drafts, initial, perform);
      const spoilable = calls.filter((call) => call.outcome === 'ok' && tells(call));
      const silent = calls.filter((call) => call.outcome === 'fail' && !tells(call));
      if (!spoil) return calls;
      if (spoilable.length === 0) return withOneDone(calls, silent, victim);
      return spoiled(calls, spoilable, others, victim, donor);
    });
}

function atomicCalls<State>(
  drafts: readonly Draft[],
  initial: State,
  perform: Reference<State>['perform'],
): readonly RecordedCall[] {
  let state = initial;
  const pointOf = ({ from, length, point }: Draft) => from + length * point;
  const calls = [...drafts]
    .sort((a, b) => pointOf(a) - pointOf(b))
    .map(({ asked, from, length, fate }, process): RecordedCall => {
      const done = fate === 'ok' || fate === 'info' ? perform(state, asked) : null;
      if (done !== null) state = done.state;
      const outcome = fate === 'ok' ? (done === null ? 'fail' : 'ok') : fate === 'fail' ? 'fail' : 'info';
      return {
        process: String(process),
        function: asked.function,
        key: asked.key ?? null,
        input: asked.input,
        output: outcome === 'ok' ? done?.output : undefined,
        outcome,
        invokedAt: from,
        completedAt: outcome === 'info' ? Number.POSITIVE_INFINITY : from + length,
        line: process + 1,
      };
    });
  return calls.sort((a, b) => a.invokedAt - b.invokedAt);
}

function spoiled(
  calls: readonly RecordedCall[],
  spoilable: readonly RecordedCall[],
  others: (call: RecordedCall) => readonly Plain[],
  victim: number,
  donor: number,
): readonly RecordedCall[] {
  const one = spoilable[victim % spoilable.length]!;
  const alike = spoilable.filter(
    (call) => call.function === one.function && call.key === one.key && call.input === one.input,
  );
  const answers = [...others(one), ...alike.map(({ output }) => output)];
  return calls.map((call) => (call === one ? { ...call, output: answers[donor % answers.length] } : call));
}

/** Where no answer says anything, one of the operations that failed was acknowledged. */
function withOneDone(
  calls: readonly RecordedCall[],
  failed: readonly RecordedCall[],
  victim: number,
): readonly RecordedCall[] {
  const one = failed[victim % Math.max(1, failed.length)];
  return calls.map((call) => (call === one ? { ...call, outcome: 'ok', output: call.input } : call));
}

/** Linearizability by trying every order: what the models are compared with. */
export function hasSomeOrder<State>(
  { reference, tells }: Small<State>,
  calls: readonly RecordedCall[],
): boolean {
  const counting = calls.filter(({ outcome }) => outcome !== 'fail');
  return reference.initials.some((initial) => someOrder(reference, counting, initial, tells));
}

function someOrder<State>(
  reference: Reference<State>,
  left: readonly RecordedCall[],
  state: State,
  tells: (call: RecordedCall) => boolean,
): boolean {
  if (left.every(({ outcome }) => outcome === 'info')) return true;
  return left.some((call) => {
    if (left.some((other) => other.completedAt < call.invokedAt)) return false;
    const done = reference.perform(state, call as Asked);
    if (done === null) return false;
    if (call.outcome === 'ok' && tells(call) && !alike(call.output, done.output)) return false;
    return someOrder(
      reference,
      left.filter((other) => other !== call),
      done.state,
      tells,
    );
  });
}

function alike(one: Plain, other: Plain): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
