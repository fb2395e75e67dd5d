import type { Call, SequentialObject } from './call.ts';
import { contradiction, onParts, type Refute } from './explain.ts';
import { type Budget, defaultBytes } from './meter.ts';
import { problemOf } from './problem.ts';
import { type SearchResult, search } from './search.ts';

const bytesPerMebibyte = 2 ** 20;

/** Whether calls have an order, in words where that could not be told, and which answers contradict each other where there is none. */
export type OrderResult<Action> =
  | { readonly type: 'holds' }
  | {
      readonly type: 'violated';
      readonly answers: readonly Call<Action>[];
      /** The parts on which they contradict each other. */
      readonly parts: ReadonlySet<string>;
    }
  | { readonly type: 'unknown'; readonly because: string };

/** Searches for an order of calls on an object that real time and all answers allow. */
export function findOrder<Action>(
  calls: readonly Call<Action>[],
  object: SequentialObject<Action>,
  budget: Budget,
): OrderResult<Action> {
  const problem = problemOf(calls, object);
  const result = search(problem, budget);
  if (result.disordered === null)
    return { type: 'unknown', because: inWords(result, problem.required, budget) };
  if (result.disordered.length === 0) return { type: 'holds' };
  const parts = new Set(result.disordered.map((part) => problem.parts[part]!.name));
  const refute: Refute<Action> = (some, steps) => {
    const found = search(problemOf(some, object), { steps, bytes: defaultBytes });
    return { isRefuted: found.disordered !== null && found.disordered.length > 0, steps: found.steps };
  };
  return { type: 'violated', answers: contradiction(onParts(calls, parts), refute), parts };
}

function inWords({ spent, deepest }: SearchResult, required: number, { steps, bytes }: Budget): string {
  const after =
    spent === 'steps' ? `after ${steps} steps` : `when its tables took ${bytes / bytesPerMebibyte} MiB`;
  return `the search for an order gave up ${after}, with at most ${deepest} of ${required} operations in order`;
}
