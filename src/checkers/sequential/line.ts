import type { Events } from '../causal/events.ts';
import { visibleTimes } from '../causal/order.ts';
import { initial } from '../causal/versions.ts';
import { DeadlineHeap } from '../deadline-heap.ts';
import { versionOf } from './readers.ts';
import { WaitingRoom } from './waiting.ts';

/** In the log: nothing was written. */
const nothing = -2;

/** Writes that wait for other ones, besides what sessions and values ask for. */
export interface Waits {
  /** A write that must be in line before this one, and is not; −1 where there is none. */
  blockerOf(write: number): number;
}

/**
 * Events that stand in line one behind the other, and the values that they leave. Reads stand in line as soon as they can be answered:
 * that changes nothing, so it can never be wrong. A write waits until the current value of its key has been read by all who
 * read it. Of those that may come, the one comes first that was seen or acknowledged first. Whoever waits is looked at again only
 * when that for which it waits has come.
 */
export class Line {
  readonly events: Events;
  /** Per session the first event that is not in line. */
  readonly next: Uint32Array;
  /** Per key the write whose value it holds. */
  readonly current: Int32Array;
  /** How many events are in line. */
  placed = 0;
  /** What was done, takings and takings back. */
  steps = 0;
  readonly #waits: Waits;
  /** Per version, how many of its reads are not in line. */
  readonly #unread: Uint32Array;
  /** Per write, how many turns there were before it. */
  readonly #turn: Uint32Array;
  /** What was taken in each turn: the session, and the write that was replaced. */
  readonly #sessions: Uint32Array;
  readonly #replaced: Int32Array;
  #turns = 0;
  readonly #visibleAt: Float64Array;
  /** Writes that may come next; those that turn out not to are put off. */
  readonly #ready: DeadlineHeap;
  readonly #isReady: Uint8Array;
  readonly #waiting: WaitingRoom;
  readonly #awake: number[] = [];

  constructor(events: Events, waits: Waits) {
    const { count, keys, starts, isWrite } = events;
    const sessions = starts.length - 1;
    this.events = events;
    this.#waits = waits;
    this.next = starts.slice(0, sessions);
    this.current = new Int32Array(keys).fill(initial);
    this.#unread = new Uint32Array(count + keys);
    for (let event = 0; event < count; event += 1) {
      if (isWrite[event] === 0) this.#unread[versionOf(events, event)]! += 1;
    }
    this.#turn = new Uint32Array(count);
    this.#sessions = new Uint32Array(count);
    this.#replaced = new Int32Array(count);
    this.#visibleAt = visibleTimes(events);
    this.#ready = new DeadlineHeap(count);
    this.#isReady = new Uint8Array(count);
    this.#waiting = new WaitingRoom(2 * count + keys, sessions);
    for (let session = sessions - 1; session >= 0; session -= 1) this.#awake.push(session);
  }

  isPlaced(event: number): boolean {
    return event < this.next[this.events.session[event]!]!;
  }

  /** A cas is two events with nothing between. */
  endOf(first: number): number {
    return this.events.row[first + 1] === this.events.row[first] ? first + 1 : first;
  }

  turnOf(write: number): number {
    return this.#turn[write]!;
  }

  /** Takes whatever can be taken without a choice, and the write that comes first of those that may; false when there is none. */
  advance(): boolean {
    this.#takeReads();
    for (let first = this.#ready.pop(); first >= 0; first = this.#ready.pop()) {
      this.#isReady[first] = 0;
      const session = this.events.session[first]!;
      if (this.next[session] !== first) continue;
      if (this.#mayWrite(session, first)) {
        this.#take(session);
        this.#awake.push(session);
        return true;
      }
    }
    return false;
  }

  /** Takes back whatever was taken since before that turn. */
  backTo(turn: number): void {
    const { events } = this;
    while (this.#turns > turn) {
      this.#turns -= 1;
      const session = this.#sessions[this.#turns]!;
      const replaced = this.#replaced[this.#turns]!;
      const last = this.next[session]! - 1;
      const first = last > 0 && events.row[last - 1] === events.row[last] ? last - 1 : last;
      if (replaced !== nothing) {
        // Who waited for the readers of this value may have nothing to wait for.
        this.#waiting.drain(this.#readersList(last), this.#awake);
        this.current[events.key[last]!] = replaced;
      }
      if (events.isWrite[first] === 0) this.#unread[versionOf(events, first)]! += 1;
      this.next[session] = first;
      this.placed -= last - first + 1;
      this.steps += 1;
      this.#awake.push(session);
    }
  }

  /** Looks at the session again, for what it waits for has changed. */
  wake(session: number): void {
    this.#awake.push(session);
  }

  #takeReads(): void {
    for (let session = this.#awake.pop(); session !== undefined; session = this.#awake.pop()) {
      this.#waiting.leave(session);
      const end = this.events.starts[session + 1]!;
      for (let head = this.next[session]!; head < end; head = this.next[session]!) {
        if (!this.#isReadNow(session, head)) break;
        this.#take(session);
      }
    }
  }

  /** Whether the head is a read that can be answered; if not, the session waits for what it needs. */
  #isReadNow(session: number, head: number): boolean {
    const { isWrite, source, key } = this.events;
    if (isWrite[this.endOf(head)] === 1) {
      if (this.#mayWrite(session, head)) this.#offer(head);
      return false;
    }
    if (this.current[key[head]!] === source[head]) return true;
    // Nothing that is still to be read is ever replaced, so it is still to come.
    this.#waiting.join(session, source[head]!);
    return false;
  }

  #offer(head: number): void {
    if (this.#isReady[head] === 1) return;
    this.#isReady[head] = 1;
    this.#ready.push(head, this.#visibleAt[this.endOf(head)]!);
  }

  #mayWrite(session: number, head: number): boolean {
    const { isWrite, source, key, count } = this.events;
    const current = this.current[key[head]!]!;
    const isCas = isWrite[head] === 0;
    if (isCas && source[head] !== current) {
      this.#waiting.join(session, source[head]!);
      return false;
    }
    const version = current === initial ? count + key[head]! : current;
    if (this.#unread[version]! > (isCas ? 1 : 0)) {
      this.#waiting.join(session, count + version);
      return false;
    }
    const blocker = this.#waits.blockerOf(this.endOf(head));
    if (blocker < 0) return true;
    this.#waiting.join(session, blocker);
    return false;
  }

  #take(session: number): void {
    const { events } = this;
    const first = this.next[session]!;
    const last = this.endOf(first);
    const key = events.key[first]!;
    const writes = events.isWrite[last] === 1;
    this.#sessions[this.#turns] = session;
    this.#replaced[this.#turns] = writes ? this.current[key]! : nothing;
    if (events.isWrite[first] === 0) this.#readOnce(versionOf(events, first));
    this.next[session] = last + 1;
    this.placed += last - first + 1;
    this.steps += 1;
    if (writes) {
      this.current[key] = last;
      this.#turn[last] = this.#turns;
      this.#waiting.drain(last, this.#awake);
    }
    this.#turns += 1;
  }

  #readOnce(version: number): void {
    this.#unread[version]! -= 1;
    // The last reader may be a cas that waits to replace the value itself.
    if (this.#unread[version]! <= 1) this.#waiting.drain(this.#readersList(version), this.#awake);
  }

  /** Behind the lists of those who wait for a write: those who wait for the readers of a version. */
  #readersList(version: number): number {
    return this.events.count + version;
  }
}
