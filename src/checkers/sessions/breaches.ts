import type { CausalOrder } from '../causal/order.ts';
import { initial } from '../causal/versions.ts';
import { FirstReads } from './first-reads.ts';
import { Ledger } from './ledger.ts';

export const sessionGuarantees = [
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
] as const;
export type SessionGuarantee = (typeof sessionGuarantees)[number];

/** A read that a guarantee rules out: its session knew better since `knew`, an event of its own. */
export interface Breach {
  readonly read: number;
  /** The newer write that the read should have shown, or something newer still. */
  readonly missed: number;
  readonly knew: number;
  /** How long before the read that was, in microseconds. */
  readonly age: number;
}

/** All breaches of one guarantee. */
export interface Breaches {
  readonly count: number;
  readonly worst: Breach | null;
}

/**
 * The reads that break the guarantees of Terry, Demers, Petersen, Spreitzer, Theimer and Welch, "Session guarantees for
 * weakly consistent replicated data" (PDIS 1994), each a case of reading what was overwritten in the read's own past:
 * so only such reads are looked at. Sessions are gone through one by one: O(events) for each that has such a read.
 */
export function breachesOf(order: CausalOrder): Readonly<Record<SessionGuarantee, Breaches>> {
  const counters = sessionGuarantees.map(() => ({ count: 0, worst: null as Breach | null }));
  const { starts } = order.events;
  const session = new SessionReplay(order);
  for (let s = 0; s + 1 < starts.length; s += 1) {
    if (!order.isOverwritten.subarray(starts[s]!, starts[s + 1]!).includes(1)) continue;
    session.replay(s, (found) =>
      found.forEach((breach, i) => {
        const counter = counters[i]!;
        if (breach === null) return;
        counter.count += 1;
        if (counter.worst === null || breach.age > counter.worst.age) counter.worst = breach;
      }),
    );
  }
  const [own, reads, writes, follow] = counters as [Breaches, Breaches, Breaches, Breaches];
  return {
    'read-your-writes': own,
    'monotonic-reads': reads,
    'monotonic-writes': writes,
    'writes-follow-reads': follow,
  };
}

/** One session after the other, with what it had seen by each of its events. */
class SessionReplay {
  readonly #order: CausalOrder;
  /** Per group, up to which of its writes the session read directly. */
  readonly #read: Ledger;
  /** Per session, up to which of its writes this session read one, whatever the key. */
  readonly #heard: Ledger;
  /** Per group, up to which of its writes another session had read when it wrote what this session then read. */
  readonly #followed: Ledger;
  readonly #firstReads: FirstReads;
  #session = 0;

  constructor(order: CausalOrder) {
    const groups = order.groups.session.length;
    this.#order = order;
    this.#read = new Ledger(groups);
    this.#heard = new Ledger(order.events.starts.length - 1);
    this.#followed = new Ledger(groups);
    this.#firstReads = new FirstReads(order);
  }

  replay(session: number, found: (breaches: readonly (Breach | null)[]) => void): void {
    const { events, source, isOverwritten } = this.#order;
    for (const ledger of [this.#read, this.#heard, this.#followed]) ledger.clear();
    this.#session = session;
    for (let event = events.starts[session]!; event < events.starts[session + 1]!; event += 1) {
      if (events.isWrite[event] === 1) continue;
      if (isOverwritten[event] === 1) found(this.#judge(event));
      if (source[event]! >= 0) this.#note(event, source[event]!);
    }
  }

  #note(event: number, write: number): void {
    const { events, groups } = this.#order;
    const ordinal = events.ordinal[write]!;
    const writer = events.session[write]!;
    this.#read.raise(groups.of[write]!, ordinal, event);
    if (writer === this.#session) return;
    const before = this.#heard.highest(writer);
    this.#heard.raise(writer, ordinal, event);
    if (ordinal > before) this.#noteReadsBefore(write, before, event);
  }

  /** What the writer had read before this write, as far as this session has not heard of it yet. */
  #noteReadsBefore(write: number, heard: number, event: number): void {
    const { events, groups, source } = this.#order;
    for (let earlier = write - 1; earlier >= events.starts[events.session[write]!]!; earlier -= 1) {
      if (events.isWrite[earlier] === 1) {
        if (events.ordinal[earlier]! <= heard) return;
        continue;
      }
      const seen = source[earlier]!;
      if (seen >= 0) this.#followed.raise(groups.of[seen]!, events.ordinal[seen]!, event);
    }
  }

  /** In the order of the guarantees: since when the session knew better, for each that is broken. */
  #judge(read: number): readonly (Breach | null)[] {
    const { events, groups, source } = this.#order;
    const key = events.key[read]!;
    const best: (Breach | null)[] = [null, null, null, null];
    const take = (i: number, missed: number, knew: number) => {
      if (knew < 0 || knew >= read) return;
      if (best[i] === null || knew < best[i]!.knew) best[i] = this.#breach(read, missed, knew);
    };
    for (let group = groups.ofKey[key]!; group < groups.ofKey[key + 1]!; group += 1) {
      const end = groups.starts[group + 1]!;
      const place = this.#order.firstNewer(group, source[read]!, end);
      if (place === end) continue;
      const missed = groups.writes[place]!;
      const ordinal = events.ordinal[missed]!;
      const writer = groups.session[group]!;
      if (writer === this.#session) take(0, missed, missed);
      take(1, missed, this.#read.since(group, ordinal));
      if (writer !== this.#session) take(2, missed, this.#heard.since(writer, ordinal + 1));
      take(3, missed, this.#followed.since(group, ordinal));
    }
    this.#judgeSameKey(read, take);
    return best;
  }

  /** On one key it is enough to have seen the later write: the read then shows the very one that it replaced. */
  #judgeSameKey(read: number, take: (i: number, missed: number, knew: number) => void): void {
    const { events, groups, source } = this.#order;
    const seen = source[read]!;
    if (seen === initial) return;
    const own = groups.of[seen]!;
    const after = this.#order.firstNewer(own, seen, groups.starts[own + 1]!);
    if (events.session[seen] !== this.#session && after < groups.starts[own + 1]!) {
      const later = groups.writes[after]!;
      take(2, later, this.#read.since(own, events.ordinal[later]!));
    }
    for (const first of this.#firstReads.of(seen)) {
      if (events.session[first] === this.#session) continue;
      const later = this.#firstReads.nextWrite(first);
      if (later >= 0) take(3, later, this.#read.since(groups.of[later]!, events.ordinal[later]!));
    }
  }

  #breach(read: number, missed: number, knew: number): Breach {
    const { history, row } = this.#order.events;
    const { invokedAt, completedAt } = history.columns;
    return { read, missed, knew, age: invokedAt[row[read]!]! - completedAt[row[knew]!]! };
  }
}
