import type { Micros } from '../../kernel/time.ts';

const firstCapacity = 256;

/** How many slots a handle tells apart; what is above them counts how often the slot was used. */
const slotSpan = 0x100000;

/**
 * Items that are due at an instant, earliest first and ties in the order of arrival. A binary heap in typed arrays
 * with a position per slot, so that an item can be taken out again: the many timers that are cancelled long before
 * they are due must not pile up.
 */
export class DueHeap<T> {
  #capacity = firstCapacity;
  /** Per position in the heap: the slot whose item stands there. */
  #slots = new Int32Array(firstCapacity);
  /** Per slot. */
  #positions = new Int32Array(firstCapacity).fill(-1);
  #uses = new Int32Array(firstCapacity);
  #due = new Float64Array(firstCapacity);
  #order = new Float64Array(firstCapacity);
  readonly #items: (T | undefined)[] = [];
  readonly #free: number[] = [];
  #length = 0;
  #nextOrder = 0;

  get length(): number {
    return this.#length;
  }

  /** When the first item is due; Infinity where there is none. */
  get nextDue(): Micros {
    return this.#length === 0 ? Number.POSITIVE_INFINITY : this.#due[this.#slots[0]!]!;
  }

  /** Returns a handle by which the item can be removed; never 0. */
  push(due: Micros, item: T): number {
    const slot = this.#free.pop() ?? this.#items.length;
    if (slot === this.#capacity) this.#grow();
    this.#items[slot] = item;
    this.#due[slot] = due;
    this.#order[slot] = this.#nextOrder++;
    this.#uses[slot] = this.#uses[slot]! + 1;
    this.#up(this.#length++, slot);
    return this.#uses[slot]! * slotSpan + slot;
  }

  /** Takes out the first item. The heap must not be empty. */
  pop(): T {
    return this.#take(0);
  }

  /** Takes out the item of this handle; false where it is no longer there. */
  remove(handle: number): boolean {
    const slot = handle % slotSpan;
    if (slot >= this.#items.length || this.#uses[slot] !== Math.floor(handle / slotSpan)) return false;
    const position = this.#positions[slot]!;
    if (position < 0) return false;
    this.#take(position);
    return true;
  }

  #take(position: number): T {
    const slot = this.#slots[position]!;
    const item = this.#items[slot] as T;
    this.#items[slot] = undefined;
    this.#positions[slot] = -1;
    this.#free.push(slot);
    this.#length -= 1;
    if (position !== this.#length) {
      const moved = this.#slots[this.#length]!;
      if (position > 0 && this.#before(moved, this.#slots[(position - 1) >> 1]!)) this.#up(position, moved);
      else this.#down(position, moved);
    }
    return item;
  }

  #before(a: number, b: number): boolean {
    const difference = this.#due[a]! - this.#due[b]!;
    return difference < 0 || (difference === 0 && this.#order[a]! < this.#order[b]!);
  }

  #up(from: number, slot: number): void {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const above = this.#slots[parent]!;
      if (!this.#before(slot, above)) break;
      this.#place(position, above);
      position = parent;
    }
    this.#place(position, slot);
  }

  #down(from: number, slot: number): void {
    let position = from;
    for (;;) {
      let child = 2 * position + 1;
      if (child >= this.#length) break;
      if (child + 1 < this.#length && this.#before(this.#slots[child + 1]!, this.#slots[child]!)) child += 1;
      const below = this.#slots[child]!;
      if (!this.#before(below, slot)) break;
      this.#place(position, below);
      position = child;
    }
    this.#place(position, slot);
  }

  #place(position: number, slot: number): void {
    this.#slots[position] = slot;
    this.#positions[slot] = position;
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    if (capacity > slotSpan) throw new RangeError(`more than ${slotSpan} items are due`);
    const grown = <A extends Int32Array | Float64Array>(old: A, array: A): A => {
      array.set(old);
      return array;
    };
    this.#slots = grown(this.#slots, new Int32Array(capacity));
    this.#positions = grown(this.#positions, new Int32Array(capacity));
    this.#uses = grown(this.#uses, new Int32Array(capacity));
    this.#due = grown(this.#due, new Float64Array(capacity));
    this.#order = grown(this.#order, new Float64Array(capacity));
    this.#capacity = capacity;
  }
}
