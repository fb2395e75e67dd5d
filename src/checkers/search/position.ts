import type { Problem } from './problem.ts';
import { Sequences } from './sequences.ts';
import { noState } from './transitions.ts';

/** Every call fits. */
export const fitsAll = -1;

/**
 * Where the search stands: which calls are taken and what each part holds. Calls are taken and released like a stack, so that no state
 * is ever copied.
 */
export class Position {
  readonly taken: Uint8Array;
  /** By part: the first of its required calls that is not taken. */
  readonly lows: Int32Array;
  /** How many of the required calls are taken. */
  count = 0;
  readonly #problem: Problem<unknown>;
  readonly #states: Int32Array;
  /** By part: how many of its required, and of its optional calls are taken. */
  readonly #required: Int32Array;
  readonly #optional: Int32Array;
  /** One bit a call, in words of each part's own. */
  readonly #requiredBits: readonly Uint32Array[];
  readonly #optionalBits: readonly Uint32Array[];
  /** The calls taken, and the states that their parts held before. */
  readonly #calls: number[] = [];
  readonly #before: number[] = [];
  readonly #names = new Sequences();
  #words = new Uint32Array(64);

  constructor(problem: Problem<unknown>) {
    const { parts } = problem;
    this.#problem = problem;
    this.taken = new Uint8Array(problem.count);
    this.lows = new Int32Array(parts.length);
    this.#states = Int32Array.from(parts, ({ initial }) => initial);
    this.#required = new Int32Array(parts.length);
    this.#optional = new Int32Array(parts.length);
    this.#requiredBits = parts.map(({ required }) => new Uint32Array((required.length >>> 5) + 1));
    this.#optionalBits = parts.map(({ optional }) => new Uint32Array((optional.length >>> 5) + 1));
  }

  /** What the names of configurations take. */
  get bytes(): number {
    return this.#names.bytes;
  }

  /** How many calls are taken: what `release` goes back to. */
  get length(): number {
    return this.#calls.length;
  }

  /** The call that was taken when `index` others were. */
  callAt(index: number): number {
    return this.#calls[index]!;
  }

  /** A part that does not let the call happen now, or `fitsAll`. Preferred is one for which `known` holds. */
  misfit(call: number, known: (part: number) => boolean): number {
    const { touchStarts, touchParts, touchActions, transitions } = this.#problem;
    let found = fitsAll;
    for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
      const part = touchParts[at]!;
      if (transitions.step(this.#states[part]!, touchActions[at]!) !== noState) continue;
      if (known(part)) return part;
      if (found === fitsAll) found = part;
    }
    return found;
  }

  /** Whether every part lets the call happen now. */
  fits(call: number): boolean {
    const { touchStarts, touchParts, touchActions, transitions } = this.#problem;
    for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
      if (transitions.step(this.#states[touchParts[at]!]!, touchActions[at]!) === noState) return false;
    }
    return true;
  }

  /** Takes a call that fits. */
  take(call: number): void {
    const { touchStarts, touchParts, touchActions, touchPositions, transitions, required } = this.#problem;
    this.taken[call] = 1;
    this.#calls.push(call);
    if (call < required) this.count += 1;
    for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
      const part = touchParts[at]!;
      const state = this.#states[part]!;
      this.#before.push(state);
      this.#states[part] = transitions.step(state, touchActions[at]!);
      const position = touchPositions[at]!;
      if (call < required) this.#takeRequired(part, position);
      else {
        this.#optional[part]! += 1;
        this.#optionalBits[part]![position >>> 5]! |= 1 << (position & 31);
      }
    }
  }

  /** Releases the calls taken last, until so many are left. */
  release(length: number): void {
    const { touchStarts, touchParts, touchPositions, required } = this.#problem;
    while (this.#calls.length > length) {
      const call = this.#calls.pop()!;
      this.taken[call] = 0;
      if (call < required) this.count -= 1;
      for (let at = touchStarts[call + 1]! - 1; at >= touchStarts[call]!; at -= 1) {
        const part = touchParts[at]!;
        const position = touchPositions[at]!;
        this.#states[part] = this.#before.pop()!;
        if (call < required) {
          this.#required[part]! -= 1;
          this.#requiredBits[part]![position >>> 5]! &= ~(1 << (position & 31));
          if (position < this.lows[part]!) this.lows[part] = position;
        } else {
          this.#optional[part]! -= 1;
          this.#optionalBits[part]![position >>> 5]! &= ~(1 << (position & 31));
        }
      }
    }
  }

  /** A number for what is taken and held of one part: the same exactly when both are. */
  nameOf(part: number): number {
    const low = this.lows[part]!;
    const first = low >>> 5;
    this.#makeRoom(part);
    const words = this.#words;
    words[0] = part;
    words[1] = this.#states[part]!;
    words[2] = this.#required[part]!;
    words[3] = first;
    // Everything before the first word is taken, so the words end where as many are counted as are taken.
    let length = copyBits(this.#requiredBits[part]!, first, this.#required[part]! - first * 32, words, 4);
    length = copyBits(this.#optionalBits[part]!, 0, this.#optional[part]!, words, length);
    return this.#names.intern(words, length);
  }

  #takeRequired(part: number, position: number): void {
    const bits = this.#requiredBits[part]!;
    this.#required[part]! += 1;
    bits[position >>> 5]! |= 1 << (position & 31);
    let low = this.lows[part]!;
    while (((bits[low >>> 5]! >>> (low & 31)) & 1) === 1) low += 1;
    this.lows[part] = low;
  }

  #makeRoom(part: number): void {
    const words = 4 + this.#requiredBits[part]!.length + this.#optionalBits[part]!.length;
    if (words > this.#words.length) this.#words = new Uint32Array(words * 2);
  }
}

/** Copies words until so many bits are copied; gives where they end. */
function copyBits(bits: Uint32Array, from: number, count: number, to: Uint32Array, at: number): number {
  let [left, next] = [count, at];
  for (let word = from; left > 0; word += 1) {
    const copied = bits[word]!;
    to[next] = copied;
    next += 1;
    left -= bitCount(copied);
  }
  return next;
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
