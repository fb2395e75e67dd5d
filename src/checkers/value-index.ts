const smallestSize = 16;
/** An odd multiplier that spreads bits (Knuth's, of the golden ratio). */
const spread = 0x9e3779b1;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/**
 * From values, as the columns of a history hold them (a number and its kind), to small numbers: a hash table with open
 * addressing in typed arrays, several times faster than a Map of doubles and without an object per entry. The entries stand
 * beside the table in the order in which they were added, so whoever asks for what was added lately finds it in the cache.
 */
export class ValueIndex {
  readonly #values: Float64Array;
  readonly #kinds: Uint8Array;
  readonly #ids: Int32Array;
  /** One more than the entry of a value; 0 where a place is free. */
  readonly #places: Uint32Array;
  readonly #mask: number;
  #count = 0;

  constructor(capacity: number) {
    let size = smallestSize;
    while (size < capacity * 2) size *= 2;
    this.#mask = size - 1;
    this.#values = new Float64Array(capacity);
    this.#kinds = new Uint8Array(capacity);
    this.#ids = new Int32Array(capacity);
    this.#places = new Uint32Array(size);
  }

  /** False, and nothing happens, when the value is there already. */
  add(value: number, kind: number, id: number): boolean {
    const place = this.#placeOf(value, kind);
    if (this.#places[place] !== 0) return false;
    this.#values[this.#count] = value;
    this.#kinds[this.#count] = kind;
    this.#ids[this.#count] = id;
    this.#count += 1;
    this.#places[place] = this.#count;
    return true;
  }

  /** The number that the value was added with, or −1. */
  find(value: number, kind: number): number {
    const entry = this.#places[this.#placeOf(value, kind)]! - 1;
    return entry === -1 ? -1 : this.#ids[entry]!;
  }

  /** Where the value stands, or the free place where it would. */
  #placeOf(value: number, kind: number): number {
    float[0] = value === 0 ? 0 : value; // −0 equals 0, and so must hash alike.
    let hash = Math.imul(words[0]! ^ Math.imul(words[1]!, spread) ^ kind, spread);
    hash ^= hash >>> 15;
    let place = hash & this.#mask;
    for (;;) {
      const entry = this.#places[place]! - 1;
      if (entry === -1 || (this.#values[entry] === value && this.#kinds[entry] === kind)) return place;
      place = (place + 1) & this.#mask;
    }
  }
}
