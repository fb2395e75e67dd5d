const goldenRatio = 0x9e3779b1;
const otherPrime = 0x85ebca77;

/** What tells kinds of data apart, so that no two different contents feed the same words. */
const tag = {
  nothing: 1,
  null: 2,
  true: 3,
  false: 4,
  integer: 5,
  long: 6,
  fraction: 7,
  text: 8,
  list: 9,
  set: 10,
  map: 11,
  record: 12,
  bytes: 13,
} as const;

const twoTo32 = 2 ** 32;
const scratch = new DataView(new ArrayBuffer(8));

/**
 * A hash that grows with what it is fed: two lanes of 32 bits, each multiplied by an odd number and folded at every
 * word. It tells runs that differ apart; it keeps nobody from forging one. Made of integer arithmetic alone, it gives
 * the same on every machine.
 */
export class RunningHash {
  #a = 0x243f6a88;
  #b = 0x13198a2e;

  /** The first lane as it stands: enough to find where two runs parted. */
  get short(): number {
    return this.#a >>> 0;
  }

  /** Both lanes, as 16 hexadecimal digits. */
  get digest(): string {
    return [this.#a, this.#b].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** Feeds 32 bits. */
  word(word: number): void {
    const a = Math.imul(this.#a ^ word, goldenRatio);
    this.#a = a ^ (a >>> 15);
    const b = Math.imul(((this.#b << 7) | (this.#b >>> 25)) + word, otherPrime);
    this.#b = b ^ (b >>> 13);
  }

  number(value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.word(tag.integer);
      this.word(value);
    } else if (Number.isSafeInteger(value) && value !== 0) {
      this.word(tag.long);
      this.word(value % twoTo32);
      this.word(Math.floor(value / twoTo32));
    } else {
      scratch.setFloat64(0, value);
      this.word(tag.fraction);
      this.word(scratch.getInt32(0));
      this.word(scratch.getInt32(4));
    }
  }

  text(text: string): void {
    const { length } = text;
    this.word(tag.text);
    this.word(length);
    for (let i = 0; i < length; i += 2) {
      // Past the end there is NaN, which counts as 0.
      this.word(text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16));
    }
  }

  /** Feeds plain data, Maps and Sets with all that they hold, in the order in which they hold it. */
  plain(value: unknown): void {
    switch (typeof value) {
      case 'number':
        return this.number(value);
      case 'string':
        return this.text(value);
      case 'boolean':
        return this.word(value ? tag.true : tag.false);
      case 'object':
        return value === null ? this.word(tag.null) : this.#collection(value);
      default:
        return this.word(tag.nothing);
    }
  }

  #collection(value: object): void {
    if (Array.isArray(value)) {
      this.#head(tag.list, value.length);
      for (const element of value) this.plain(element);
    } else if (value instanceof Map) {
      this.#head(tag.map, value.size);
      for (const [key, element] of value) {
        this.plain(key);
        this.plain(element);
      }
    } else if (value instanceof Set) {
      this.#head(tag.set, value.size);
      for (const element of value) this.plain(element);
    } else if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      this.#head(tag.bytes, bytes.length);
      for (const byte of bytes) this.word(byte);
    } else {
      this.word(tag.record);
      for (const field in value) {
        this.text(field);
        this.plain((value as Record<string, unknown>)[field]);
      }
      this.word(tag.nothing);
    }
  }

  #head(kind: number, size: number): void {
    this.word(kind);
    this.word(size);
  }
}
