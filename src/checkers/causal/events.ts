import { completionCode, type History } from '../../history/history.ts';
import { initial, noRead, type Versions, versionsOf } from './versions.ts';

/**
 * The reads and writes of all registers with unique values, session after session, in columns: an event's number tells
 * its place, so of two events of one session the smaller one came first. A cas is two events, a read and a write.
 */
export interface Events {
  readonly history: History;
  readonly versions: Versions;
  readonly count: number;
  /** The events of session s are those from `starts[s]` to before `starts[s + 1]`. */
  readonly starts: Uint32Array;
  readonly row: Uint32Array;
  readonly session: Uint32Array;
  /** Keys numbered from 0. */
  readonly key: Uint32Array;
  readonly keys: number;
  readonly isWrite: Uint8Array;
  /** Of a read: the write that it saw, or `initial` or `thinAir`. Of a write: itself. */
  readonly source: Int32Array;
  /** Of a write: which write of its session it is, from 1. Of a read: how many came before it. */
  readonly ordinal: Uint32Array;
}

/** What the history says about its registers with unique values, in the order of sessions. */
export function eventsOf(history: History, versions: Versions = versionsOf(history)): Events {
  const { starts, sessionOf } = dealSessions(history, versions);
  const count = starts.at(-1)!;
  const events = {
    history,
    versions,
    count,
    starts,
    row: new Uint32Array(count),
    session: new Uint32Array(count),
    key: new Uint32Array(count),
    isWrite: new Uint8Array(count),
    source: new Int32Array(count),
    ordinal: new Uint32Array(count),
  };
  const writeEvent = placeEvents(events, sessionOf);
  const keys = numberKeys(events);
  for (let event = 0; event < count; event += 1) {
    const source = events.source[event]!;
    if (events.isWrite[event] === 0 && source >= 0) events.source[event] = writeEvent[source]!;
  }
  return { ...events, keys };
}

/**
 * A session is one process, until one of its operations has no answer: whatever follows that one may have come before
 * it took effect, and so belongs to another session.
 */
function dealSessions(history: History, versions: Versions) {
  const { process, completion } = history.columns;
  const current = new Map<number, number>();
  const sessionOf = new Int32Array(history.length).fill(-1);
  const sizes: number[] = [];
  for (let row = 0; row < history.length; row += 1) {
    const size = (versions.source[row] === noRead ? 0 : 1) + versions.wrote[row]!;
    const code = completion[row]!;
    const unanswered = code === completionCode.info || code === completionCode.open;
    if (size > 0) {
      let session = current.get(process[row]!);
      if (session === undefined) {
        session = sizes.push(0) - 1;
        current.set(process[row]!, session);
      }
      sessionOf[row] = session;
      sizes[session]! += size;
    }
    if (unanswered) current.delete(process[row]!);
  }
  const starts = new Uint32Array(sizes.length + 1);
  sizes.forEach((size, session) => {
    starts[session + 1] = starts[session]! + size;
  });
  return { starts, sessionOf };
}

/** Fills the columns, sources still as rows, and tells the event of each row that wrote. */
function placeEvents(events: Omit<Events, 'keys'>, sessionOf: Int32Array): Int32Array {
  const { history, versions, starts, row: rows, session: sessions, isWrite, source, ordinal } = events;
  const next = starts.slice();
  const writes = new Uint32Array(starts.length);
  const writeEvent = new Int32Array(history.length).fill(-1);
  for (let row = 0; row < history.length; row += 1) {
    const session = sessionOf[row]!;
    if (session < 0) continue;
    let event = next[session]!;
    if (versions.source[row] !== noRead) {
      rows[event] = row;
      sessions[event] = session;
      source[event] = versions.source[row]!;
      ordinal[event] = writes[session]!;
      event += 1;
    }
    if (versions.wrote[row] === 1) {
      writes[session]! += 1;
      rows[event] = row;
      sessions[event] = session;
      isWrite[event] = 1;
      source[event] = event;
      ordinal[event] = writes[session]!;
      writeEvent[row] = event;
      event += 1;
    }
    next[session] = event;
  }
  return writeEvent;
}

function numberKeys({ history, count, row, key }: Omit<Events, 'keys'>): number {
  const numbers = new Int32Array(history.texts.length).fill(initial);
  let keys = 0;
  for (let event = 0; event < count; event += 1) {
    const text = history.columns.key[row[event]!]!;
    if (numbers[text]! < 0) {
      numbers[text] = keys;
      keys += 1;
    }
    key[event] = numbers[text]!;
  }
  return keys;
}
