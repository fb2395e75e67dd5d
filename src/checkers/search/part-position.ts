import type { PartProblem } from './problem.ts';
import { Sequences } from './sequences.ts';
import { noState, type Transitions } from './transitions.ts';

/** Words before the bits in the name of a configuration. */
const headWords = 3;

/**
 * Where the search stands in one part: which of its calls are taken, and what it holds. Calls are taken and released like a stack, so
 * that no state is ever copied.
 */
export class PartPosition {
  readonly taken: Uint8Array;
  /** The first required call that is not taken. */
  low = 0;
  /** How many required calls are taken. */
  count = 0;
  #optionalCount = 0;
  #state: number;
  readonly #problem: PartProblem;
  readonly #transitions: Transitions<unknown>;
  /** One bit a call, the required and the optional ones in words of their own. */
  readonly #requiredBits: Uint32Array;
  readonly #optionalBits: Uint32Array;
  /** The calls taken, and the states before each. */
  readonly #calls: Int32Array;
  readonly #before: Int32Array;
  readonly #names = new Sequences();
  readonly #words: Uint32Array;
  #length = 0;

  constructor(problem: PartProblem, transitions: Transitions<unknown>) {
    const { count, required } = problem;
    this.#problem = problem;
    this.#transitions = transitions;
    this.#state = problem.initial;
    this.taken = new Uint8Array(count);
    this.#requiredBits = new Uint32Array((required >>> 5) + 1);
    this.#optionalBits = new Uint32Array(((count - required) >>> 5) + 1);
    this.#calls = new Int32Array(count);
    this.#before = new Int32Array(count);
    this.#words = new Uint32Array(headWords + this.#requiredBits.length + this.#optionalBits.length);
  }

  /** What the names of configurations take. */
  get bytes(): number {
    return this.#names.bytes;
  }

  /** How many calls are taken: what `release` goes back to. */
  get length(): number {
    return this.#length;
  }

  fits(call: number): boolean {
    return this.#transitions.step(this.#state, this.#problem.actions[call]!) !== noState;
  }

  /** Whether a call would let the other one happen after it. */
  enables(call: number, other: number): boolean {
    const after = this.#transitions.step(this.#state, this.#problem.actions[call]!);
    return after !== noState && this.#transitions.step(after, this.#problem.actions[other]!) !== noState;
  }

  /** Takes a call, unless it does not fit. */
  take(call: number): boolean {
    const after = this.#transitions.step(this.#state, this.#problem.actions[call]!);
    if (after === noState) return false;
    this.#calls[this.#length] = call;
    this.#before[this.#length] = this.#state;
    this.#length += 1;
    this.#state = after;
    this.taken[call] = 1;
    const { required } = this.#problem;
    if (call >= required) {
      this.#optionalCount += 1;
      flip(this.#optionalBits, call - required);
      return true;
    }
    this.count += 1;
    flip(this.#requiredBits, call);
    while (this.low < required && this.taken[this.low] === 1) this.low += 1;
    return true;
  }

  /** Releases the calls taken last, until so many are left. */
  release(length: number): void {
    const { required } = this.#problem;
    while (this.#length > length) {
      this.#length -= 1;
      const call = this.#calls[this.#length]!;
      this.#state = this.#before[this.#length]!;
      this.taken[call] = 0;
      if (call >= required) {
        this.#optionalCount -= 1;
        flip(this.#optionalBits, call - required);
      } else {
        this.count -= 1;
        flip(this.#requiredBits, call);
        if (call < this.low) this.low = call;
      }
    }
  }

  /** A number for what is taken and held: the same exactly when both are. */
  name(): number {
    const first = this.low >>> 5;
    const words = this.#words;
    words[0] = this.#state;
    words[1] = this.count;
    words[2] = first;
    // Everything before the first word is taken, so the words end where as many bits are counted as calls are taken.
    let length = copyBits(this.#requiredBits, first, this.count - first * 32, words, headWords);
    length = copyBits(this.#optionalBits, 0, this.#optionalCount, words, length);
    return this.#names.intern(words, length);
  }
}

function flip(bits: Uint32Array, at: number): void {
  bits[at >>> 5]! ^= 1 << (at & 31);
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
