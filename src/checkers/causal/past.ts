import { ClockTable } from './clock-table.ts';
import type { Events } from './events.ts';

/** A session with more writes than these before it reads what another one wrote has a chain of its own from the start. */
const mostRoots = 8;
const smallestWidth = 8;

/** What is known of others at some place: of chains how many writes, and of sessions how many roots that no chain tells of. */
interface Knowledge {
  clock: Int32Array;
  readonly roots: Map<number, number>;
  /** The row of the table that says the same but for the session's own chain, or −1. */
  stored: number;
}

interface Place {
  readonly chain: number;
  readonly place: number;
}

/**
 * Which writes are in the past of which. Writes stand in chains, each write before all that follow in its chain, so one number says for a
 * chain how many of its writes are in a past: a vector clock whose width is that of the overlap, not the number of all sessions there
 * ever were (a decomposition into chains, as of Agarwal and Garg, "Efficient dependency tracking for relevant events in shared-memory
 * systems", PODC 2005). A session continues the chain of another one that adds no more to it, if it knows all of it. Its first writes,
 * before it has read what anybody else wrote, cannot follow any: these are its roots. Whoever has read one keeps it in mind until some
 * write in a chain that came after it, its cover, is known to be in the same past. What nobody else reads any more after it stands in no
 * chain, for it is in no past but that of its own session.
 */
export class Past {
  readonly #events: Events;
  readonly #table = new ClockTable();
  /** Per session its chain, or −1, and how many writes the chain had before. */
  readonly #chain: Int32Array;
  readonly #base: Uint32Array;
  /** Per session its roots, and how many they are. */
  readonly #rootsOf: ReadonlyMap<number, readonly number[]>;
  readonly #rootCount: Uint8Array;
  readonly #covers = new Map<number, Place>();
  /** Per session its last write that another one read; of later ones nobody else ever knows. */
  readonly #lastRead: Uint32Array;
  /** Per chain how many writes it has. */
  readonly #lengths: number[] = [];
  readonly #free = new Set<number>();
  readonly #known: (Knowledge | undefined)[];
  /** Per write the row of its clock, which does not count itself. */
  readonly #row: Uint32Array;
  /** The roots that are in mind beside a row. */
  readonly #rootsBeside = new Map<number, ReadonlyMap<number, number>>();
  #width = smallestWidth;

