import { Configuration } from './configuration.ts';
import { Failures } from './failures.ts';
import { addAll, addPart, emptySet, hasPart, type PartSet, partsIn } from './part-set.ts';
import { fitsAll, Position } from './position.ts';
import type { Problem } from './problem.ts';

/** What a search may cost: it ends after the first of the two, never because of the time. */
export interface Budget {
  /** A step is one operation tried in one state. */
  readonly steps: number;
  /** What its own tables may take. */
  readonly bytes: number;
}

export const defaultBytes = 256 * 2 ** 20;

export type SearchResult =
  | { readonly type: 'found' }
  /** There is no order; already the operations on these parts have none. */
  | { readonly type: 'none'; readonly parts: readonly number[] }
  /** `deepest`: the most required calls that were in order at once. */
  | {
      readonly type: 'gave-up';
      readonly after: 'steps' | 'bytes';
      readonly deepest: number;
      readonly of: number;
    };

/** Looking at a call costs this part of trying it. */
const looksPerStep = 16;

/** A configuration of the search from which candidates are tried. */
interface Frame {
  /** The call that led here, or −1. */
  readonly call: number;
  /** What to go back to: how many calls were taken and names set before it. */
  readonly taken: number;
  readonly named: number;
  /** The next required call by completion that is not taken: all that comes next begins before it ends. */
  readonly due: number;
  /** How many required calls began by then. */
  readonly begun: number;
  readonly root: number;
  /** Candidates besides the due call, once that has failed. */
  queue: number[] | null;
  tried: number;
  /** The parts that the failures so far were due to, and those whose candidates are in the queue. */
  conflict: PartSet | null;
  queued: PartSet | null;
}

/**
 * An order of calls by search (Wing and Gong 1993, with Lowe's memory of configurations and just-in-time order, 2017): take what
 * real time allows, beginning with the call that ends first, go back where nothing fits, and never enter a configuration twice.
 *
 * What failed is blamed on parts (conflict-directed backjumping, Prosser 1993). "Blamed on K" says: the calls on the parts of K, each
 * reduced to what it does to them, have no order from here on. So a candidate that touches no part of K could not have helped: it is not
 * tried, and where the call that led here is such a one, its own alternatives are not tried either. Exact: every claim is about an
 * easier problem than the whole one.
 */
export class Search {
  readonly #problem: Problem<unknown>;
  readonly #budget: Budget;
  readonly #position: Position;
  readonly #configuration: Configuration;
  readonly #failures: Failures;
  readonly #frames: Frame[] = [];
  readonly #firstOfClass = new Map<number, number>();
  #looks = 0;
  #deepest = 0;

  constructor(problem: Problem<unknown>, budget: Budget) {
    this.#problem = problem;
    this.#budget = budget;
    this.#position = new Position(problem);
    this.#configuration = new Configuration(problem.parts.length);
    this.#failures = new Failures(problem.parts.length);
  }

