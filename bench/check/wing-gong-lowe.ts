import { freemem } from 'node:os';
import { completionCode, type History, kindCode, valueKind } from '../../src/history/history.ts';

/** What remembered configurations may take: 8 GB, or as much of the memory that is free. */
const memoryLimit = Math.min(8e9, freemem() * 0.6);
const chunkWords = 1 << 22;

/**
 * The general search for an order of the operations on one register, as others have it: Wing and Gong's (1993), with
 * Lowe's memory of configurations (2017), calls and returns in one linked list from which what has been taken is unlinked, as in
 * Porcupine. Every row is an acknowledged read or write of a number.
 */
export function searchPlainly(history: History, giveUpAt: number): 'holds' | 'violated' | 'gave up' {
  const events = eventsOf(history);
  const { next, callOf, returnOf, head } = events;
  const { kind, argument, value, valueKind: seen } = history.columns;
  const memory = new Configurations(history.length);
  const path = new Int32Array(history.length);
  const states = new Float64Array(history.length + 1);
  let depth = 0;
  let state = 0; // Nothing written; no value is 0.
  let event = next[head]!;
  for (let step = 0; next[head] !== -1; step += 1) {
    if ((step & 0xffff) === 0 && performance.now() > giveUpAt) return 'gave up';
    const row = callOf[event]!;
    if (row === -1) {
      // A return: whatever could come before it has been tried.
      if (depth === 0) return 'violated';
      depth -= 1;
      const last = path[depth]!;
      state = states[depth]!;
      memory.release(callOf[last]!);
      link(events, returnOf[last]!);
      link(events, last);
      event = next[last]!;
      continue;
    }
    const read = kind[row] === kindCode.read;
    const after = read ? state : argument[row]!;
    const fits = !read || state === (seen[row] === valueKind.null ? 0 : value[row]);
    if (!fits || !memory.take(row, after)) {
      event = next[event]!;
      continue;
    }
    if (memory.bytes > memoryLimit) return 'gave up';
    path[depth] = event;
    states[depth] = state;
    depth += 1;
    state = after;
    unlink(events, event);
    unlink(events, returnOf[event]!);
    event = next[head]!;
  }
  return 'holds';
}

/** Calls and returns in the order of time, in a list with two links. */
interface Events {
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** The row that a call calls; −1 for returns. */
  readonly callOf: Int32Array;
  /** The event at which what a call calls returns. */
  readonly returnOf: Int32Array;
  readonly head: number;
}

function eventsOf({ length, columns }: History): Events {
  const { completion, invokedAt, completedAt } = columns;
  if (!completion.every((code) => code === completionCode.ok)) throw new Error('every row must be answered');
  // Calls are even and returns odd; at one instant calls come first, since equal times overlap.
  const timeOf = (event: number) => (event % 2 === 0 ? invokedAt[event >> 1]! : completedAt[event >> 1]!);
  const order = Int32Array.from({ length: 2 * length }, (_, event) => event);
  order.sort((a, b) => timeOf(a) - timeOf(b) || (a % 2) - (b % 2));
  const head = 2 * length;
  const next = new Int32Array(head + 1).fill(-1);
  const previous = new Int32Array(head + 1).fill(-1);
  let last = head;
  for (const event of order) {
    next[last] = event;
    previous[event] = last;
    last = event;
  }
  return {
    next,
    previous,
    callOf: Int32Array.from(next, (_, event) => (event % 2 === 0 && event < head ? event >> 1 : -1)),
    returnOf: Int32Array.from(next, (_, event) => event + 1),
    head,
  };
}

function unlink({ next, previous }: Events, event: number): void {
  next[previous[event]!] = next[event]!;
  if (next[event] !== -1) previous[next[event]!] = previous[event]!;
}

/** Undoes the latest `unlink` that is not undone yet. */
function link({ next, previous }: Events, event: number): void {
  next[previous[event]!] = event;
  if (next[event] !== -1) previous[next[event]!] = event;
}

/** Which operations have been taken, and every such set with the state it left, each remembered as a whole. */
class Configurations {
  bytes = 0;
  readonly #taken: Uint32Array;
  readonly #setWords: number;
  /** A random number for each operation; that of a set is the exclusive or of its members', so that it need not be read again. */
  readonly #marks: Uint32Array;
  #mark = 0;
  readonly #sets: Uint32Array[] = [];
  readonly #setsPerChunk: number;
  #states = new Float64Array(1 << 12);
  #hashes = new Uint32Array(1 << 12);
  #table = new Int32Array(1 << 13).fill(-1);
  #count = 0;

  constructor(operations: number) {
    this.#setWords = Math.ceil(operations / 32);
    this.#taken = new Uint32Array(this.#setWords);
    this.#setsPerChunk = Math.max(1, Math.floor(chunkWords / this.#setWords));
    this.#marks = new Uint32Array(operations);
    let random = 0x9e3779b9;
    for (let i = 0; i < operations; i += 1) {
      random = Math.imul(random ^ (random >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
      random ^= random >>> 13;
      this.#marks[i] = random;
    }
  }

  /** Adds an operation; false, and it is not added, where this set and state have been there before. */
  take(operation: number, state: number): boolean {
    this.#flip(operation);
    const hash =
      (this.#mark ^ Math.imul(state | 0, 0x85ebca6b) ^ Math.imul((state / 2 ** 32) | 0, 0xc2b2ae35)) >>> 0;
    let place = hash & (this.#table.length - 1);
    while (this.#table[place] !== -1) {
      if (this.#isSame(this.#table[place]!, hash, state)) {
        this.#flip(operation);
        return false;
      }
      place = (place + 1) & (this.#table.length - 1);
    }
    this.#remember(place, hash, state);
    return true;
  }

  release(operation: number): void {
    this.#flip(operation);
  }

  #flip(operation: number): void {
    this.#taken[operation >>> 5]! ^= 1 << (operation & 31);
    this.#mark ^= this.#marks[operation]!;
  }

  #isSame(entry: number, hash: number, state: number): boolean {
    if (this.#hashes[entry] !== hash || this.#states[entry] !== state) return false;
    const set = this.#sets[Math.floor(entry / this.#setsPerChunk)]!;
    const from = (entry % this.#setsPerChunk) * this.#setWords;
    for (let i = 0; i < this.#setWords; i += 1) if (set[from + i] !== this.#taken[i]) return false;
    return true;
  }

  #remember(place: number, hash: number, state: number): void {
    const entry = this.#count;
    this.#count += 1;
    this.#table[place] = entry;
    this.#hashes[entry] = hash;
    this.#states[entry] = state;
    const at = entry % this.#setsPerChunk;
    if (at === 0) this.#sets.push(new Uint32Array(this.#setsPerChunk * this.#setWords));
    this.#sets.at(-1)!.set(this.#taken, at * this.#setWords);
    this.bytes += this.#setWords * 4;
    if (this.#count === this.#states.length) this.#grow();
  }

  #grow(): void {
    const [states, hashes] = [this.#states, this.#hashes];
    this.#states = new Float64Array(states.length * 2);
    this.#states.set(states);
    this.#hashes = new Uint32Array(hashes.length * 2);
    this.#hashes.set(hashes);
    this.#table = new Int32Array(this.#table.length * 2).fill(-1);
    for (let entry = 0; entry < this.#count; entry += 1) {
      let place = this.#hashes[entry]! & (this.#table.length - 1);
      while (this.#table[place] !== -1) place = (place + 1) & (this.#table.length - 1);
      this.#table[place] = entry;
    }
  }
}
