import type { Encoder } from '../../kernel/codec.ts';

/**
 * A byte queue between two threads: one producer, one consumer, on shared memory.
 *
 * Two positions count bytes from the ring's creation, modulo 2^32; a position's low bits are its place in the ring.
 * The producer owns `published`, the consumer owns `consumed`, each on cache lines of its own, so that neither side
 * slows the other by writing. A record is `[session: 8 bits, length: 24 bits][payload]`, padded to 8 bytes. Every
 * record is contiguous: where the rest of the ring is too short, a skip marker sends the consumer to its start.
 *
 * The payload is written before the index that shows it, and `Atomics.store` and `Atomics.load` are sequentially
 * consistent, so whoever sees the index sees the payload. A producer that dies between the two leaves bytes that
 * nobody ever sees; its successor overwrites them.
 *
 * `session` tells which life of the link a record belongs to. Stateful codecs need it: each side's start opens a new
 * session, the producer begins every session with a fresh encoder, and the consumer meets it with a fresh decoder.
 */

/** Enough for some 4,000 messages of ordinary size. */
export const defaultRingBytes = 256 * 1024;

const smallestRing = 64;
/** Lengths must fit in 24 bits, and a record is at most a quarter of its ring. */
const largestRing = 32 * 1024 * 1024;

/** Places of the shared integers, 128 bytes apart: processors fetch cache lines of 64 bytes in pairs. */
const publishedAt = 0;
const consumedAt = 32;
const sessionAt = 64;
const dataOffset = 384;

const headerBytes = 4;
const lengthMask = 0xff_ffff;
const skipMarker = 0xffff_ffff;

/** `full`: keep it and try again after the consumer has drained. `oversize`: it can never go through this ring. */
export type WriteResult = 'written' | 'full' | 'oversize';

/**
 * The memory of a new, empty ring, to be shared by one producer and one consumer. `capacity` is a power of two;
 * `firstPosition` is where the positions start to count, which matters to tests alone.
 */
export function createRing(capacity: number = defaultRingBytes, firstPosition = 0): SharedArrayBuffer {
  if (capacity < smallestRing || capacity > largestRing || (capacity & (capacity - 1)) !== 0) {
    throw new RangeError(
      `A ring holds a power of two of bytes between ${smallestRing} and ${largestRing}, not ${capacity}`,
    );
  }
  if (firstPosition % 8 !== 0) throw new RangeError(`Positions are multiples of 8, not ${firstPosition}`);
  const memory = new SharedArrayBuffer(dataOffset + capacity);
  const indices = new Int32Array(memory, 0, dataOffset / 4);
  indices[publishedAt] = firstPosition | 0;
  indices[consumedAt] = firstPosition | 0;
  return memory;
}

/** The writing end. A new one on a used ring continues after the last record that its predecessor published. */
export class RingProducer {
  /** The longest payload that the ring takes. */
  readonly largestPayload: number;
  readonly #indices: Int32Array;
  readonly #headers: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #capacity: number;
  readonly #largest: number;
  #session: number;
  #position: number;
  #published: number;
  /** What the consumer had consumed when we last looked: looking costs a cache miss, so we look only when it matters. */
  #consumed: number;

  constructor(memory: SharedArrayBuffer) {
    this.#indices = new Int32Array(memory, 0, dataOffset / 4);
    this.#headers = new Uint32Array(memory, dataOffset);
    this.#bytes = new Uint8Array(memory, dataOffset);
    this.#capacity = this.#bytes.length;
    this.#largest = this.#capacity / 4;
    this.largestPayload = this.#largest - headerBytes;
    this.#published = Atomics.load(this.#indices, publishedAt);
    this.#position = this.#published;
    this.#consumed = Atomics.load(this.#indices, consumedAt);
    this.#session = (Atomics.add(this.#indices, sessionAt, 1) + 1) & 0xff;
  }

