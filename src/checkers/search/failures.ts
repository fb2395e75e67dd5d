import { emptySet, type PartSet, partsIn } from './part-set.ts';
import { Sequences } from './sequences.ts';

/**
 * What led nowhere: of the parts that a failure was due to, what was taken and held. Whatever else was taken, the same again leads
 * nowhere again.
 */
export class Failures {
  readonly #parts: number;
  readonly #sets = new Sequences();
  readonly #members: (readonly number[])[] = [];
  readonly #asSets: PartSet[] = [];
  /** By part: the sets of parts with it that failed before. */
  readonly #setsWith: number[][];
  /** A set, and the name of each of its parts. */
  readonly #failed = new Sequences();
  readonly #words: Uint32Array;

  constructor(parts: number) {
    this.#parts = parts;
    this.#setsWith = Array.from({ length: parts }, () => []);
    this.#words = new Uint32Array(parts + 1);
  }

  get bytes(): number {
    return this.#failed.bytes + this.#sets.bytes;
  }

  /** The parts because of which these names are known to lead nowhere, if they are, where only the names of `changed` are new. */
  find(names: Int32Array, changed: Iterable<number>): PartSet | null {
    for (const part of changed) {
      for (const set of this.#setsWith[part]!) {
        const length = this.#fill(names, set);
        if (this.#failed.find(this.#words, length) !== -1) return this.#asSets[set]!;
      }
    }
    return null;
  }

  add(names: Int32Array, parts: PartSet): void {
    const length = this.#fill(names, this.#numberOf(parts));
    this.#failed.intern(this.#words, length);
  }

  #fill(names: Int32Array, set: number): number {
    const members = this.#members[set]!;
    this.#words[0] = set;
    for (let i = 0; i < members.length; i += 1) this.#words[i + 1] = names[members[i]!]!;
    return members.length + 1;
  }

  #numberOf(parts: PartSet): number {
    const id = this.#sets.intern(parts, parts.length);
    if (id < this.#members.length) return id;
    const copy = emptySet(this.#parts);
    copy.set(parts);
    const members = partsIn(copy);
    this.#members.push(members);
    this.#asSets.push(copy);
    for (const part of members) this.#setsWith[part]!.push(id);
    return id;
  }
}
