import type { NodeId } from './operation.ts';

/** The smallest number of nodes of which any two sets intersect. */
export function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1;
}

/** So many nodes have a bit each: a strategy makes such a set for nearly every operation, and a `Set` is a table. */
const nodesInBits = 31;

export class NodeSet {
  size = 0;
  #bits = 0;
  #others: Set<NodeId> | null = null;

  has(node: NodeId): boolean {
    return node < nodesInBits ? (this.#bits & (1 << node)) !== 0 : this.#others?.has(node) === true;
  }

  /** Returns whether the node was new. */
  add(node: NodeId): boolean {
    if (this.has(node)) return false;
    this.size += 1;
    if (node < nodesInBits) this.#bits |= 1 << node;
    else {
      this.#others ??= new Set();
      this.#others.add(node);
    }
    return true;
  }

  clear(): void {
    this.size = 0;
    this.#bits = 0;
    this.#others = null;
  }
}

/** Counts one answer per node, however often a node repeats itself, until `needed` different nodes have answered. */
export class Tally {
  readonly needed: number;
  readonly #from = new NodeSet();

  constructor(needed: number) {
    this.needed = needed;
  }

  /** True exactly once: on the answer that completes the quorum. */
  add(from: NodeId): boolean {
    return this.#from.add(from) && this.#from.size === this.needed;
  }

  has(from: NodeId): boolean {
    return this.#from.has(from);
  }

  /** How many different nodes have answered. */
  get size(): number {
    return this.#from.size;
  }

  get complete(): boolean {
    return this.#from.size >= this.needed;
  }
}
