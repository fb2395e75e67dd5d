import type { Meter } from './meter.ts';
import { PartSearch } from './part-search.ts';
import type { Problem } from './problem.ts';

/** Every part lets the call happen. */
export const fitsAll = -1;

/** Where the search stands in all parts at once. */
export class Position {
  readonly taken: Uint8Array;
  readonly parts: readonly PartSearch[];
  /** By part: a number for what is taken and held of it, as of the last time that it was named. */
  readonly names: Int32Array;
  /** How many required calls are taken. */
  count = 0;
  readonly #problem: Problem;
  readonly #calls: number[] = [];
  /** Parts that were named, and what they were called before. */
  readonly #named: number[] = [];

  constructor(problem: Problem, meter: Meter) {
    this.#problem = problem;
    this.taken = new Uint8Array(problem.count);
    this.parts = problem.parts.map((part) => new PartSearch(part, problem.transitions, meter));
    this.names = Int32Array.from(this.parts, ({ position }) => position.name());
  }

  /** What the tables of all parts take. */
  get bytes(): number {
    return this.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** What `release` and `unname` go back to. */
  get length(): number {
    return this.#calls.length;
  }

  get namings(): number {
    return this.#named.length;
  }

  /** A part that does not let the call happen now, or `fitsAll`. Preferred is one for which `known` holds. */
  misfit(call: number, known: (part: number) => boolean): number {
    const { touchStarts, touchParts, touchCalls } = this.#problem;
    let found = fitsAll;
    for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
      const part = touchParts[at]!;
      if (this.parts[part]!.position.fits(touchCalls[at]!)) continue;
      if (known(part)) return part;
      if (found === fitsAll) found = part;
    }
    return found;
  }

  /** Whether some part that does not let the second call happen now would do so after the first. */
  enables(first: number, second: number): boolean {
    const { touchStarts, touchParts, touchCalls } = this.#problem;
    for (let at = touchStarts[second]!; at < touchStarts[second + 1]!; at += 1) {
      const { position } = this.parts[touchParts[at]!]!;
      if (position.fits(touchCalls[at]!)) continue;
      const call = this.#onPart(first, touchParts[at]!);
      if (call !== -1 && position.enables(call, touchCalls[at]!)) return true;
    }
    return false;
  }

  /** The number of a call among those on a part, or −1. */
  #onPart(call: number, part: number): number {
    const { touchStarts, touchParts, touchCalls } = this.#problem;
    for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
      if (touchParts[at] === part) return touchCalls[at]!;
    }
    return -1;
  }

  /** Takes a call that fits. */
  take(call: number): void {
    const { touchStarts, touchParts, touchCalls, required } = this.#problem;
    this.taken[call] = 1;
    this.#calls.push(call);
    if (call < required) this.count += 1;
    for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
      this.parts[touchParts[at]!]!.position.take(touchCalls[at]!);
    }
  }

  /** Releases the calls taken last, until so many are left. */
  release(length: number): void {
    const { touchStarts, touchParts, required } = this.#problem;
    while (this.#calls.length > length) {
      const call = this.#calls.pop()!;
      this.taken[call] = 0;
      if (call < required) this.count -= 1;
      for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) {
        const { position } = this.parts[touchParts[at]!]!;
        position.release(position.length - 1);
      }
    }
  }

  /** Names the parts anew that calls touch which were taken since then; gives these parts. */
  nameSince(length: number): ReadonlySet<number> {
    const { touchStarts, touchParts } = this.#problem;
    const parts = new Set<number>();
    for (let i = length; i < this.#calls.length; i += 1) {
      const call = this.#calls[i]!;
      for (let at = touchStarts[call]!; at < touchStarts[call + 1]!; at += 1) parts.add(touchParts[at]!);
    }
    for (const part of parts) {
      this.#named.push(part, this.names[part]!);
      this.names[part] = this.parts[part]!.position.name();
    }
    return parts;
  }

  /** Takes the names given last back, until so many are left. */
  unname(namings: number): void {
    while (this.#named.length > namings) {
      const name = this.#named.pop()!;
      this.names[this.#named.pop()!] = name;
    }
  }
}
