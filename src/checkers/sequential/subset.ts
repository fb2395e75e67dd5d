import { completionCode } from '../../history/history.ts';
import type { Events } from '../causal/events.ts';

/** Per row its first event, or −1. */
export function firstEvents({ history, row, count }: Events): Int32Array {
  const first = new Int32Array(history.length).fill(-1);
  for (let event = count - 1; event >= 0; event -= 1) first[row[event]!] = event;
  return first;
}

/**
 * The same events with those of these rows alone. Whatever has an order has one without some of its reads, and without some of its writes
 * and all that read them: so a read whose write is left out says nothing, and an unanswered write that nobody is left to have read was
 * not done. `first` is what `firstEvents` gives.
 */
export function subsetOf(events: Events, first: Int32Array, rows: readonly number[]): Events {
  const kept = new Map<number, number>();
  for (const event of eventsKept(events, first, rows)) kept.set(event, kept.size);
  const count = kept.size;
  const sessions = new Map<number, number>();
  const keys = new Map<number, number>();
  const starts: number[] = [];
  const subset = {
    ...events,
    count,
    row: new Uint32Array(count),
    session: new Uint32Array(count),
    key: new Uint32Array(count),
    isWrite: new Uint8Array(count),
    source: new Int32Array(count),
    ordinal: new Uint32Array(count),
  };
  for (const [event, place] of kept) {
    const session = numberOf(sessions, events.session[event]!);
    if (session === starts.length) starts.push(place);
    const source = events.source[event]!;
    subset.row[place] = events.row[event]!;
    subset.session[place] = session;
    subset.key[place] = numberOf(keys, events.key[event]!);
    subset.isWrite[place] = events.isWrite[event]!;
    subset.source[place] = source < 0 ? source : kept.get(source)!;
    const before = place === starts[session] ? 0 : subset.ordinal[place - 1]!;
    subset.ordinal[place] = before + events.isWrite[event]!;
  }
  return { ...subset, starts: Uint32Array.from([...starts, count]), keys: keys.size };
}

/** In ascending order. */
function eventsKept(events: Events, first: Int32Array, rows: readonly number[]): readonly number[] {
  const { row, isWrite, source, history } = events;
  const all: number[] = [];
  for (const one of rows) {
    for (let event = first[one]!; event >= 0 && row[event] === one; event += 1) all.push(event);
  }
  const isAnswered = (event: number) => {
    const code = history.columns.completion[row[event]!];
    return code === completionCode.ok || code === completionCode.refused;
  };
  let kept = new Set(all);
  for (let size = -1; size !== kept.size; ) {
    size = kept.size;
    const seen = new Set<number>();
    for (const event of kept) if (row[source[event]!] !== row[event]) seen.add(source[event]!);
    const isDone = (event: number) => isAnswered(event) || seen.has(isWrite[event] === 1 ? event : event + 1);
    const says = (event: number) => isWrite[event] === 1 || source[event]! < 0 || kept.has(source[event]!);
    kept = new Set([...kept].filter((event) => says(event) && isDone(event)));
  }
  return [...kept].sort((a, b) => a - b);
}

function numberOf(ids: Map<number, number>, id: number): number {
  const known = ids.get(id) ?? ids.size;
  ids.set(id, known);
  return known;
}
