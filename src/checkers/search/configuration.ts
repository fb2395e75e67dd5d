import { Sequences } from './sequences.ts';

/**
 * The name of a whole configuration, made of the names of its parts: a tree in which each pair of names has a name. A change of one
 * part costs one path to the root.
 */
export class Configuration {
  /** A binary tree in an array: the root at 1, the leaves in the second half. */
  readonly #names: Uint32Array;
  readonly #leaves: number;
  readonly #pairs = new Sequences();
  readonly #pair = new Uint32Array(2);
  /** Places in the tree and what stood there before. */
  readonly #undo: number[] = [];

  constructor(parts: number) {
    this.#leaves = 1;
    while (this.#leaves < parts) this.#leaves *= 2;
    this.#names = new Uint32Array(this.#leaves * 2);
  }

  get bytes(): number {
    return this.#pairs.bytes;
  }

  get root(): number {
    return this.#names[1]!;
  }

  /** What `undo` goes back to. */
  get length(): number {
    return this.#undo.length;
  }

  nameOf(part: number): number {
    return this.#names[this.#leaves + part]!;
  }

  set(part: number, name: number): void {
    let place = this.#leaves + part;
    this.#put(place, name);
    while (place > 1) {
      place >>>= 1;
      this.#pair[0] = this.#names[place * 2]!;
      this.#pair[1] = this.#names[place * 2 + 1]!;
      this.#put(place, this.#pairs.intern(this.#pair, 2));
    }
  }

  undo(length: number): void {
    while (this.#undo.length > length) {
      const name = this.#undo.pop()!;
      this.#names[this.#undo.pop()!] = name;
    }
  }

  #put(place: number, name: number): void {
    this.#undo.push(place, this.#names[place]!);
    this.#names[place] = name;
  }
}
