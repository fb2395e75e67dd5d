import type { Events } from '../causal/events.ts';
import { type Groups, groupsOf } from '../causal/groups.ts';
import { initial } from '../causal/versions.ts';

/** An edge that was inferred: `from` comes before `to` because of what `reads` of `write` (or of nothing) shows. */
export interface Inferred {
  readonly from: number;
  readonly to: number;
  /** The pair whose order forced it: `[a, b]` with a before b; null where the read alone did. */
  readonly premise: readonly [number, number] | null;
  readonly read: number;
}

/**
 * Events under program order, reads-from and the edges that are inferred in addition. Every event has a clock: how many events of
 * each session come before it.
 */
export class OrderGraph {
  readonly events: Events;
  readonly groups: Groups;
  readonly inferred: Inferred[] = [];
  /** Per event, the inferred edges that end in it. */
  readonly into: (number[] | undefined)[];
  readonly sessions: number;
  /** The clocks, one behind the other; none before the first order. */
  #clocks = new Int32Array(0);
  readonly #next: Uint32Array;

  constructor(events: Events) {
    this.events = events;
    this.groups = groupsOf(events);
    this.into = new Array(events.count);
    this.sessions = events.starts.length - 1;
    this.#next = events.starts.slice(0, this.sessions);
  }

  /** A cas is two events with nothing between: what comes after its read comes after its write, and the other way round. */
  infer(from: number, to: number, read: number, premise: readonly [number, number] | null): void {
    const start = this.endOfRow(from);
    const end = this.startOfRow(to);
    if (this.events.row[start] === this.events.row[end]) return;
    const known = this.into[end];
    if (known?.some((edge) => this.inferred[edge]!.from === start)) return;
    const edge = this.inferred.push({ from: start, to: end, premise, read }) - 1;
    if (known === undefined) this.into[end] = [edge];
    else known.push(edge);
  }

  startOfRow(event: number): number {
    return event > 0 && this.events.row[event - 1] === this.events.row[event] ? event - 1 : event;
  }

  endOfRow(event: number): number {
    return this.events.row[event + 1] === this.events.row[event] ? event + 1 : event;
  }

  isBefore(earlier: number, later: number): boolean {
    const { session, starts } = this.events;
    const own = session[earlier]!;
    return this.#clocks[later * this.sessions + own]! > earlier - starts[own]!;
  }

  /** How many places of the group are known to be before the event: the end of its writes that precede it. */
  endBefore(group: number, event: number): number {
    const { starts, writes, session } = this.groups;
    const own = session[group]!;
    const bound = this.events.starts[own]! + this.#clocks[event * this.sessions + own]!;
    let [low, high] = [starts[group]!, starts[group + 1]!];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (writes[middle]! < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Works out all clocks anew; tells a cycle, as edges from each event to the next, where there is one. */
  order(): readonly number[] | null {
    if (this.#clocks.length === 0) this.#clocks = new Int32Array(this.events.count * this.sessions);
    this.#next.set(this.events.starts.subarray(0, this.sessions));
    const waiting = new Map<number, number[]>();
    const ready = Array.from(this.#next, (_, session) => session);
    for (let session = ready.pop(); session !== undefined; session = ready.pop()) {
      const end = this.events.starts[session + 1]!;
      for (let event = this.#next[session]!; event < end; event = this.#next[session]!) {
        const blocker = this.#blockerOf(event);
        if (blocker >= 0) {
          waiting.set(blocker, [...(waiting.get(blocker) ?? []), session]);
          break;
        }
        this.#stamp(event);
        this.#next[session] = event + 1;
        ready.push(...(waiting.get(event) ?? []));
        waiting.delete(event);
      }
    }
    const stuck = this.#next.findIndex((event, session) => event < this.events.starts[session + 1]!);
    return stuck < 0 ? null : this.#cycleFrom(stuck);
  }

  /** Whatever must come directly before an event, besides the event before it in its session. */
  *predecessors(event: number): Iterable<number> {
    const source = this.events.source[event]!;
    if (source >= 0 && source !== event) yield source;
    for (const edge of this.into[event] ?? []) yield this.inferred[edge]!.from;
  }

  #blockerOf(event: number): number {
    for (const before of this.predecessors(event)) {
      if (before >= this.#next[this.events.session[before]!]!) return before;
    }
    return -1;
  }

  #stamp(event: number): void {
    const { session, starts } = this.events;
    const own = session[event]!;
    const at = event * this.sessions;
    if (event > starts[own]!) this.#clocks.copyWithin(at, at - this.sessions, at);
    else this.#clocks.fill(0, at, at + this.sessions);
    this.#clocks[at + own] = event - starts[own]!;
    for (const before of this.predecessors(event)) {
      const other = session[before]!;
      if (this.#clocks[at + other]! > before - starts[other]!) continue;
      const from = before * this.sessions;
      for (let i = 0; i < this.sessions; i += 1) {
        if (this.#clocks[from + i]! > this.#clocks[at + i]!) this.#clocks[at + i] = this.#clocks[from + i]!;
      }
      this.#clocks[at + other] = before - starts[other]! + 1;
    }
  }

  /** Follows who waits for whom. */
  #cycleFrom(session: number): readonly number[] {
    const places = new Map<number, number>();
    const path: number[] = [];
    let current = session;
    while (!places.has(current)) {
      places.set(current, path.length);
      const event = this.#next[current]!;
      const blocker = this.#blockerOf(event);
      path.push(event, blocker);
      current = this.events.session[blocker]!;
    }
    return path.slice(places.get(current)).reverse();
  }
}

/** Reads of nothing come before every write of their key. */
export function inferFromReadsOfNothing(graph: OrderGraph): void {
  const { events, groups } = graph;
  for (let event = 0; event < events.count; event += 1) {
    if (events.isWrite[event] === 1 || events.source[event] !== initial) continue;
    const key = events.key[event]!;
    for (let group = groups.ofKey[key]!; group < groups.ofKey[key + 1]!; group += 1) {
      graph.infer(event, groups.writes[groups.starts[group]!]!, event, null);
    }
  }
}
