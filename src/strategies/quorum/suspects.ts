import type { Key } from '../../kernel/operation.ts';

const atMost = 256;

/**
 * Keys of which some node may have missed an update, until every node has shown that it holds the last one. They are
 * looked into many at a time as long as that succeeds; after a failure (a node is away) one at a time, at leisure.
 */
export class Suspects {
  readonly #keys: Set<Key>;
  readonly #enabled: boolean;
  #atOnce = atMost;

  constructor(keys: Iterable<Key>, enabled: boolean) {
    this.#keys = new Set(enabled ? keys : []);
    this.#enabled = enabled;
  }

  get size(): number {
    return this.#keys.size;
  }

  /** There are some, and nothing speaks against looking into them now. */
  get urgent(): boolean {
    return this.#keys.size > 0 && this.#atOnce > 1;
  }

  has(key: Key): boolean {
    return this.#keys.has(key);
  }

  /** Some node did not show in time that it holds the last value: ask again, after all others. */
  add(key: Key): void {
    if (!this.#enabled) return;
    this.#keys.delete(key);
    this.#keys.add(key);
    this.#atOnce = 1;
  }

  /** All nodes hold the last value of the key. */
  clear(key: Key): void {
    if (this.#keys.delete(key)) this.#atOnce = atMost;
  }

  /** Those to look into now, or that are being looked into. */
  first(): readonly Key[] {
    const first: Key[] = [];
    for (const key of this.#keys) {
      if (first.length === this.#atOnce) break;
      first.push(key);
    }
    return first;
  }
}
