import type { Events } from './events.ts';

/** Whatever comes directly before an event, besides the event before it in its session. */
export type Before = (event: number) => Iterable<number>;

/** Reads-from: before a read comes the write that it saw. */
export function readsFrom(source: Int32Array): Before {
  return (event) => (source[event]! >= 0 && source[event] !== event ? [source[event]!] : []);
}

/**
 * From one event to a later one along the order of sessions and `before`, over the fewest sessions: the two ends, and between
 * them where each session is entered and left. Found backwards, session by session (a breadth-first search), in
 * O(events). Empty where there is no way.
 */
export function shortestPath(events: Events, from: number, to: number, before: Before): readonly number[] {
  const { session, starts } = events;
  /** Per session, how many of its events were reached: all before some place. */
  const reached = new Uint32Array(starts.length - 1);
  /** Per event at which a session was entered, the event to which it leads. */
  const through = new Map<number, number>();
  /** Per event that something comes before, the event from which its session was gone through. */
  const cameFrom = new Map<number, number>();
  const queue = [to];
  for (let i = 0; i < queue.length; i += 1) {
    const entry = queue[i]!;
    const own = session[entry]!;
    if (own === session[from] && from <= entry) return trace(entry, from, through, cameFrom);
    for (let event = starts[own]! + reached[own]!; event <= entry; event += 1) {
      for (const other of before(event)) {
        const isReached = other < starts[session[other]!]! + reached[session[other]!]!;
        if (session[other] === own || isReached || through.has(other)) continue;
        cameFrom.set(event, entry);
        through.set(other, event);
        queue.push(other);
      }
    }
    reached[own] = Math.max(reached[own]!, entry + 1 - starts[own]!);
  }
  return [];
}

function trace(
  entry: number,
  from: number,
  through: ReadonlyMap<number, number>,
  cameFrom: ReadonlyMap<number, number>,
): readonly number[] {
  const path = from === entry ? [from] : [from, entry];
  for (let at = entry; through.has(at); ) {
    const read = through.get(at)!;
    const next = cameFrom.get(read)!;
    path.push(read);
    if (next !== read) path.push(next);
    at = next;
  }
  return path;
}
