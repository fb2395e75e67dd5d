import { Failures } from './failures.ts';
import type { Meter } from './meter.ts';
import { addAll, addPart, emptySet, hasPart, type PartSet, partsIn } from './part-set.ts';
import { fitsAll, Position } from './position.ts';
import type { Problem } from './problem.ts';

/** The tables are weighed only so often, for there may be many parts. */
const roundsPerWeighing = 256;

/** A configuration from which candidates are tried. */
interface Frame {
  /** The call that led here, or −1. */
  readonly call: number;
  /** What to go back to: how many calls were taken and names given before it. */
  readonly taken: number;
  readonly namings: number;
  /** The next required call by completion that is not taken: all that comes next begins before it ends. */
  readonly due: number;
  /** How many required calls began by then. */
  readonly begun: number;
  /** Candidates besides the due call, once that has failed. */
  queue: number[] | null;
  tried: number;
  /** The parts that the failures so far were due to, and those whose candidates are in the queue. */
  conflict: PartSet | null;
  queued: PartSet | null;
}

/**
 * An order of calls that join parts, by search. What failed is blamed on parts (conflict-directed backjumping, Prosser 1993). "Blamed on
 * K" says: the calls on the parts of K, each reduced to what it does to them, have no order from here on. So a candidate that
 * touches no part of K could not have helped: it is not tried, and where the call that led here is such a one, its own
 * alternatives are not tried either. Each part is asked whether its calls alone still have an order, so that most mistakes show
 * at once. Exact: every claim is about a problem that is easier than the whole one.
 */
export class JointSearch {
  readonly #problem: Problem;
  readonly #meter: Meter;
  readonly #bytes: number;
  readonly #position: Position;
  readonly #failures: Failures;
  readonly #frames: Frame[] = [];
  readonly #firstOfClass = new Map<number, number>();
  #deepest = 0;
  #rounds = 0;

  constructor(problem: Problem, meter: Meter, bytes: number) {
    this.#problem = problem;
    this.#meter = meter;
    this.#bytes = bytes;
    this.#position = new Position(problem, meter);
    this.#failures = new Failures(problem.parts.length);
  }

  /** The most required calls that were in order at once. */
  get deepest(): number {
    return this.#deepest;
  }

  /** The parts whose calls have no order, none where there is an order of all, null where it was too costly to tell. */
  run(): readonly number[] | null {
    let blamed = this.#open(-1, 0, 0, 0);
    while (blamed === null) {
      const frame = this.#frames.at(-1)!;
      if (frame.due === this.#problem.required) return [];
      if (this.#isSpent()) return null;
      const candidate = this.#nextCandidate(frame);
      blamed = candidate === -1 ? this.#fail(frame.conflict!) : this.#try(frame, candidate);
    }
    return partsIn(blamed);
  }

  #isSpent(): boolean {
    if (this.#meter.isSpent) return true;
    this.#rounds += 1;
    return this.#rounds % roundsPerWeighing === 0 && this.#weight() > this.#bytes;
  }

  /** What the tables take. */
  #weight(): number {
    return this.#position.bytes + this.#failures.bytes + this.#problem.transitions.bytes;
  }

  /** Takes a candidate and goes on from there; gives what the whole search failed for, if it did. */
  #try(frame: Frame, candidate: number): PartSet | null {
    this.#meter.step();
    const { conflict } = frame;
    const misfit = this.#position.misfit(candidate, (part) => conflict !== null && hasPart(conflict, part));
    if (misfit !== fitsAll) {
      frame.conflict ??= emptySet(this.#problem.parts.length);
      addPart(frame.conflict, misfit);
      return null;
    }
    const taken = this.#position.length;
    this.#position.take(candidate);
    return this.#open(candidate, frame.due, frame.begun, taken);
  }

  /** Goes on after a call that was just taken; gives what the whole search failed for, if it did. */
  #open(call: number, due: number, begun: number, taken: number): PartSet | null {
    const settled = this.#settle(call, due, begun);
    this.#deepest = Math.max(this.#deepest, this.#position.count);
    const { namings } = this.#position;
    const named = this.#position.nameSince(taken);
    const fresh = { queue: null, tried: 0, conflict: null, queued: null };
    this.#frames.push({ call, taken, namings, ...settled, ...fresh });
    const hopeless = this.#hopelessPart(named) ?? this.#failures.find(this.#position.names, named);
    return hopeless === null ? null : this.#fail(hopeless);
  }

