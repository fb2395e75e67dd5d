import type { Plain, Value } from '../../kernel/operation.ts';
import type { SequentialObject } from './call.ts';
import { encode } from './encode.ts';

/** No state: the action does not fit. */
export const noState = -1;
/** A text takes two bytes a character, and it, its state and their entries about this much besides. */
const bytesPerState = 200;
const smallestTable = 1 << 10;
/** A state, an action and the state after it, each plus one: 0 where free. */
const wordsPerStep = 3;
/** Odd multipliers that spread bits (Knuth's, of the golden ratio; and one of MurmurHash's). */
const spread = 0x9e3779b1;
const mix = 0x85ebca6b;

/**
 * States and actions as small numbers, and the steps between them, each asked of the object once. Two states have the same
 * number exactly when they are equal.
 */
export class Transitions<Action> {
  readonly #object: SequentialObject<Action>;
  readonly #states: Value[] = [];
  readonly #stateIds = new Map<string | number, number>();
  readonly #actions: Action[] = [];
  readonly #actionIds = new Map<string, number>();
  /** Open addressing. */
  #steps = new Int32Array(smallestTable * wordsPerStep);
  #stepCount = 0;
  #bytes = 0;

  constructor(object: SequentialObject<Action>) {
    this.#object = object;
  }

  /** What the tables take; texts are counted by their length. */
  get bytes(): number {
    return this.#bytes + this.#steps.byteLength;
  }

  stateOf(value: Value): number {
    const name = typeof value === 'number' ? value : encode(value);
    const known = this.#stateIds.get(name);
    if (known !== undefined) return known;
    const id = this.#states.length;
    this.#states.push(value);
    this.#stateIds.set(name, id);
    this.#bytes += bytesPerState + (typeof name === 'string' ? 4 * name.length : 0);
    return id;
  }

  actionOf(action: Action): number {
    const name = encode(action as Plain);
    const known = this.#actionIds.get(name);
    if (known !== undefined) return known;
    this.#actionIds.set(name, this.#actions.length);
    this.#actions.push(action);
    return this.#actions.length - 1;
  }

  /** The action with this number. */
  action(id: number): Action {
    return this.#actions[id]!;
  }

  observes(action: number): boolean {
    return this.#object.observes(this.#actions[action]!);
  }

  /** The state after an action, or `noState`. */
  step(state: number, action: number): number {
    const place = placeOf(this.#steps, state, action);
    if (this.#steps[place] !== 0) return this.#steps[place + 2]! - 1;
    const after = this.#object.step(this.#states[state]!, this.#actions[action]!);
    const id = after === undefined ? noState : this.stateOf(after);
    this.#put(place, state, action, id);
    return id;
  }

  #put(place: number, state: number, action: number, after: number): void {
    this.#steps[place] = state + 1;
    this.#steps[place + 1] = action + 1;
    this.#steps[place + 2] = after + 1;
    this.#stepCount += 1;
    if (this.#stepCount * 2 * wordsPerStep > this.#steps.length) this.#steps = spreadOut(this.#steps);
  }
}

/** Where a step stands, or the free place where it would. */
function placeOf(steps: Int32Array, state: number, action: number): number {
  const mask = steps.length / wordsPerStep - 1;
  let hash = Math.imul(Math.imul(state, spread) ^ action, mix);
  hash ^= hash >>> 15;
  let place = hash & mask;
  for (;;) {
    const at = place * wordsPerStep;
    if (steps[at] === 0 || (steps[at] === state + 1 && steps[at + 1] === action + 1)) return at;
    place = (place + 1) & mask;
  }
}

function spreadOut(steps: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(steps.length * 2);
  for (let at = 0; at < steps.length; at += wordsPerStep) {
    if (steps[at] === 0) continue;
    larger.set(steps.subarray(at, at + wordsPerStep), placeOf(larger, steps[at]! - 1, steps[at + 1]! - 1));
  }
  return larger;
}
