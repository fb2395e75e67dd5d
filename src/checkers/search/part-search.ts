import type { Meter } from './meter.ts';
import { PartPosition } from './part-position.ts';
import type { PartProblem } from './problem.ts';
import type { Transitions } from './transitions.ts';

const smallestTable = 1 << 8;
const hopeful = 1;
const doomed = 2;

/** A configuration from which candidates are tried. */
interface Frame {
  readonly name: number;
  /** How many calls were taken before those that led here: what to go back to. */
  readonly taken: number;
  /** The next required call by completion that is not taken: all that comes next begins before it ends. */
  readonly due: number;
  /** How many required calls began by then. */
  readonly begun: number;
  /** Candidates besides the due call, once that has failed. */
  queue: number[] | null;
  tried: number;
}

/**
 * An order of the calls on one part by search (Wing and Gong 1993, with Lowe's memory of configurations and just-in-time
 * order, 2017): take what real time allows, beginning with the call that ends first, go back where nothing fits, and never enter a
 * configuration twice. It can begin anywhere, and remembers what it learnt.
 */
export class PartSearch {
  readonly position: PartPosition;
  readonly #problem: PartProblem;
  readonly #transitions: Transitions<unknown>;
  readonly #meter: Meter;
  readonly #frames: Frame[] = [];
  readonly #firstOfClass = new Map<number, number>();
  /** By name of a configuration. */
  #known = new Uint8Array(smallestTable);
  #deepest = 0;

  constructor(problem: PartProblem, transitions: Transitions<unknown>, meter: Meter) {
    this.#problem = problem;
    this.#transitions = transitions;
    this.#meter = meter;
    this.position = new PartPosition(problem, transitions);
  }

  get bytes(): number {
    return this.position.bytes + this.#known.byteLength;
  }

  /** The most required calls that were in order at once. */
  get deepest(): number {
    return this.#deepest;
  }

  /** Whether the calls that are not taken yet have an order from here; null where that was too costly to say. Goes back to where it began. */
  hasOrder(limit = Number.POSITIVE_INFINITY): boolean | null {
    const start = this.position.length;
    const name = this.position.name();
    const known = this.#known[name] ?? 0;
    if (known !== 0) return known === hopeful;
    this.#frames.length = 0;
    const found = this.#explore(start, limit);
    this.position.release(start);
    if (found !== null) this.#remember(name, found ? hopeful : doomed);
    return found;
  }

  #explore(start: number, limit: number): boolean | null {
    this.#open(start, 0, this.position.low);
    while (this.#frames.length > 0) {
      const frame = this.#frames.at(-1)!;
      const known = this.#known[frame.name] ?? 0;
      if (known === hopeful || frame.due === this.#problem.required) return this.#foundOne();
      if (this.#meter.isSpent || this.bytes + this.#transitions.bytes > limit) return null;
      const candidate = known === doomed ? -1 : this.#nextCandidate(frame);
      if (candidate === -1) this.#close(frame);
      else this.#try(frame, candidate);
    }
    return false;
  }

  /** From every configuration on the way there is an order. */
  #foundOne(): true {
    for (const { name } of this.#frames) this.#remember(name, hopeful);
    return true;
  }

  #try(frame: Frame, candidate: number): void {
    this.#meter.step();
    const taken = this.position.length;
    if (this.position.take(candidate)) this.#open(taken, frame.due, frame.begun);
  }

  #close(frame: Frame): void {
    this.#remember(frame.name, doomed);
    this.position.release(frame.taken);
    this.#frames.pop();
  }

  #nextCandidate(frame: Frame): number {
    if (frame.queue === null) {
      frame.queue = [];
      return this.#problem.byCompletion[frame.due]!;
    }
    if (frame.tried === 0) frame.queue = this.#candidates(frame);
    if (frame.tried === frame.queue.length) return -1;
    frame.tried += 1;
    return frame.queue[frame.tried - 1]!;
  }

  /**
   * What may come next besides the due call: what began before it ended. Of interchangeable calls only the one that completes first: in an
   * order that takes another one first, the two can change places.
   */
  #candidates({ due, begun }: Frame): number[] {
    const { required, count, classes, invokedAt, completedAt, byCompletion } = this.#problem;
    const { taken, low } = this.position;
    const first = this.#firstOfClass;
    first.clear();
    for (let call = low; call < begun; call += 1) {
      this.#meter.look();
      if (taken[call] === 1) continue;
      const other = first.get(classes[call]!);
      if (other === undefined || completedAt[call]! < completedAt[other]!) first.set(classes[call]!, call);
    }
    const next = byCompletion[due]!;
    const found = [...first.values()].filter((call) => call !== next);
    // Most operations take effect in the order in which they complete.
    found.sort((a, b) => completedAt[a]! - completedAt[b]!);
    first.clear();
    for (let call = required; call < count && invokedAt[call]! <= completedAt[next]!; call += 1) {
      this.#meter.look();
      if (taken[call] === 1 || first.has(classes[call]!)) continue;
      first.set(classes[call]!, call);
      found.push(call);
    }
    const helps = (call: number) => this.position.enables(call, next);
    return [...found.filter(helps), ...found.filter((call) => !helps(call))];
  }

  /** A frame for what follows the calls taken since then. */
  #open(taken: number, due: number, begun: number): void {
    this.#observe(this.position.low, begun);
    const { required, byCompletion, completedAt, invokedAt } = this.#problem;
    let [nextDue, nextBegun] = [due, begun];
    for (;;) {
      while (nextDue < required && this.position.taken[byCompletion[nextDue]!] === 1) nextDue += 1;
      if (nextDue === required) break;
      const horizon = completedAt[byCompletion[nextDue]!]!;
      const from = nextBegun;
      while (nextBegun < required && invokedAt[nextBegun]! <= horizon) nextBegun += 1;
      this.#observe(from, nextBegun);
      if (this.position.taken[byCompletion[nextDue]!] === 0) break;
    }
    this.#deepest = Math.max(this.#deepest, this.position.count);
    const name = this.position.name();
    this.#frames.push({ name, taken, due: nextDue, begun: nextBegun, queue: null, tried: 0 });
  }

  /** Takes at once what changes nothing where its answer fits: in an order that takes it later, it can move here. */
  #observe(from: number, to: number): void {
    const { observes } = this.#problem;
    for (let call = from; call < to; call += 1) {
      this.#meter.look();
      if (observes[call] === 1 && this.position.taken[call] === 0) this.position.take(call);
    }
  }

  #remember(name: number, what: number): void {
    if (name >= this.#known.length) {
      const known = new Uint8Array(Math.max(name + 1, this.#known.length * 2));
      known.set(this.#known);
      this.#known = known;
    }
    this.#known[name] = what;
  }
}
