import { noState } from '../search/transitions.ts';
import { type Programs, wantedBy } from './programs.ts';

/** What was taken of each program, and what each part holds. Calls are taken and taken back like a stack. */
export class ProgramLine {
  /** Per program, its next call. */
  readonly next: Uint32Array;
  readonly states: Int32Array;
  /** Per part, the programs whose next call is on it. */
  readonly heads: readonly Set<number>[];
  /** The programs whose next call changes something. */
  readonly updaters = new Set<number>();
  /** Parts and programs that changed since somebody cleared these. */
  readonly changedParts = new Set<number>();
  readonly changedPrograms = new Set<number>();
  /** How many required calls are taken. */
  required = 0;
  readonly #programs: Programs;
  /** Programs, in the order of taking; and the states before, in the order of touching. */
  readonly #taken: Uint32Array;
  readonly #before: Int32Array;
  #length = 0;
  /** Per part and state, how many required calls that are not taken want to come right after it. */
  readonly #wanted: readonly Map<number, number>[];
  /** Per touch, the states that it wants. */
  readonly #wants: readonly (readonly number[])[];

  constructor(programs: Programs) {
    const { starts, parts, touchParts, transitions } = programs;
    this.#programs = programs;
    this.next = starts.slice(0, starts.length - 1);
    this.states = new Int32Array(parts.length).fill(transitions.stateOf(null));
    this.#taken = new Uint32Array(starts.at(-1)!);
    this.#before = new Int32Array(touchParts.length);
    this.#wanted = parts.map(() => new Map());
    const { touchActions } = programs;
    const known = new Map<number, readonly number[]>();
    this.#wants = Array.from(touchActions, (action) => {
      const states =
        known.get(action) ??
        (wantedBy(transitions.action(action)) ?? []).map((value) => transitions.stateOf(value));
      known.set(action, states);
      return states;
    });
    for (let call = 0; call < starts.at(-1)!; call += 1)
      if (programs.isOptional[call] === 0) this.#want(call, 1);
    this.heads = parts.map(() => new Set());
    for (let program = 0; program < this.next.length; program += 1) this.#show(program);
  }

  /** How many calls are taken: what `backTo` goes back to. */
  get length(): number {
    return this.#length;
  }

  isAtEnd(program: number): boolean {
    return this.next[program]! >= this.#programs.starts[program + 1]!;
  }

  /** Whether every part lets the call happen now. */
  fits(call: number): boolean {
    const { touchStarts, touchParts, touchActions, transitions } = this.#programs;
    for (let touch = touchStarts[call]!; touch < touchStarts[call + 1]!; touch += 1) {
      if (transitions.step(this.states[touchParts[touch]!]!, touchActions[touch]!) === noState) return false;
    }
    return true;
  }

  /** How many others want a value that the call would replace, `lost` where one of these never comes back. */
  others(call: number): { readonly count: number; readonly lost: boolean } {
    const { touchStarts, touchParts, isPassing, isOptional } = this.#programs;
    let [count, lost] = [0, false];
    for (let touch = touchStarts[call]!; touch < touchStarts[call + 1]!; touch += 1) {
      const part = touchParts[touch]!;
      const state = this.states[part]!;
      const isOwn = isOptional[call] === 0 && this.#wants[touch]!.includes(state);
      const others = (this.#wanted[part]!.get(state) ?? 0) - (isOwn ? 1 : 0);
      count += others;
      if (others > 0 && isPassing[part] === 1) lost = true;
    }
    return { count, lost };
  }

  /** Takes a call that fits, the next of its program. */
  take(call: number): void {
    const { touchStarts, touchParts, touchActions, transitions, programOf, isOptional } = this.#programs;
    const program = programOf[call]!;
    this.#hide(program);
    for (let touch = touchStarts[call]!; touch < touchStarts[call + 1]!; touch += 1) {
      const part = touchParts[touch]!;
      this.#before[touch] = this.states[part]!;
      this.changedParts.add(part);
      this.states[part] = transitions.step(this.states[part]!, touchActions[touch]!);
    }
    this.#taken[this.#length] = program;
    this.#length += 1;
    this.next[program]! += 1;
    this.#show(program);
    if (isOptional[call] === 1) return;
    this.required += 1;
    this.#want(call, -1);
  }

  /** Takes calls back until so many are left. */
  backTo(length: number): void {
    const { touchStarts, touchParts, isOptional } = this.#programs;
    while (this.#length > length) {
      this.#length -= 1;
      const program = this.#taken[this.#length]!;
      this.#hide(program);
      this.next[program]! -= 1;
      this.#show(program);
      const call = this.next[program]!;
      for (let touch = touchStarts[call + 1]! - 1; touch >= touchStarts[call]!; touch -= 1) {
        this.states[touchParts[touch]!] = this.#before[touch]!;
        this.changedParts.add(touchParts[touch]!);
      }
      if (isOptional[call] === 0) {
        this.required -= 1;
        this.#want(call, 1);
      }
    }
  }

  #show(program: number): void {
    if (this.isAtEnd(program)) return;
    const { touchStarts, touchParts, observes } = this.#programs;
    const call = this.next[program]!;
    for (let touch = touchStarts[call]!; touch < touchStarts[call + 1]!; touch += 1) {
      this.heads[touchParts[touch]!]!.add(program);
    }
    if (observes[call] === 0) this.updaters.add(program);
  }

  #hide(program: number): void {
    this.changedPrograms.add(program);
    if (this.isAtEnd(program)) return;
    const { touchStarts, touchParts } = this.#programs;
    const call = this.next[program]!;
    for (let touch = touchStarts[call]!; touch < touchStarts[call + 1]!; touch += 1) {
      this.heads[touchParts[touch]!]!.delete(program);
    }
    this.updaters.delete(program);
  }

  #want(call: number, change: number): void {
    const { touchStarts, touchParts } = this.#programs;
    for (let touch = touchStarts[call]!; touch < touchStarts[call + 1]!; touch += 1) {
      const wanted = this.#wanted[touchParts[touch]!]!;
      for (const state of this.#wants[touch]!) wanted.set(state, (wanted.get(state) ?? 0) + change);
    }
  }
}
