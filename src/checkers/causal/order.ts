import { completionCode } from '../../history/history.ts';
import { ClockTable } from './clock-table.ts';
import type { Events } from './events.ts';
import { type Groups, groupsOf } from './groups.ts';
import { initial, thinAir } from './versions.ts';

/** As many numbers of vector clocks as are kept: half a gigabyte. */
const mostNumbers = 2 ** 27;

/** A read of a version although a newer one, or of nothing although some version, was in its past. */
export interface OverwrittenRead {
  readonly read: number;
  /** Of the newer writes in its past, the one that was seen or acknowledged first. */
  readonly newer: number;
  /** How long before the read that was, in microseconds. */
  readonly age: number;
  /** How many newer writes were in its past. */
  readonly versions: number;
}

/**
 * The causal order of a history: program order and reads-from, and whatever follows from both (Ahamad et al. 1995). A
 * vector clock per write says how many writes of each session are in its past, so whether one write precedes another is
 * one look-up. Time O(events × writing sessions), memory at most 4 bytes × writes × writing sessions.
 */
export class CausalOrder {
  readonly events: Events;
  readonly groups: Groups;
  /** What each read saw, as in the events, but thin air for cyclic reads. */
  readonly source: Int32Array;
  /** Reads that precede what they saw. No order can explain them; the rest of the order goes on without them. */
  readonly cyclic: number[] = [];
  /** The reads and writes of the first cycle: each read before the write that follows, and each write seen by the read before it. */
  readonly cycle: number[] = [];
  /** Per event: 1 for a read of what was overwritten in its own past. */
  readonly isOverwritten: Uint8Array;
  readonly overwritten: OverwrittenRead[] = [];
  readonly #column: Int32Array;
  readonly #width: number;
  readonly #table: ClockTable;
  /** Per write the row of its clock, which does not count itself. */
  readonly #clockRow: Uint32Array;
  readonly #visibleAt: Float64Array;
  /** Per session the first event that was not walked over yet. */
  readonly #next: Uint32Array;
  readonly #clocks: (Int32Array | null)[];
  /** Per session the row of the table that equals its clock but for its own writes, or −1. */
  readonly #stored: Int32Array;
  /** Per group, what `#endKnown` gave last. */
  readonly #lastEnd: Uint32Array;
  readonly #waiting = new Map<number, number[]>();

  /** Null where there are more sessions than the memory for a check allows. */
  static of(events: Events): CausalOrder | null {
    const { column, width } = columnsOf(events);
    const writes = events.isWrite.reduce((sum, one) => sum + one, 0);
    return writes * width > mostNumbers
      ? null
      : new CausalOrder(events, column, new ClockTable(width, writes), width);
  }

