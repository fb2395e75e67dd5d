import { JointSearch } from './joint-search.ts';
import { type Budget, Meter } from './meter.ts';
import { PartSearch } from './part-search.ts';
import type { Problem } from './problem.ts';

export interface SearchResult {
  /** The parts whose calls alone have no order already; none where all calls have one, null where the search gave up. */
  readonly disordered: readonly number[] | null;
  /** What it has cost. */
  readonly steps: number;
  readonly spent: 'steps' | 'bytes';
  /** The most required calls that were in order at once. */
  readonly deepest: number;
}

/** Searches for an order of all calls that real time and every part allow. */
export function search(problem: Problem, { steps, bytes }: Budget): SearchResult {
  const meter = new Meter(steps);
  const { disordered, deepest } =
    problem.parts.length === 1 ? searchPart(problem, meter, bytes) : searchJointly(problem, meter, bytes);
  return { disordered, deepest, steps: meter.steps, spent: meter.isSpent ? 'steps' : 'bytes' };
}

function searchPart({ parts, transitions }: Problem, meter: Meter, bytes: number) {
  const part = new PartSearch(parts[0]!, transitions, meter);
  const found = part.hasOrder(bytes);
  return { disordered: found === null ? null : found ? [] : [0], deepest: part.deepest };
}

function searchJointly(problem: Problem, meter: Meter, bytes: number) {
  const joint = new JointSearch(problem, meter, bytes);
  return { disordered: joint.run(), deepest: joint.deepest };
}
