import type { Call, SequentialObject } from './call.ts';
import { contradiction, onParts } from './explain.ts';
import { problemOf } from './problem.ts';
import { type Budget, Search, type SearchResult } from './search.ts';

const bytesPerMegabyte = 2 ** 20;

/** Whether calls have an order, in words where that could not be told, and which answers contradict each other where there is none. */
export type OrderResult<Action> =
  | { readonly type: 'holds' }
  | { readonly type: 'violated'; readonly answers: readonly Call<Action>[] }
  | { readonly type: 'unknown'; readonly because: string };

/** Searches for an order of calls on an object that real time and all answers allow. */
export function findOrder<Action>(
  calls: readonly Call<Action>[],
  object: SequentialObject<Action>,
  budget: Budget,
): OrderResult<Action> {
  const problem = problemOf(calls, object);
  const result = new Search(problem, budget).run();
  switch (result.type) {
    case 'found':
      return { type: 'holds' };
    case 'gave-up':
      return { type: 'unknown', because: inWords(result, budget) };
    case 'none': {
      const parts = new Set(result.parts.map((part) => problem.parts[part]!.name));
      return { type: 'violated', answers: contradiction(onParts(calls, parts), object) };
    }
  }
}

function inWords(
  { after, deepest, of }: SearchResult & { type: 'gave-up' },
  { steps, bytes }: Budget,
): string {
  const spent =
    after === 'steps' ? `after ${steps} steps` : `when its tables took ${bytes / bytesPerMegabyte} MiB`;
  return `the search for an order gave up ${spent}, with at most ${deepest} of ${of} operations in order`;
}
