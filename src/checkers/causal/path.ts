import type { Events } from './events.ts';

/**
 * From one event to a later one along program order and reads-from, over the fewest sessions: first, the pairs of a write and
 * the read that saw it, last. Found backwards, session by session (a breadth-first search), in O(events).
 */
export function shortestPath(
  events: Events,
  source: Int32Array,
  from: number,
  to: number,
): readonly number[] {
  const { session, starts } = events;
  /** Per session, the first event that was not reached yet, counted from its start: what lies before was. */
  const reached = new Uint32Array(starts.length - 1);
  /** Per write that was reached, the read through which it was. */
  const through = new Map<number, number>();
  /** Per read that was looked at, the event of its session from which the search came. */
  const cameFrom = new Map<number, number>();
  const queue = [to];
  for (let i = 0; i < queue.length; i += 1) {
    const entry = queue[i]!;
    const own = session[entry]!;
    if (own === session[from] && from <= entry) return trace(entry, from, through, cameFrom);
    const already = starts[own]! + reached[own]!;
    for (let event = already; event <= entry; event += 1) {
      const write = source[event]!;
      if (write < 0 || write === event || session[write] === own) continue;
      cameFrom.set(event, entry);
      if (through.has(write) || write < starts[session[write]!]! + reached[session[write]!]!) continue;
      through.set(write, event);
      queue.push(write);
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
