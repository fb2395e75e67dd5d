const smallestSize = 16;
/** An odd multiplier that spreads bits (Knuth's, of the golden ratio). */
const spread = 0x9e3779b1;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/**
 * From values, as the columns of a history hold them (a number and its kind), to small numbers: a hash table with open
 * addressing in typed arrays, several times faster than a Map of doubles and without an object per entry.
 */
export class ValueIndex {
  readonly #values: Float64Array;
  readonly #kinds: Uint8Array;
  readonly #ids: Int32Array;
  readonly #mask: number;

  constructor(capacity: number) {
    let size = smallestSize;
    while (size < capacity * 2) size *= 2;
    this.#mask = size - 1;
    this.#values = new Float64Array(size);
    this.#kinds = new Uint8Array(size);
    this.#ids = new Int32Array(size).fill(-1);
  }

  /** False, and nothing happens, when the value is there already. */
  add(value: number, kind: number, id: number): boolean {
    const place = this.#placeOf(value, kind);
    if (this.#ids[place] !== -1) return false;
    this.#values[place] = value;
    this.#kinds[place] = kind;
    this.#ids[place] = id;
    return true;
  }

  /** The number that the value was added with, or −1. */
  find(value: number, kind: number): number {
    return this.#ids[this.#placeOf(value, kind)]!;
  }

  /** Where the value stands, or the free place where it would. */
  #placeOf(value: number, kind: number): number {
    float[0] = value === 0 ? 0 : value; // −0 equals 0, and so must hash alike.
    let hash = Math.imul(words[0]! ^ Math.imul(words[1]!, spread) ^ kind, spread);
    hash ^= hash >>> 15;
    let place = hash & this.#mask;
    while (this.#ids[place] !== -1 && (this.#values[place] !== value || this.#kinds[place] !== kind)) {
      place = (place + 1) & this.#mask;
    }
    return place;
  }
}
