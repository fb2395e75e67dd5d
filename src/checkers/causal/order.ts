import { completionCode } from '../../history/history.ts';
import type { Events } from './events.ts';
import { type Groups, groupsOf } from './groups.ts';
import { KeyLines } from './key-lines.ts';
import { Past } from './past.ts';
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
 * The causal order of a history: program order and reads-from, and whatever follows from both (Ahamad et al. 1995). Clocks per write say
 * what is in its past (`Past`), so whether one write precedes another is one look-up. Time O(events × sessions at a time), memory at most 4
 * bytes × writes × sessions at a time.
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
  readonly #past: Past;
  readonly #lines: KeyLines;
  readonly #visibleAt: Float64Array;
  /** Per session the first event that was not walked over yet. */
  readonly #next: Uint32Array;
  readonly #waiting = new Map<number, number[]>();
  #isTooLarge = false;

  /** Null where clocks would take more than the memory for a check allows. */
  static of(events: Events): CausalOrder | null {
    const order = new CausalOrder(events);
    return order.#isTooLarge ? null : order;
  }

  private constructor(events: Events) {
    const sessions = events.starts.length - 1;
    this.events = events;
    this.groups = groupsOf(events);
    this.source = events.source.slice();
    this.isOverwritten = new Uint8Array(events.count);
    this.#past = new Past(events);
    this.#lines = new KeyLines(events, this.#past);
    this.#visibleAt = visibleTimes(events);
    this.#next = events.starts.slice(0, sessions);
    for (let session = 0; session < sessions; session += 1) this.#run([session]);
    for (let session = 0; session < sessions; session += 1) {
      while (!this.#isTooLarge && !this.#isFinished(session)) this.#breakCycle(session);
    }
  }

  /** Whether a write is in the past of another one. */
  precedes(earlier: number, later: number): boolean {
    return this.#past.precedes(earlier, later);
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
        this.#isTooLarge ||= this.#past.size > mostNumbers;
        if (this.#isTooLarge) return;
      }
      if (this.#isFinished(session)) this.#past.end(session);
    }
  }

  #isFinished(session: number): boolean {
    return this.#next[session]! >= this.events.starts[session + 1]!;
  }

  #passWrite(session: number, event: number): void {
    this.#past.pass(session, event);
    this.#lines.add(event);
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
      if (writer !== session) this.#past.learn(session, source);
    }
    if (source !== thinAir && this.#lines.hasNewer(event, source)) {
      this.isOverwritten[event] = 1;
      this.overwritten.push(this.#measure(event, source));
    }
    this.#next[session] = event + 1;
    return true;
  }

  #wait(session: number, source: number): void {
    const waiting = this.#waiting.get(source);
    if (waiting === undefined) this.#waiting.set(source, [session]);
    else waiting.push(session);
  }

  #measure(read: number, source: number): OverwrittenRead {
    const { ofKey, writes } = this.groups;
    const key = this.events.key[read]!;
    let newer = -1;
    let versions = 0;
    for (let group = ofKey[key]!; group < ofKey[key + 1]!; group += 1) {
      const end = this.#endKnown(group, read);
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

  /** The place behind the last write of the group that is in the past of a read that is passed now. */
  #endKnown(group: number, read: number): number {
    const { starts, writes, session } = this.groups;
    const own = this.events.session[read]!;
    const writer = session[group]!;
    const known = writer === own ? this.events.ordinal[read]! : this.#past.knownOf(own, writer);
    let [low, high] = [starts[group]!, starts[group + 1]!];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.events.ordinal[writes[middle]!]! <= known) low = middle + 1;
      else high = middle;
    }
    return low;
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