  #hopelessPart(parts: ReadonlySet<number>): PartSet | null {
    for (const part of parts) {
      if (this.#position.parts[part]!.hasOrder(this.#bytes) !== false) continue;
      const alone = emptySet(this.#problem.parts.length);
      addPart(alone, part);
      return alone;
    }
    return null;
  }

  /**
   * Leaves the last frame because of these parts, and with it all before it that led here by calls on other parts. Gives the parts where
   * none is left.
   */
  #fail(parts: PartSet): PartSet | null {
    for (;;) {
      const frame = this.#frames.pop()!;
      this.#failures.add(this.#position.names, parts);
      this.#position.release(frame.taken);
      this.#position.unname(frame.namings);
      const before = this.#frames.at(-1);
      if (before === undefined) return parts;
      if (!this.#touches(frame.call, parts)) continue;
      before.conflict ??= emptySet(this.#problem.parts.length);
      addAll(before.conflict, parts);
      return null;
    }
  }

  /** The due call first; then those that touch a part to which the failures so far were due, as these become known. */
  #nextCandidate(frame: Frame): number {
    if (frame.queue === null) {
      frame.queue = [];
      return this.#problem.byCompletion[frame.due]!;
    }
    if (frame.tried === frame.queue.length) this.#enqueue(frame);
    if (frame.tried === frame.queue.length) return -1;
    frame.tried += 1;
    return frame.queue[frame.tried - 1]!;
  }

  #enqueue(frame: Frame): void {
    frame.queued ??= emptySet(this.#problem.parts.length);
    const { completedAt, byCompletion } = this.#problem;
    const due = byCompletion[frame.due]!;
    const known = new Set(frame.queue!).add(due);
    const found = new Set<number>();
    for (const part of partsIn(frame.conflict!)) {
      if (hasPart(frame.queued, part)) continue;
      addPart(frame.queued, part);
      for (const call of this.#candidatesOf(part, frame)) if (!known.has(call)) found.add(call);
    }
    // Most operations take effect in the order in which they complete, and first of all what the due call waits for.
    const fresh = [...found].sort((a, b) =>
      completedAt[a]! === completedAt[b]! ? a - b : completedAt[a]! - completedAt[b]!,
    );
    const helps = (call: number) => this.#position.enables(call, due);
    frame.queue!.push(...fresh.filter(helps), ...fresh.filter((call) => !helps(call)));
  }

  /**
   * What may come next of one part: what began before the due call ended. Of interchangeable calls only the one that
   * completes first: in an order that takes another one first, the two can change places.
   */
  #candidatesOf(part: number, { begun, due }: Frame): readonly number[] {
    const { parts, classes, completedAt, invokedAt, byCompletion } = this.#problem;
    const { calls, required, count } = parts[part]!;
    const { taken, low } = this.#position.parts[part]!.position;
    const first = this.#firstOfClass;
    first.clear();
    for (let i = low; i < required && calls[i]! < begun; i += 1) {
      this.#meter.look();
      if (taken[i] === 1) continue;
      const call = calls[i]!;
      const other = first.get(classes[call]!);
      if (other === undefined || completedAt[call]! < completedAt[other]!) first.set(classes[call]!, call);
    }
    const found = [...first.values()];
    first.clear();
    const horizon = completedAt[byCompletion[due]!]!;
    for (let i = required; i < count && invokedAt[calls[i]!]! <= horizon; i += 1) {
      this.#meter.look();
      const call = calls[i]!;
      if (taken[i] === 0 && !first.has(classes[call]!)) first.set(classes[call]!, call);
    }
    found.push(...first.values());
    return found;
  }

  #touches(call: number, parts: PartSet): boolean {
    const { touchStarts, touchParts } = this.#problem;
    for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
      if (hasPart(parts, touchParts[at]!)) return true;
    }
    return false;
  }

  /**
   * Takes at once what changes nothing where its answer fits: in an order that takes it later, it can move here. Only what the last
   * call touched, or what may come next only now, can have become such a one.
   */
  #settle(last: number, due: number, begun: number): { readonly due: number; readonly begun: number } {
    const { required, byCompletion, completedAt, invokedAt } = this.#problem;
    const { taken } = this.#position;
    if (last !== -1) this.#observeParts(last, begun);
    let [nextDue, nextBegun] = [due, begun];
    for (;;) {
      while (nextDue < required && taken[byCompletion[nextDue]!] === 1) nextDue += 1;
      if (nextDue === required) return { due: nextDue, begun: nextBegun };
      const horizon = completedAt[byCompletion[nextDue]!]!;
      while (nextBegun < required && invokedAt[nextBegun]! <= horizon) {
        this.#observe(nextBegun);
        nextBegun += 1;
      }
      if (taken[byCompletion[nextDue]!] === 0) return { due: nextDue, begun: nextBegun };
    }
  }

  #observeParts(last: number, begun: number): void {
    const { touchStarts, touchParts, parts } = this.#problem;
    for (let at = touchStarts[last]!; at < touchStarts[last + 1]!; at += 1) {
      const part = touchParts[at]!;
      const { calls, required } = parts[part]!;
      for (let i = this.#position.parts[part]!.position.low; i < required && calls[i]! < begun; i += 1) {
        this.#observe(calls[i]!);
      }
    }
  }

  #observe(call: number): void {
    this.#meter.look();
    if (this.#problem.observes[call] === 0 || this.#position.taken[call] === 1) return;
    if (this.#position.misfit(call, () => true) === fitsAll) this.#position.take(call);
  }
}