  private constructor(events: Events, column: Int32Array, table: ClockTable, width: number) {
    const sessions = events.starts.length - 1;
    this.events = events;
    this.groups = groupsOf(events);
    this.source = events.source.slice();
    this.isOverwritten = new Uint8Array(events.count);
    this.#lastEnd = this.groups.starts.slice();
    this.#column = column;
    this.#width = width;
    this.#table = table;
    this.#clockRow = new Uint32Array(events.count);
    this.#visibleAt = visibleTimes(events);
    this.#next = events.starts.slice(0, sessions);
    this.#clocks = new Array(sessions).fill(null);
    this.#stored = new Int32Array(sessions);
    for (let session = 0; session < sessions; session += 1) this.#run([session]);
    for (let session = 0; session < sessions; session += 1) {
      while (!this.#isFinished(session)) this.#breakCycle(session);
    }
  }

  /** Whether a write is in the past of another one. */
  precedes(earlier: number, later: number): boolean {
    const { session, ordinal } = this.events;
    const own = session[earlier]!;
    if (own === session[later]) return earlier < later;
    return this.#table.at(this.#clockRow[later]!, this.#column[own]!) >= ordinal[earlier]!;
  }

  /** The place, among the writes of the groups, of the first write of the group that is newer than what was read; `end` when none is. */
  firstNewer(group: number, read: number, end: number): number {
    const { starts, writes } = this.groups;
    let [low, high] = [starts[group]!, end];
    if (read === initial) return low;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.precedes(read, writes[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Walks over these sessions, and over those that waited for their writes, as far as it gets. */
  #run(sessions: number[]): void {
    for (let session = sessions.pop(); session !== undefined; session = sessions.pop()) {
      while (!this.#isFinished(session)) {
        const event = this.#next[session]!;
        if (this.events.isWrite[event] === 1) {
          this.#passWrite(session, event);
          sessions.push(...(this.#waiting.get(event) ?? []));
          this.#waiting.delete(event);
        } else if (!this.#passRead(session, event)) {
          break;
        }
      }
      if (this.#isFinished(session)) this.#clocks[session] = null;
    }
  }

  #isFinished(session: number): boolean {
    return this.#next[session]! >= this.events.starts[session + 1]!;
  }

  #passWrite(session: number, event: number): void {
    const clock = this.#clockOf(session);
    if (this.#stored[session] === -1) this.#stored[session] = this.#table.store(clock);
    this.#clockRow[event] = this.#stored[session]!;
    clock[this.#column[session]!] = this.events.ordinal[event]!;
    this.#next[session] = event + 1;
  }

  /** False when the write that the read saw must come first. */
  #passRead(session: number, event: number): boolean {
    const source = this.source[event]!;
    if (source >= 0) {
      const writer = this.events.session[source]!;
      if (source >= this.#next[writer]!) {
        this.#wait(session, source);
        return false;
      }
      this.#learn(session, writer, source);
    }
    if (source !== thinAir) this.#look(session, event, source);
    this.#next[session] = event + 1;
    return true;
  }

  #wait(session: number, source: number): void {
    const waiting = this.#waiting.get(source);
    if (waiting === undefined) this.#waiting.set(source, [session]);
    else waiting.push(session);
  }

  #learn(session: number, writer: number, source: number): void {
    const clock = this.#clockOf(session);
    const column = this.#column[writer]!;
    if (writer === session || clock[column]! >= this.events.ordinal[source]!) return;
    this.#table.mergeInto(clock, this.#clockRow[source]!);
    clock[column] = this.events.ordinal[source]!;
    this.#stored[session] = -1;
  }

  /** Whether something newer than what was read is in the past of the read: it is enough to look at the last write of each group. */
  #look(session: number, read: number, source: number): void {
    const { ofKey, writes } = this.groups;
    const key = this.events.key[read]!;
    const clock = this.#clockOf(session);
    for (let group = ofKey[key]!; group < ofKey[key + 1]!; group += 1) {
      const writer = this.groups.session[group]!;
      const known = clock[this.#column[writer]!]!;
      // What the write that was read came after itself is not newer than it.
      if (known === 0 || (source !== initial && known <= this.#knownBy(source, writer))) continue;
      const end = this.#endKnown(group, clock);
      if (end === this.groups.starts[group]!) continue;
      const last = writes[end - 1]!;
      if (source !== initial && (last === source || !this.precedes(source, last))) continue;
      this.isOverwritten[read] = 1;
      this.overwritten.push(this.#measure(read, source, clock));
      return;
    }
  }

  /** How many writes of a session are in the past of a write, itself included. */
  #knownBy(write: number, session: number): number {
    if (this.events.session[write] === session) return this.events.ordinal[write]!;
    return this.#table.at(this.#clockRow[write]!, this.#column[session]!);
  }

  #measure(read: number, source: number, clock: Int32Array): OverwrittenRead {
    const { ofKey, writes } = this.groups;
    const key = this.events.key[read]!;
    let newer = -1;
    let versions = 0;
    for (let group = ofKey[key]!; group < ofKey[key + 1]!; group += 1) {
      const end = this.#endKnown(group, clock);
      const first = this.firstNewer(group, source, end);
      if (first === end) continue;
      versions += end - first;
      const write = writes[first]!;
      if (newer < 0 || this.#visibleAt[write]! < this.#visibleAt[newer]!) newer = write;
    }
    const { history, row } = this.events;
    return {
      read,
      newer,
      age: history.columns.invokedAt[row[read]!]! - this.#visibleAt[newer]!,
      versions,
    };
  }

  /** The place behind the last write of the group that the clock knows: mostly where it was last time, or one further. */
  #endKnown(group: number, clock: Int32Array): number {
    const { starts, session } = this.groups;
    const known = clock[this.#column[session[group]!]!]!;
    let [low, high] = [starts[group]!, starts[group + 1]!];
    const last = this.#lastEnd[group]!;
    if (last > low && !this.#isKnown(last - 1, known)) high = last - 1;
    else if (last === high || !this.#isKnown(last, known)) return last;
    else low = last + 1;
    if (low < high && low > last && !this.#isKnown(low, known)) high = low;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isKnown(middle, known)) low = middle + 1;
      else high = middle;
    }
    this.#lastEnd[group] = low;
    return low;
  }

  #isKnown(place: number, known: number): boolean {
    return this.events.ordinal[this.groups.writes[place]!]! <= known;
  }

  /** Sessions that wait for each other: one of their reads is let go without the write that it saw. */
  #breakCycle(session: number): void {
    const place = new Map<number, number>();
    const waits: number[] = [];
    let current = session;
    while (!place.has(current)) {
      place.set(current, waits.length);
      const read = this.#next[current]!;
      waits.push(read);
      current = this.events.session[this.source[read]!]!;
    }
    const cycle = waits.slice(place.get(current)).flatMap((read) => [read, this.source[read]!]);
    if (this.cycle.length === 0) this.cycle.push(...cycle);
    this.cyclic.push(cycle[0]!);
    this.source[cycle[0]!] = thinAir;
    this.#run([current]);
  }

  #clockOf(session: number): Int32Array {
    this.#clocks[session] ??= new Int32Array(this.#width);
    return this.#clocks[session]!;
  }
}

/** A column of clocks for each session that writes. */
function columnsOf({ starts, isWrite }: Events): { readonly column: Int32Array; readonly width: number } {
  const column = new Int32Array(starts.length - 1).fill(-1);
  let width = 0;
  for (let session = 0; session < column.length; session += 1) {
    if (isWrite.subarray(starts[session]!, starts[session + 1]!).includes(1)) {
      column[session] = width;
      width += 1;
    }
  }
  return { column, width };
}

/** Per write the first moment at which it was certainly there: its acknowledgement, or the end of a read that saw it. */
export function visibleTimes({ history, count, row, source }: Events): Float64Array {
  const { completion, completedAt } = history.columns;
  const times = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (let event = 0; event < count; event += 1) {
    const write = source[event]!;
    const code = completion[row[event]!]!;
    if (write < 0 || code === completionCode.info || code === completionCode.open) continue;
    times[write] = Math.min(times[write]!, completedAt[row[event]!]!);
  }
  return times;
}
