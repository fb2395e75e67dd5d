import type { Events } from './events.ts';
import type { Past } from './past.ts';
import { initial } from './versions.ts';

/** The writes of one key in one chain, in its order. */
interface Line {
  readonly chain: number;
  readonly writes: number[];
  readonly places: number[];
  /** How many were known when it was asked for last. */
  hint: number;
}

/** The writes of each key, chain by chain, as they are passed. */
export class KeyLines {
  readonly #events: Events;
  readonly #past: Past;
  /** Per key its lines, also by chain. */
  readonly #lines: Line[][];
  readonly #byChain: Map<number, Line>[];
  readonly #roots: number[][];
  /** Per key, the last write so far of each session that stands in no chain. */
  readonly #lastAlone: Map<number, number>[];

  constructor(events: Events, past: Past) {
    this.#events = events;
    this.#past = past;
    this.#lines = Array.from({ length: events.keys }, () => []);
    this.#byChain = Array.from({ length: events.keys }, () => new Map());
    this.#lastAlone = Array.from({ length: events.keys }, () => new Map());
    this.#roots = Array.from({ length: events.keys }, () => []);
  }

  /** The write was just passed. */
  add(write: number): void {
    const key = this.#events.key[write]!;
    if (this.#past.isRoot(write)) {
      this.#roots[key]!.push(write);
      return;
    }
    if (!this.#past.isInChain(write)) {
      this.#lastAlone[key]!.set(this.#events.session[write]!, write);
      return;
    }
    const chain = this.#past.chainOf(write);
    let line = this.#byChain[key]!.get(chain);
    if (line === undefined) {
      line = { chain, writes: [], places: [], hint: 0 };
      this.#byChain[key]!.set(chain, line);
      this.#lines[key]!.push(line);
    }
    line.writes.push(write);
    line.places.push(this.#past.placeOf(write));
  }

  /** Whether something newer than what was read is in the past of the read: of each chain, it is enough to look at the last write. */
  hasNewer(read: number, source: number): boolean {
    const past = this.#past;
    const isFirst = source === initial || past.isRoot(source);
    const ownChain = isFirst || !past.isInChain(source) ? -1 : past.chainOf(source);
    const clock = past.clockOf(this.#events.session[read]!);
    for (const line of this.#lines[this.#events.key[read]!]!) {
      const { chain } = line;
      const known = clock[chain]!;
      if (known === 0) continue;
      // What the write that was read came after itself is not newer than it.
      if (!isFirst && known <= (chain === ownChain ? past.placeOf(source) : past.chainBefore(source, chain)))
        continue;
      const end = endKnown(line, known);
      if (end === 0) continue;
      if (source === initial || past.precedes(source, line.writes[end - 1]!)) return true;
    }
    return this.#hasNewerOwn(read, source) || (isFirst && this.#hasNewerRoot(read, source));
  }

  /** The last write of the same session, where it stands in no chain. */
  #hasNewerOwn(read: number, source: number): boolean {
    const { session, key } = this.#events;
    const own = this.#lastAlone[key[read]!]!.get(session[read]!);
    return own !== undefined && own !== source && (source === initial || this.#past.precedes(source, own));
  }

  /** A root comes after earlier ones of its session alone, and after nothing at all. */
  #hasNewerRoot(read: number, source: number): boolean {
    const { session, key } = this.#events;
    const candidates =
      source === initial
        ? this.#roots[key[read]!]!
        : this.#past.roots(session[source]!).filter((root) => root > source && key[root] === key[read]);
    return candidates.some((root) => this.#isKnown(root, read));
  }

  #isKnown(root: number, read: number): boolean {
    const { session, ordinal } = this.#events;
    if (session[root] === session[read]) return root < read;
    return this.#past.knownOf(session[read]!, session[root]!) >= ordinal[root]!;
  }
}

/** How many writes of the line have a place up to this one: mostly as many as last time, or one more. */
function endKnown(line: Line, known: number): number {
  const { places, hint } = line;
  let [low, high] = [0, places.length];
  if (hint > 0 && places[hint - 1]! > known) high = hint - 1;
  else if (hint === high || places[hint]! > known) return hint;
  else low = hint + 1;
  if (low > hint && low < high && places[low]! > known) high = low;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]! <= known) low = middle + 1;
    else high = middle;
  }
  line.hint = low;
  return low;
}