  /**
   * Whether the consumer started anew since the last call: the next record then belongs to a new session, and must
   * be written by a fresh encoder. Ask before each write.
   *
   * A plain read is enough, as whoever knows of the new consumer learned it after that consumer's reset, and much
   * cheaper than an atomic one; a record written by a producer that does not know yet is dropped either way.
   */
  renewed(): boolean {
    const session = this.#indices[sessionAt]! & 0xff;
    if (session === this.#session) return false;
    this.#session = session;
    return true;
  }

  /** Encodes a message straight into the ring. The consumer sees it after `publish`. */
  write<M>(encoder: Encoder<M>, message: M): WriteResult {
    let free = this.#capacity - ((this.#position - this.#consumed) | 0);
    // With less than two of the largest records free, neither end of the ring may have room for one.
    if (free < 2 * this.#largest) {
      this.#consumed = Atomics.load(this.#indices, consumedAt);
      free = this.#capacity - ((this.#position - this.#consumed) | 0);
    }
    const offset = this.#position & (this.#capacity - 1);
    const rest = this.#capacity - offset;
    const room = Math.min(free, rest, this.#largest);
    if (this.#writeAt(offset, room, encoder, message)) return 'written';
    if (room === this.#largest) return 'oversize';
    return free > rest ? this.#writeAtStart(offset, free - rest, encoder, message) : 'full';
  }

  /** Shows the consumer all that was written. Returns whether there was anything to show. */
  publish(): boolean {
    if (this.#position === this.#published) return false;
    this.#published = this.#position;
    Atomics.store(this.#indices, publishedAt, this.#position);
    return true;
  }

  #writeAt<M>(offset: number, room: number, encoder: Encoder<M>, message: M): boolean {
    if (room < 8) return false;
    const start = offset + headerBytes;
    const end = encoder.encode(message, this.#bytes, start, offset + room);
    if (end < 0) return false;
    this.#headers[offset >>> 2] = (this.#session << 24) | (end - start);
    this.#position = (this.#position + ((end - offset + 7) & ~7)) | 0;
    return true;
  }

  /** The record does not fit before the end of the ring: the consumer will skip the rest. */
  #writeAtStart<M>(offset: number, free: number, encoder: Encoder<M>, message: M): WriteResult {
    const before = this.#position;
    const room = Math.min(free, this.#largest);
    if (!this.#writeAt(0, room, encoder, message)) return room === this.#largest ? 'oversize' : 'full';
    this.#headers[offset >>> 2] = skipMarker;
    this.#position = (this.#position + this.#capacity - (before & (this.#capacity - 1))) | 0;
    return 'written';
  }
}

/** Called with the place of one payload, which is valid during the call alone. */
export type Visit = (bytes: Uint8Array, start: number, end: number) => void;

/** The reading end. A new one on a used ring continues where its predecessor's last drain ended. */
export class RingConsumer {
  readonly #indices: Int32Array;
  readonly #headers: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #capacity: number;
  #position: number;
  #session = -1;
  #oldestSession: number | null = null;

  constructor(memory: SharedArrayBuffer) {
    this.#indices = new Int32Array(memory, 0, dataOffset / 4);
    this.#headers = new Uint32Array(memory, dataOffset);
    this.#bytes = new Uint8Array(memory, dataOffset);
    this.#capacity = this.#bytes.length;
    this.#position = Atomics.load(this.#indices, consumedAt);
  }

  /** The session of the record that is being visited: when it changes, a fresh decoder is due. */
  get session(): number {
    return this.#session;
  }

  /** Whether there is something to drain. */
  pending(): boolean {
    return Atomics.load(this.#indices, publishedAt) !== this.#position;
  }

  /**
   * Skips all that is unread and opens a new session: for the successor of a consumer that died. Records that the
   * producer wrote before it noticed (see `RingProducer.renewed`) are dropped unseen.
   */
  reset(): void {
    this.#oldestSession = (Atomics.add(this.#indices, sessionAt, 1) + 1) & 0xff;
    this.#position = Atomics.load(this.#indices, publishedAt);
    Atomics.store(this.#indices, consumedAt, this.#position);
  }

  /**
   * Visits every record published by now, in order, and then gives their space back at once. A record whose visit
   * throws counts as consumed; those after it stay for the next drain. Returns the number of records visited.
   */
  drain(visit: Visit): number {
    const published = Atomics.load(this.#indices, publishedAt);
    if (published === this.#position) return 0;
    let count = 0;
    try {
      while (this.#position !== published) if (this.#step(visit)) count += 1;
    } finally {
      Atomics.store(this.#indices, consumedAt, this.#position);
    }
    return count;
  }

  #step(visit: Visit): boolean {
    const offset = this.#position & (this.#capacity - 1);
    const header = this.#headers[offset >>> 2]!;
    if (header === skipMarker) {
      this.#position = (this.#position + this.#capacity - offset) | 0;
      return false;
    }
    const start = offset + headerBytes;
    const end = start + (header & lengthMask);
    if (end > this.#capacity) throw new Error(`The ring is corrupt at ${offset}: a record beyond its end`);
    this.#position = (this.#position + ((end - offset + 7) & ~7)) | 0;
    const session = header >>> 24;
    if (this.#isStale(session)) return false;
    this.#session = session;
    visit(this.#bytes, start, end);
    return true;
  }

  /** Sessions are compared on a circle of 256: no ring holds records of more than a few of them at a time. */
  #isStale(session: number): boolean {
    return this.#oldestSession !== null && ((session - this.#oldestSession) & 0xff) >= 128;
  }
}
