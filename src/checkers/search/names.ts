const smallestTable = 1 << 10;
/** Two numbers and the one that stands for both, plus one: 0 where free. */
const wordsPerPair = 3;
/** Odd multipliers that spread bits (Knuth's, of the golden ratio; and one of MurmurHash's). */
const spread = 0x9e3779b1;
const mix = 0x85ebca6b;

/**
 * A name for many numbers of which few change at a time: the numbers are the leaves of a tree, and every pair of neighbours has a number
 * of its own, which stands for exactly these two. So two rows of numbers have one name exactly when they are equal (the pairs themselves
 * are kept and compared, never hashes alone), and a change costs one pair for each level.
 */
export class NameTree {
  readonly #size: number;
  readonly #nodes: Int32Array;
  readonly #changed: number[] = [];
  readonly #isChanged: Uint8Array;
  #pairs = new Int32Array(smallestTable * wordsPerPair);
  #count = 0;

  constructor(numbers: Int32Array) {
    let size = 1;
    while (size < numbers.length) size *= 2;
    this.#size = size;
    this.#nodes = new Int32Array(2 * size);
    this.#nodes.set(numbers, size);
    this.#isChanged = new Uint8Array(2 * size);
    for (let node = size; node < 2 * size; node += 1) this.#mark(node);
  }

  /** What the tables take. */
  get bytes(): number {
    return this.#pairs.byteLength + this.#nodes.byteLength + this.#isChanged.byteLength;
  }

  set(leaf: number, number: number): void {
    const node = this.#size + leaf;
    if (this.#nodes[node] === number) return;
    this.#nodes[node] = number;
    this.#mark(node);
  }

  /** From 0 up, in the order in which names and their parts were first needed. */
  name(): number {
    let level = this.#changed.splice(0);
    while (level.length > 0 && level[0]! > 1) {
      const above: number[] = [];
      for (const node of level) {
        this.#isChanged[node] = 0;
        const parent = node >> 1;
        if (this.#isChanged[parent] === 1) continue;
        this.#isChanged[parent] = 1;
        above.push(parent);
      }
      for (const parent of above) {
        this.#nodes[parent] = this.#numberOf(this.#nodes[2 * parent]!, this.#nodes[2 * parent + 1]!);
      }
      level = above;
    }
    this.#isChanged[1] = 0;
    return this.#nodes[1]!;
  }

  #mark(node: number): void {
    if (this.#isChanged[node] === 1) return;
    this.#isChanged[node] = 1;
    this.#changed.push(node);
  }

  #numberOf(left: number, right: number): number {
    const at = placeOf(this.#pairs, left, right);
    if (this.#pairs[at + 2] !== 0) return this.#pairs[at + 2]! - 1;
    this.#count += 1;
    this.#pairs[at] = left;
    this.#pairs[at + 1] = right;
    this.#pairs[at + 2] = this.#count;
    if (this.#count * 2 * wordsPerPair > this.#pairs.length) this.#pairs = spreadOut(this.#pairs);
    return this.#count - 1;
  }
}

/** Where a pair stands, or the free place where it would. */
function placeOf(pairs: Int32Array, left: number, right: number): number {
  const mask = pairs.length / wordsPerPair - 1;
  let hash = Math.imul(Math.imul(left, spread) ^ right, mix);
  hash ^= hash >>> 15;
  for (let place = hash & mask; ; place = (place + 1) & mask) {
    const at = place * wordsPerPair;
    if (pairs[at + 2] === 0 || (pairs[at] === left && pairs[at + 1] === right)) return at;
  }
}

function spreadOut(pairs: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(pairs.length * 2);
  for (let at = 0; at < pairs.length; at += wordsPerPair) {
    if (pairs[at + 2] === 0) continue;
    larger.set(pairs.subarray(at, at + wordsPerPair), placeOf(larger, pairs[at]!, pairs[at + 1]!));
  }
  return larger;
}
