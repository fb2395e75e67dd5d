import type { Decoder, Encoder } from '../../kernel/codec.ts';
import { createLinkCodec } from '../../kernel/link-codec.ts';
import type { Plain } from '../../kernel/operation.ts';
import type { Durable } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { JournalMemory } from './protocol.ts';

const firstBytes = 64 * 1024;
/** Address space that a half reserves; its memory is taken as it fills. */
const largestBytes = 256 * 1024 * 1024;
/** A half is rewritten when it holds this many times what was alive at the last rewriting. */
const slack = 4;
const smallestRewrite = 1024 * 1024;
const lengthBytes = 4;

/** Places in the index: which half counts, and how much of each is committed. */
const activeAt = 0;
const lengthAt = 1;

interface Batch {
  readonly at: Micros;
  readonly keys: readonly string[];
  readonly values: readonly Plain[];
}

/** An empty disk. */
export function createJournal(): JournalMemory {
  const half = () => new SharedArrayBuffer(firstBytes, { maxByteLength: largestBytes });
  return { index: new SharedArrayBuffer(12), halves: [half(), half()] };
}

/**
 * What a node persists: records of key and value, appended to shared memory that outlives its thread. What was put
 * since the last commit becomes durable by one atomic store, so a thread that dies at any moment leaves all of it or
 * nothing. Two halves take turns: when one has grown far beyond what is alive in it, that is written to the
 * other, and one atomic store makes the other the one that counts.
 */
export class Journal {
  readonly #index: Int32Array;
  readonly #halves: JournalMemory['halves'];
  /** What a restart would find. */
  readonly #live: Map<string, Plain>;
  /** What waits for the next commit, in two lists: a map would cost more than all the rest. */
  readonly #keys: string[] = [];
  readonly #values: Plain[] = [];
  #waiting = 0;
  /** What a disk that lies has called durable and has not written yet, oldest first. */
  readonly #lagging: Batch[] = [];
  #active: 0 | 1;
  #length: number;
  #rewriteAt = smallestRewrite;
  #bytes: Uint8Array;
  #view: DataView;
  #encoder: Encoder<Plain> = createLinkCodec().encoder();

  /** Opens what an earlier life left behind, if anything. */
  constructor(memory: JournalMemory) {
    this.#index = new Int32Array(memory.index);
    this.#halves = memory.halves;
    this.#active = Atomics.load(this.#index, activeAt) === 0 ? 0 : 1;
    this.#length = Atomics.load(this.#index, lengthAt + this.#active);
    this.#bytes = viewOf(this.#halves[this.#active]);
    this.#view = new DataView(this.#bytes.buffer);
    this.#live = this.#read();
    // Definitions of the old encoder died with its thread, so what it wrote cannot be continued.
    if (this.#length > 0) this.#rewrite();
  }

  /** A copy of what is durable now. */
  durable(): Durable {
    return new Map(this.#live);
  }

  /** Waits for the next commit. */
  put(key: string, value: Plain): void {
    this.#keys[this.#waiting] = key;
    this.#values[this.#waiting] = value;
    this.#waiting += 1;
  }

  /** Whether anything waits for the next commit. */
  get isWaiting(): boolean {
    return this.#waiting > 0;
  }

  /** Makes durable all that was put, as one unit. */
  commit(): void {
    if (this.#waiting === 0) return;
    this.#write(this.#keys, this.#values, this.#waiting);
    this.#waiting = 0;
  }

  /** Says that it does so, but does it only when it is `window` old: a thread that dies before loses it. */
  pretend(now: Micros, window: Micros): void {
    if (this.#waiting > 0) {
      const [keys, values] = [this.#keys.slice(0, this.#waiting), this.#values.slice(0, this.#waiting)];
      this.#lagging.push({ at: now, keys, values });
      this.#waiting = 0;
    }
    while (this.#lagging.length > 0 && this.#lagging[0]!.at + window <= now) this.#writeOldest();
  }

  /** Makes durable all that it has pretended to be. */
  catchUp(): void {
    while (this.#lagging.length > 0) this.#writeOldest();
  }

  /** Whether it has pretended anything that is not true yet. */
  get isLagging(): boolean {
    return this.#lagging.length > 0;
  }

  #writeOldest(): void {
    const { keys, values } = this.#lagging.shift()!;
    this.#write(keys, values, keys.length);
  }

  #write(keys: readonly string[], values: readonly Plain[], count: number): void {
    for (let i = 0; i < count; i += 1) this.#apply(this.#live, keys[i]!, values[i]);
    if (this.#length > this.#rewriteAt) return this.#rewrite();
    for (let i = 0; i < count; i += 1) this.#append(keys[i]!, values[i]);
    Atomics.store(this.#index, lengthAt + this.#active, this.#length);
  }

  #append(key: string, value: Plain): void {
    const record = [key, value] as const;
    for (;;) {
      const start = this.#length + lengthBytes;
      const room = this.#bytes.length;
      const end = start < room ? this.#encoder.encode(record, this.#bytes, start, room) : -1;
      if (end >= 0) {
        this.#view.setUint32(this.#length, end - start, true);
        this.#length = end;
        return;
      }
      this.#grow();
    }
  }

  #grow(): void {
    const half = this.#halves[this.#active];
    if (half.byteLength === largestBytes) throw new RangeError(`a disk is full at ${largestBytes} bytes`);
    half.grow(Math.min(largestBytes, half.byteLength * 2));
    this.#open();
  }

  #open(): void {
    this.#bytes = viewOf(this.#halves[this.#active]);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Writes what is alive to the other half, which counts once it is complete. */
  #rewrite(): void {
    this.#active = this.#active === 0 ? 1 : 0;
    this.#length = 0;
    this.#encoder = createLinkCodec().encoder();
    this.#open();
    for (const [key, value] of this.#live) this.#append(key, value);
    this.#rewriteAt = Math.max(smallestRewrite, this.#length * slack);
    Atomics.store(this.#index, lengthAt + this.#active, this.#length);
    Atomics.store(this.#index, activeAt, this.#active);
  }

  #read(): Map<string, Plain> {
    const live = new Map<string, Plain>();
    const decoder: Decoder<Plain> = createLinkCodec().decoder();
    for (let at = 0; at < this.#length; ) {
      const start = at + lengthBytes;
      at = start + this.#view.getUint32(at, true);
      const [key, value] = decoder.decode(this.#bytes, start, at) as readonly [string, Plain];
      this.#apply(live, key, value);
    }
    return live;
  }

  #apply(live: Map<string, Plain>, key: string, value: Plain): void {
    if (value === undefined) live.delete(key);
    else live.set(key, value);
  }
}

/** A view of fixed length: views that follow a growing buffer are slow. */
function viewOf(half: SharedArrayBuffer): Uint8Array {
  return new Uint8Array(half, 0, half.byteLength);
}
