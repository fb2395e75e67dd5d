import { type Budget, Meter } from '../search/meter.ts';
import { NameTree } from '../search/names.ts';
import { ProgramLine } from './program-line.ts';
import type { Programs } from './programs.ts';

export interface Interleaving {
  /** Null where it was too costly to tell. */
  readonly exists: boolean | null;
  readonly steps: number;
  readonly spent: 'steps' | 'bytes';
  /** The most required calls that were in order at once. */
  readonly deepest: number;
}

/** A call of a program takes about so much, with what is known of it. */
const bytesPerCall = 400;

/** One order of all calls that agrees with every program and all answers, if there is one. */
export function interleave(programs: Programs, { steps, bytes }: Budget): Interleaving {
  const count = programs.starts.at(-1)!;
  if (count * bytesPerCall > bytes) return { exists: null, steps: 0, spent: 'bytes', deepest: 0 };
  return new InterleavingSearch(programs, steps).run(bytes - count * bytesPerCall);
}

/** A state from which candidates are tried. */
interface Frame {
  /** How many calls were taken: what to go back to. */
  readonly length: number;
  readonly candidates: readonly number[];
  tried: number;
}

/**
 * A depth-first search that takes at once what changes nothing where its answer fits (in an order that takes it later, it can move
 * here), tries the updates that come next in their programs, those that completed first first, and enters no state twice from which it has
 * gone back (Lowe 2017, with program order in place of real time). A value that never comes back is not replaced while others want it.
 */
class InterleavingSearch {
  readonly #programs: Programs;
  readonly #line: ProgramLine;
  readonly #meter: Meter;
  readonly #names: NameTree;
  readonly #dead = new Set<number>();
  readonly #frames: Frame[] = [];
  readonly #awake: number[] = [];
  #deepest = 0;

  constructor(programs: Programs, steps: number) {
    const { starts } = programs;
    this.#programs = programs;
    this.#line = new ProgramLine(programs);
    this.#meter = new Meter(steps);
    this.#names = new NameTree(Int32Array.from([...this.#line.states, ...this.#line.next]));
    for (let program = starts.length - 2; program >= 0; program -= 1) this.#awake.push(program);
  }

  run(bytes: number): Interleaving {
    this.#open();
    while (this.#frames.length > 0) {
      if (this.#line.required === this.#programs.required) return this.#result(true);
      if (this.#meter.isSpent) return this.#result(null);
      if (this.#bytes > bytes) return this.#result(null, 'bytes');
      const frame = this.#frames.at(-1)!;
      if (frame.tried === frame.candidates.length) {
        this.#close();
        continue;
      }
      frame.tried += 1;
      this.#take(frame.candidates[frame.tried - 1]!);
      this.#open();
    }
    return this.#result(false);
  }

  get #bytes(): number {
    return this.#names.bytes + this.#dead.size * 40 + this.#programs.transitions.bytes;
  }

  #result(exists: boolean | null, spent: 'steps' | 'bytes' = 'steps'): Interleaving {
    return { exists, spent, steps: this.#meter.steps, deepest: this.#deepest };
  }

  #open(): void {
    this.#observe();
    this.#deepest = Math.max(this.#deepest, this.#line.required);
    // What never went back needs no names.
    const isDead = this.#dead.size > 0 && this.#dead.has(this.#name());
    this.#frames.push({ length: this.#line.length, candidates: isDead ? [] : this.#candidates(), tried: 0 });
  }

  #close(): void {
    const { length } = this.#frames.pop()!;
    this.#line.backTo(length);
    this.#dead.add(this.#name());
    const before = this.#frames.at(-1);
    if (before !== undefined) this.#line.backTo(before.length);
  }

  #take(call: number): void {
    const { touchStarts, touchParts, programOf } = this.#programs;
    this.#meter.step();
    this.#line.take(call);
    for (let touch = touchStarts[call]!; touch < touchStarts[call + 1]!; touch += 1) {
      this.#awake.push(...this.#line.heads[touchParts[touch]!]!);
    }
    this.#awake.push(programOf[call]!);
  }

  #observe(): void {
    const { observes } = this.#programs;
    for (let program = this.#awake.pop(); program !== undefined; program = this.#awake.pop()) {
      this.#meter.look();
      while (!this.#line.isAtEnd(program)) {
        const call = this.#line.next[program]!;
        if (observes[call] === 0 || !this.#line.fits(call)) break;
        this.#meter.step();
        this.#line.take(call);
      }
    }
  }

  #candidates(): readonly number[] {
    const { completedAt } = this.#programs;
    const found: { readonly call: number; readonly count: number }[] = [];
    for (const program of this.#line.updaters) {
      this.#meter.look();
      const call = this.#line.next[program]!;
      if (!this.#line.fits(call)) continue;
      const { count, lost } = this.#line.others(call);
      if (!lost) found.push({ call, count });
    }
    const rank = ({ count }: { count: number }) => (count > 0 ? 1 : 0);
    found.sort((a, b) => {
      if (rank(a) !== rank(b)) return rank(a) - rank(b);
      const [first, second] = [completedAt[a.call]!, completedAt[b.call]!];
      return first === second ? a.call - b.call : first - second;
    });
    return found.map(({ call }) => call);
  }

  #name(): number {
    const { changedParts, changedPrograms, states, next } = this.#line;
    for (const part of changedParts) this.#names.set(part, states[part]!);
    for (const program of changedPrograms) this.#names.set(states.length + program, next[program]!);
    changedParts.clear();
    changedPrograms.clear();
    return this.#names.name();
  }
}