  constructor(events: Events) {
    const sessions = events.starts.length - 1;
    this.#events = events;
    this.#chain = new Int32Array(sessions).fill(-1);
    this.#base = new Uint32Array(sessions);
    this.#rootCount = new Uint8Array(sessions);
    this.#known = new Array(sessions);
    this.#lastRead = lastRead(events);
    this.#row = new Uint32Array(events.count);
    this.#rootsOf = rootsOf(events);
    for (const [session, roots] of this.#rootsOf) this.#rootCount[session] = roots.length;
  }

  /** How many numbers all clocks have. */
  get size(): number {
    return this.#table.size;
  }

  isRoot(write: number): boolean {
    return this.#events.ordinal[write]! <= this.#rootCount[this.#events.session[write]!]!;
  }

  /** Whether it stands in a chain; not where it is a root, or nobody else ever knows of it. */
  isInChain(write: number): boolean {
    return (
      !this.isRoot(write) && this.#events.ordinal[write]! <= this.#lastRead[this.#events.session[write]!]!
    );
  }

  /** The roots of a session, in its order. */
  roots(session: number): readonly number[] {
    return this.#rootsOf.get(session) ?? [];
  }

  /** The chain of a write that stands in one. */
  chainOf(write: number): number {
    return this.#chain[this.#events.session[write]!]!;
  }

  /** The place in its chain of such a write, from 1. */
  placeOf(write: number): number {
    const session = this.#events.session[write]!;
    return this.#base[session]! + this.#events.ordinal[write]! - this.#rootCount[session]!;
  }

  /** The session wrote; all that comes before was passed. */
  pass(session: number, write: number): void {
    const known = this.#of(session);
    if (this.isRoot(write)) {
      known.roots.set(session, this.#events.ordinal[write]!);
      known.stored = -1;
      return;
    }
    const isInChain = this.isInChain(write);
    if (isInChain && this.#chain[session]! < 0) this.#enter(session, known.clock);
    // The clock may be wider now.
    const { clock, roots } = known;
    if (known.stored === -1) {
      known.stored = this.#table.store(clock);
      if (roots.size > 0) this.#rootsBeside.set(known.stored, new Map(roots));
    }
    this.#row[write] = known.stored;
    if (!isInChain) return;
    const place = { chain: this.#chain[session]!, place: this.placeOf(write) };
    this.#lengths[place.chain] = place.place;
    clock[place.chain] = place.place;
    if (roots.size > 0) for (const [of, count] of roots) this.#cover(of, count, place);
    if (this.#events.ordinal[write] === this.#lastRead[session]) this.#free.add(place.chain);
  }

  /** The session read what another one wrote. */
  learn(session: number, write: number): void {
    const known = this.#of(session);
    const writer = this.#events.session[write]!;
    if (this.isRoot(write)) {
      this.#raise(known, writer, this.#events.ordinal[write]!);
      return;
    }
    const [chain, place] = [this.chainOf(write), this.placeOf(write)];
    if (known.clock[chain]! >= place) return;
    const row = this.#row[write]!;
    this.#table.mergeInto(known.clock, row);
    known.clock[chain] = place;
    known.stored = -1;
    const beside = this.#rootsBeside.get(row);
    if (beside !== undefined) for (const [of, count] of beside) this.#raise(known, of, count);
    if (known.roots.size === 0) return;
    for (const [of, count] of known.roots) {
      const cover = this.#covers.get(this.roots(of)[count - 1]!);
      if (cover !== undefined && known.clock[cover.chain]! >= cover.place) known.roots.delete(of);
    }
  }

  /** Nothing more comes of the session. */
  end(session: number): void {
    this.#known[session] = undefined;
  }

  /** Per chain how many of its writes are in the past of the session as it is now. */
  clockOf(session: number): Int32Array {
    return this.#of(session).clock;
  }

  /** How many writes of another session are. */
  knownOf(session: number, other: number): number {
    const { clock, roots } = this.#of(session);
    return this.#count(other, (chain) => clock[chain] ?? 0, roots.get(other) ?? 0);
  }

  /** How many writes of a chain are in the past of a write that is no root; of its own chain, without itself. */
  chainBefore(write: number, chain: number): number {
    return this.#table.at(this.#row[write]!, chain);
  }

  /** Whether a write is in the past of another one. */
  precedes(earlier: number, later: number): boolean {
    const { session, ordinal } = this.#events;
    const own = session[earlier]!;
    if (own === session[later]) return earlier < later;
    if (this.isRoot(later)) return false;
    const row = this.#row[later]!;
    if (!this.isRoot(earlier)) {
      // Where it was not passed, it may have no chain yet.
      if (!this.isInChain(earlier) || this.#chain[own]! < 0) return false;
      return this.#table.at(row, this.#chain[own]!) >= this.placeOf(earlier);
    }
    const inMind = this.#rootsBeside.get(row)?.get(own) ?? 0;
    return this.#count(own, (chain) => this.#table.at(row, chain), inMind) >= ordinal[earlier]!;
  }

  /** How many writes of a session are known where so many of a chain are, and so many roots are in mind. */
  #count(session: number, at: (chain: number) => number, inMind: number): number {
    const roots = this.roots(session);
    const chain = this.#chain[session]!;
    const further = chain < 0 ? 0 : at(chain) - this.#base[session]!;
    // The chain may go on in another session.
    if (further > 0) return Math.min(roots.length + further, this.#lastRead[session]!);
    for (let count = roots.length; count > inMind; count -= 1) {
      const cover = this.#covers.get(roots[count - 1]!);
      if (cover !== undefined && at(cover.chain) >= cover.place) return count;
    }
    return inMind;
  }

  #of(session: number): Knowledge {
    const known = this.#known[session];
    if (known !== undefined) return known;
    const nothing = { clock: new Int32Array(this.#width), roots: new Map(), stored: 0 };
    this.#known[session] = nothing;
    return nothing;
  }

  #raise(known: Knowledge, session: number, count: number): void {
    if ((known.roots.get(session) ?? 0) >= count) return;
    const cover = this.#covers.get(this.roots(session)[count - 1]!);
    if (cover !== undefined && known.clock[cover.chain]! >= cover.place) return;
    known.roots.set(session, count);
    known.stored = -1;
  }

  #cover(session: number, count: number, place: Place): void {
    const roots = this.roots(session);
    for (let i = count - 1; i >= 0 && !this.#covers.has(roots[i]!); i -= 1)
      this.#covers.set(roots[i]!, place);
  }

  /** Gives the session a chain: one that has ended, and of which it knows all, or a new one. */
  #enter(session: number, clock: Int32Array): void {
    for (const chain of this.#free) {
      if (clock[chain]! < this.#lengths[chain]!) continue;
      this.#free.delete(chain);
      this.#chain[session] = chain;
      this.#base[session] = this.#lengths[chain]!;
      return;
    }
    this.#chain[session] = this.#lengths.push(0) - 1;
    if (this.#lengths.length > this.#width) this.#widen();
  }

  #widen(): void {
    this.#width *= 2;
    for (const known of this.#known) {
      if (known === undefined) continue;
      const wider = new Int32Array(this.#width);
      wider.set(known.clock);
      known.clock = wider;
    }
  }
}

/** Per session which of its writes, from 1, was the last that another session read; 0 where none was. */
function lastRead({ count, starts, session, isWrite, source, ordinal }: Events): Uint32Array {
  const last = new Uint32Array(starts.length - 1);
  for (let event = 0; event < count; event += 1) {
    const write = source[event]!;
    if (isWrite[event] === 1 || write < 0 || session[write] === session[event]) continue;
    last[session[write]!] = Math.max(last[session[write]!]!, ordinal[write]!);
  }
  return last;
}

/** Per session its writes before it reads what another one wrote, where they are few. */
function rootsOf({ starts, session, isWrite, source }: Events): ReadonlyMap<number, readonly number[]> {
  const all = new Map<number, readonly number[]>();
  for (let one = 0; one + 1 < starts.length; one += 1) {
    const roots: number[] = [];
    for (let event = starts[one]!; event < starts[one + 1]!; event += 1) {
      if (isWrite[event] === 1) roots.push(event);
      else if (source[event]! >= 0 && session[source[event]!] !== one) break;
      if (roots.length > mostRoots) break;
    }
    if (roots.length > 0 && roots.length <= mostRoots) all.set(one, roots);
  }
  return all;
}
