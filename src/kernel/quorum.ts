import type { NodeId } from './operation.ts';

/** The smallest number of nodes of which any two sets intersect. */
export function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1;
}

/** Collects one answer per node, however often a node repeats itself, until `needed` different nodes have answered. */
export class Tally<Answer> {
  readonly answers = new Map<NodeId, Answer>();
  readonly needed: number;

  constructor(needed: number) {
    this.needed = needed;
  }

  /** True exactly once: on the answer that completes the quorum. */
  add(from: NodeId, answer: Answer): boolean {
    if (this.answers.has(from)) return false;
    this.answers.set(from, answer);
    return this.answers.size === this.needed;
  }

  get complete(): boolean {
    return this.answers.size >= this.needed;
  }
}
