import { emptySet, type PartSet } from './part-set.ts';
import { Sequences } from './sequences.ts';

/** Configurations that led nowhere, and the parts to which that was due. */
export class Failures {
  readonly #sets = new Sequences();
  readonly #members: PartSet[] = [];
  /** By the name of the configuration: the number of the set, plus one. */
  #because = new Uint32Array(1 << 10);
  readonly #parts: number;

  constructor(parts: number) {
    this.#parts = parts;
  }

  get bytes(): number {
    return this.#because.byteLength + this.#sets.bytes;
  }

  find(configuration: number): PartSet | null {
    const set = this.#because[configuration] ?? 0;
    return set === 0 ? null : this.#members[set - 1]!;
  }

  add(configuration: number, parts: PartSet): void {
    if (configuration >= this.#because.length) {
      const because = new Uint32Array(Math.max(configuration + 1, this.#because.length * 2));
      because.set(this.#because);
      this.#because = because;
    }
    this.#because[configuration] = this.#numberOf(parts) + 1;
  }

  #numberOf(parts: PartSet): number {
    const id = this.#sets.intern(parts, parts.length);
    if (id === this.#members.length) {
      const copy = emptySet(this.#parts);
      copy.set(parts);
      this.#members.push(copy);
    }
    return id;
  }
}
