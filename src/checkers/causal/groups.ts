import type { Events } from './events.ts';

/** The writes of each key, those of one session side by side and in its order: a group. */
export interface Groups {
  /** The groups of key k are those from `ofKey[k]` to before `ofKey[k + 1]`. */
  readonly ofKey: Uint32Array;
  /** The writes of group g are those in `writes` from `starts[g]` to before `starts[g + 1]`. */
  readonly starts: Uint32Array;
  readonly writes: Uint32Array;
  readonly session: Uint32Array;
  /** Per event that is a write: its group. */
  readonly of: Int32Array;
}

export function groupsOf(events: Events): Groups {
  const { key, session, count } = events;
  const writes = writesByKey(events);
  const of = new Int32Array(count).fill(-1);
  const ofKey = new Uint32Array(events.keys + 1);
  const starts: number[] = [];
  const sessions: number[] = [];
  let before = -1;
  writes.forEach((write, place) => {
    if (before < 0 || key[write] !== key[before] || session[write] !== session[before]) {
      starts.push(place);
      sessions.push(session[write]!);
      ofKey[key[write]! + 1] = starts.length;
    }
    of[write] = starts.length - 1;
    before = write;
  });
  for (let i = 1; i < ofKey.length; i += 1) ofKey[i] = Math.max(ofKey[i]!, ofKey[i - 1]!);
  return {
    ofKey,
    starts: Uint32Array.from([...starts, writes.length]),
    writes,
    session: Uint32Array.from(sessions),
    of,
  };
}

/** A counting sort: events stand in the order of sessions, and so do the writes of each key. */
function writesByKey({ key, keys, isWrite, count }: Events): Uint32Array {
  const next = new Uint32Array(keys + 1);
  for (let event = 0; event < count; event += 1) {
    if (isWrite[event] === 1) next[key[event]! + 1]! += 1;
  }
  for (let i = 1; i <= keys; i += 1) next[i]! += next[i - 1]!;
  const writes = new Uint32Array(next[keys]!);
  for (let event = 0; event < count; event += 1) {
    if (isWrite[event] === 0) continue;
    writes[next[key[event]!]!] = event;
    next[key[event]!]! += 1;
  }
  return writes;
}
