const smallestSize = 16;
const placesPerValue = 3;
/** Whole numbers that differ in these bits alone stand side by side: as many places as a line of the cache holds. */
const near = 15;
const nearBits = 4;
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
    while (size < capacity * placesPerValue) size *= 2;
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
    let place = firstPlace(value, kind) & this.#mask;
    for (;;) {
      const entry = this.#places[place]! - 1;
      if (entry === -1 || (this.#values[entry] === value && this.#kinds[entry] === kind)) return place;
      place = (place + 1) & this.#mask;
    }
  }
}

/**
 * Clients that number what they write ask for neighbours one after the other, and so find them in the cache; blocks of neighbours are
 * spread. Other numbers are spread by their bits.
 */
function firstPlace(value: number, kind: number): number {
  if (value === Math.floor(value)) {
    const block = (value >>> nearBits) ^ Math.imul(Math.floor(value / 2 ** 32), spread) ^ kind;
    return (mixed(block) << nearBits) | (value & near);
  }
  float[0] = value;
  return mixed(words[0]! ^ Math.imul(words[1]!, spread) ^ kind);
}

function mixed(bits: number): number {
  const hash = Math.imul(bits, spread);
  return hash ^ (hash >>> 15);
}
