import type { Micros } from '../../kernel/time.ts';

/** What an event is; the fields of its slot mean something else for each. */
export const eventKind = { mail: 0, timer: 1, request: 2, answer: 3, callback: 4, served: 5 } as const;

/** A slot number takes 24 bits of a ticket, its generation the rest. */
const slotLimit = 16_777_216;
const firstCapacity = 1_024;

/**
 * The future: a binary heap in typed arrays, ordered by time and, among equal times, by the order of scheduling. An event
 * lives in a slot: columns of numbers and one column of payloads, reused from event to event, so that nothing is
 * allocated per event. Each slot knows its place in the heap, so a cancelled timer leaves at once and never clogs it.
 */
export class EventQueue {
  kind = new Uint8Array(firstCapacity);
  /** mail, request, answer: the sender; timer: the node itself. */
  from = new Int32Array(firstCapacity);
  /** mail, timer, request: the node that handles it; answer: the site of the client. */
  to = new Int32Array(firstCapacity);
  /** mail: the sender's incarnation. */
  fromLife = new Int32Array(firstCapacity);
  /** mail, timer: the incarnation it is meant for. */
  toLife = new Int32Array(firstCapacity);
  readonly payload: unknown[] = [];

  #at = new Float64Array(firstCapacity);
  #order = new Float64Array(firstCapacity);
  #heap = new Int32Array(firstCapacity);
  /** Where in the heap a slot stands; −1 when it does not. */
  #place = new Int32Array(firstCapacity);
  #generation = new Int32Array(firstCapacity);
  #free = new Int32Array(firstCapacity);
  #freeCount = 0;
  #used = 0;
  #size = 0;
  #scheduled = 0;

  get size(): number {
    return this.#size;
  }

  /** When the next event is due; Infinity when there is none. */
  get nextAt(): Micros {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#at[this.#heap[0]!]!;
  }

  /** A slot to fill in and then to `schedule`. */
  take(): number {
    if (this.#freeCount > 0) {
      this.#freeCount -= 1;
      return this.#free[this.#freeCount]!;
    }
    if (this.#used === this.#at.length) this.#grow();
    const slot = this.#used;
    this.#used += 1;
    this.#place[slot] = -1;
    this.payload[slot] = undefined;
    return slot;
  }

  /** Gives back a slot whose event is over. */
  release(slot: number): void {
    this.payload[slot] = undefined;
    this.#generation[slot] = this.#generation[slot]! + 1;
    this.#free[this.#freeCount] = slot;
    this.#freeCount += 1;
  }

  schedule(slot: number, at: Micros): void {
    this.#at[slot] = at;
    this.#order[slot] = this.#scheduled;
    this.#scheduled += 1;
    const place = this.#size;
    this.#size += 1;
    this.#rise(slot, place);
  }

  /** Takes the next event out of the heap. Its slot stays filled in until `release`. */
  pop(): number {
    const slot = this.#heap[0]!;
    this.#leave(0);
    this.#place[slot] = -1;
    return slot;
  }

  /** Names a slot together with the event that is in it now. */
  ticketOf(slot: number): number {
    return this.#generation[slot]! * slotLimit + slot;
  }

  /** Unschedules the timer with this ticket and releases its slot, unless it has fired already. */
  cancelTimer(ticket: number, node: number): void {
    const slot = ticket % slotLimit;
    if (slot >= this.#used || this.ticketOf(slot) !== ticket) return;
    const place = this.#place[slot]!;
    if (place < 0 || this.kind[slot] !== eventKind.timer || this.to[slot] !== node) return;
    this.#leave(place);
    this.#place[slot] = -1;
    this.release(slot);
  }

  #leave(place: number): void {
    this.#size -= 1;
    const last = this.#heap[this.#size]!;
    if (place === this.#size) return;
    if (place > 0 && this.#before(last, this.#heap[(place - 1) >> 1]!)) this.#rise(last, place);
    else this.#sink(last, place);
  }

  #rise(slot: number, from: number): void {
    const heap = this.#heap;
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = heap[parentPlace]!;
      if (!this.#before(slot, parent)) break;
      heap[place] = parent;
      this.#place[parent] = place;
      place = parentPlace;
    }
    heap[place] = slot;
    this.#place[slot] = place;
  }

  #sink(slot: number, from: number): void {
    const heap = this.#heap;
    const size = this.#size;
    let place = from;
    for (;;) {
      let childPlace = 2 * place + 1;
      if (childPlace >= size) break;
      if (childPlace + 1 < size && this.#before(heap[childPlace + 1]!, heap[childPlace]!)) childPlace += 1;
      const child = heap[childPlace]!;
      if (!this.#before(child, slot)) break;
      heap[place] = child;
      this.#place[child] = place;
      place = childPlace;
    }
    heap[place] = slot;
    this.#place[slot] = place;
  }

  #before(a: number, b: number): boolean {
    const difference = this.#at[a]! - this.#at[b]!;
    return difference < 0 || (difference === 0 && this.#order[a]! < this.#order[b]!);
  }

  #grow(): void {
    const capacity = this.#at.length * 2;
    if (capacity > slotLimit) throw new RangeError(`more than ${slotLimit} events are scheduled at once`);
    const copyInto = <T extends { set(from: T): void }>(bigger: T, old: T): T => {
      bigger.set(old);
      return bigger;
    };
    this.kind = copyInto(new Uint8Array(capacity), this.kind);
    this.from = copyInto(new Int32Array(capacity), this.from);
    this.to = copyInto(new Int32Array(capacity), this.to);
    this.fromLife = copyInto(new Int32Array(capacity), this.fromLife);
    this.toLife = copyInto(new Int32Array(capacity), this.toLife);
    this.#at = copyInto(new Float64Array(capacity), this.#at);
    this.#order = copyInto(new Float64Array(capacity), this.#order);
    this.#heap = copyInto(new Int32Array(capacity), this.#heap);
    this.#place = copyInto(new Int32Array(capacity), this.#place);
    this.#generation = copyInto(new Int32Array(capacity), this.#generation);
    this.#free = copyInto(new Int32Array(capacity), this.#free);
  }
}