  /** What it has cost. */
  get steps(): number {
    return Math.ceil(this.#looks / looksPerStep);
  }

  run(): SearchResult {
    const { required, parts } = this.#problem;
    parts.forEach((_, part) => {
      this.#configuration.set(part, this.#position.nameOf(part));
    });
    this.#open(-1, 0, 0);
    for (;;) {
      const frame = this.#frames.at(-1)!;
      if (frame.due === required) return { type: 'found' };
      const spent = this.#spent();
      if (spent !== null) return { type: 'gave-up', after: spent, deepest: this.#deepest, of: required };
      const candidate = this.#nextCandidate(frame);
      const failed = candidate === -1 ? this.#fail(frame.conflict!) : this.#try(frame, candidate);
      if (failed !== null) return { type: 'none', parts: partsIn(failed) };
    }
  }

  #spent(): 'steps' | 'bytes' | null {
    if (this.#looks > this.#budget.steps * looksPerStep) return 'steps';
    const { transitions } = this.#problem;
    const bytes = this.#position.bytes + this.#configuration.bytes + this.#failures.bytes + transitions.bytes;
    return bytes > this.#budget.bytes ? 'bytes' : null;
  }

  /** Takes a candidate and goes on from there; gives what the whole search failed for, if it did. */
  #try(frame: Frame, candidate: number): PartSet | null {
    this.#looks += looksPerStep;
    const { conflict } = frame;
    const misfit = this.#position.misfit(candidate, (part) => conflict !== null && hasPart(conflict, part));
    if (misfit !== fitsAll) {
      frame.conflict ??= emptySet(this.#problem.parts.length);
      addPart(frame.conflict, misfit);
      return null;
    }
    const taken = this.#position.length;
    this.#position.take(candidate);
    const child = this.#open(candidate, frame.due, frame.begun, taken);
    const known = this.#failures.find(child.root);
    return known === null ? null : this.#fail(known);
  }

  /**
   * Leaves the last frame, because of these parts, and with it all before it that led here by calls on other parts. Gives the parts where
   * none is left.
   */
  #fail(parts: PartSet): PartSet | null {
    for (;;) {
      const frame = this.#frames.pop()!;
      this.#failures.add(frame.root, parts);
      this.#position.release(frame.taken);
      this.#configuration.undo(frame.named);
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
    const conflict = frame.conflict!;
    frame.queued ??= emptySet(this.#problem.parts.length);
    const found: number[] = [];
    for (const part of partsIn(conflict)) {
      if (hasPart(frame.queued, part)) continue;
      addPart(frame.queued, part);
      this.#candidatesOf(part, frame, found);
    }
    const due = this.#problem.byCompletion[frame.due]!;
    const { completedAt } = this.#problem;
    const fresh = [...new Set(found)].filter((call) => call !== due && !frame.queue!.includes(call));
    // Most operations take effect in the order in which they complete.
    fresh.sort((a, b) => (completedAt[a]! === completedAt[b]! ? a - b : completedAt[a]! - completedAt[b]!));
    frame.queue!.push(...fresh);
  }

  /**
   * What may come next of one part: what began before the due call ended. Of interchangeable calls only the one that
   * completes first: in an order that takes another one first, the two can change places.
   */
  #candidatesOf(part: number, frame: Frame, found: number[]): void {
    const { parts, classes, completedAt, invokedAt, byCompletion } = this.#problem;
    const { taken, lows } = this.#position;
    const { required, optional } = parts[part]!;
    const first = this.#firstOfClass;
    first.clear();
    for (let i = lows[part]!; i < required.length && required[i]! < frame.begun; i += 1) {
      const call = required[i]!;
      this.#looks += 1;
      if (taken[call] === 1) continue;
      const other = first.get(classes[call]!);
      if (other === undefined || completedAt[call]! < completedAt[other]!) first.set(classes[call]!, call);
    }
    found.push(...first.values());
    first.clear();
    const horizon = completedAt[byCompletion[frame.due]!]!;
    for (const call of optional) {
      if (invokedAt[call]! > horizon) break;
      this.#looks += 1;
      if (taken[call] === 0 && !first.has(classes[call]!)) first.set(classes[call]!, call);
    }
    found.push(...first.values());
  }

  #touches(call: number, parts: PartSet): boolean {
    const { touchStarts, touchParts } = this.#problem;
    for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
      if (hasPart(parts, touchParts[at]!)) return true;
    }
    return false;
  }

  /** A frame for what follows a call that was just taken. */
  #open(call: number, due: number, begun: number, taken = 0): Frame {
    const settled = this.#settle(call, due, begun);
    this.#deepest = Math.max(this.#deepest, this.#position.count);
    const named = this.#configuration.length;
    this.#nameSince(taken);
    const frame: Frame = {
      call,
      taken,
      named,
      ...settled,
      root: this.#configuration.root,
      queue: null,
      tried: 0,
      conflict: null,
      queued: null,
    };
    this.#frames.push(frame);
    return frame;
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
      const { required } = parts[part]!;
      for (let i = this.#position.lows[part]!; i < required.length && required[i]! < begun; i += 1) {
        this.#observe(required[i]!);
      }
    }
  }

  #observe(call: number): void {
    this.#looks += 1;
    if (this.#problem.observes[call] === 0 || this.#position.taken[call] === 1) return;
    if (this.#position.fits(call)) this.#position.take(call);
  }

  /** Names the parts anew that calls taken since then touch. */
  #nameSince(taken: number): void {
    const { touchStarts, touchParts } = this.#problem;
    const named = new Set<number>();
    for (let i = taken; i < this.#position.length; i += 1) {
      const call = this.#position.callAt(i);
      for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) named.add(touchParts[at]!);
    }
    for (const part of named) this.#configuration.set(part, this.#position.nameOf(part));
  }
}
