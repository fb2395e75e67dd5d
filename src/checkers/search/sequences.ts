const smallestTable = 1 << 10;
const smallestArena = 1 << 12;
/** Odd multipliers that spread bits (Knuth's, of the golden ratio; and one of MurmurHash's). */
const spread = 0x9e3779b1;
const mix = 0x85ebca6b;

/**
 * Numbers for sequences of words: equal sequences get the same number, from 0 up in the order of arrival. The words
 * themselves are kept and compared, so a hash can cost time but never take two sequences for one.
 */
export class Sequences {
  #arena = new Uint32Array(smallestArena);
  /** Where each sequence begins in the arena; one more than there are sequences. */
  #starts = new Uint32Array(smallestTable / 2 + 1);
  /** Open addressing: the number of a sequence plus one, 0 where free. */
  #table = new Uint32Array(smallestTable);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** What the tables take. */
  get bytes(): number {
    return this.#arena.byteLength + this.#starts.byteLength + this.#table.byteLength;
  }

  /** The number of the first `length` words, whether they were there before or not: compare with `count` before. */
  intern(words: Uint32Array, length: number): number {
    const mask = this.#table.length - 1;
    let place = hashOf(words, length) & mask;
    for (let entry = this.#table[place]!; entry !== 0; entry = this.#table[place]!) {
      if (this.#is(entry - 1, words, length)) return entry - 1;
      place = (place + 1) & mask;
    }
    return this.#append(words, length, place);
  }

  /** The number of the first `length` words, or −1. */
  find(words: Uint32Array, length: number): number {
    const mask = this.#table.length - 1;
    let place = hashOf(words, length) & mask;
    for (let entry = this.#table[place]!; entry !== 0; entry = this.#table[place]!) {
      if (this.#is(entry - 1, words, length)) return entry - 1;
      place = (place + 1) & mask;
    }
    return -1;
  }

  /** Whether the sequence with this number has these words. */
  #is(id: number, words: Uint32Array, length: number): boolean {
    const start = this.#starts[id]!;
    if (this.#starts[id + 1]! - start !== length) return false;
    for (let i = 0; i < length; i += 1) if (this.#arena[start + i] !== words[i]) return false;
    return true;
  }

  #append(words: Uint32Array, length: number, place: number): number {
    const id = this.#count;
    const start = this.#starts[id]!;
    this.#makeRoom(start + length);
    for (let i = 0; i < length; i += 1) this.#arena[start + i] = words[i]!;
    this.#starts[id + 1] = start + length;
    this.#table[place] = id + 1;
    this.#count += 1;
    if (this.#count * 2 > this.#table.length) this.#spreadOut();
    return id;
  }

  #makeRoom(words: number): void {
    if (words > this.#arena.length) {
      const arena = new Uint32Array(Math.max(words, this.#arena.length * 2));
      arena.set(this.#arena);
      this.#arena = arena;
    }
    if (this.#count + 2 <= this.#starts.length) return;
    const starts = new Uint32Array(this.#starts.length * 2);
    starts.set(this.#starts);
    this.#starts = starts;
  }

  #spreadOut(): void {
    const table = new Uint32Array(this.#table.length * 2);
    for (let id = 0; id < this.#count; id += 1) {
      const words = this.#arena.subarray(this.#starts[id]!, this.#starts[id + 1]!);
      let place = hashOf(words, words.length) & (table.length - 1);
      while (table[place] !== 0) place = (place + 1) & (table.length - 1);
      table[place] = id + 1;
    }
    this.#table = table;
  }
}

function hashOf(words: Uint32Array, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i += 1) {
    hash = Math.imul(hash ^ words[i]!, spread);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, mix);
  return (hash ^ (hash >>> 13)) >>> 0;
}
