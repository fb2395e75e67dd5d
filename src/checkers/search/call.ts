import type { Value } from '../../kernel/operation.ts';

/**
 * A sequential object made of parts, each with a state of its own (the keys of a store, the accounts of a bank, the
 * elements of a set). An operation acts on its parts at one instant, and happens only where every part lets it.
 */
export interface SequentialObject<Action> {
  /** What a part holds before anything happened. */
  initial(part: string): Value;
  /** What the part holds afterwards; undefined where the action cannot be, or its answer is not the one that the part would give. */
  step(state: Value, action: Action): Value | undefined;
  /** Whether the action leaves every state as it is. */
  observes(action: Action): boolean;
  /** The same calls, where what some of them saw says more about others: every order of the ones is one of the others. */
  sharpen?(calls: readonly Call<Action>[]): readonly Call<Action>[];
}

/** What an operation does to one part. */
export interface Touch<Action> {
  readonly part: string;
  readonly action: Action;
}

/** An operation as the search sees it. */
export interface Call<Action> {
  /** Whatever names it to those who asked: the row of a history. */
  readonly id: number;
  readonly invokedAt: number;
  /** Infinity for an update without an answer: it may take effect at any later time, or never. */
  readonly completedAt: number;
  /** What it does, and what its answer says, once for each part. */
  readonly touches: readonly Touch<Action>[];
  /** The same without what the answer says; empty where nothing is left then. */
  readonly unanswered: readonly Touch<Action>[];
}

/** Whether an order may do without this call. */
export function isOptional(call: Call<unknown>): boolean {
  return call.completedAt === Number.POSITIVE_INFINITY;
}

/** The call as it is known to whoever did not hear its answer; none where nothing is left of it. */
export function forgetAnswer<Action>(call: Call<Action>): readonly Call<Action>[] {
  if (call.unanswered.length === 0) return [];
  return [{ ...call, completedAt: Number.POSITIVE_INFINITY, touches: call.unanswered }];
}
