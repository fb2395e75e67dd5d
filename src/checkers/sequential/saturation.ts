import type { Events } from '../causal/events.ts';
import { inferFromReadsOfNothing, OrderGraph } from './graph.ts';

/** As many numbers of clocks as are kept: a quarter of a gigabyte. */
const mostNumbers = 2 ** 26;
/** As many numbers as are worked out anew in all rounds together. */
const mostWork = 2 ** 26;
/** As many edges as are inferred. */
const mostInferred = 2 ** 20;

/** What must hold in every order of all operations that agrees with the sessions. */
export interface Saturation {
  readonly graph: OrderGraph;
  /** Events each of which must come before the next, and the last before the first; null where none were found. */
  readonly cycle: readonly number[] | null;
  /** Whether nothing more follows by the rules below. */
  readonly isComplete: boolean;
}

/**
 * The order that the answers force (Gibbons and Korach 1997, section 4): between a write and a read of it there is no other
 * write of the key. So with r a read of w, and w' another write: if w' is before r, it is before w; and if w is before w', so is r.
 * Every round infers all that follows at once from the clocks of the last one, until nothing does, or until a cycle shows that
 * there is no order at all. Null where the clocks would not fit.
 */
export function saturate(events: Events): Saturation | null {
  if (numbersOf(events) > mostNumbers) return null;
  const graph = new OrderGraph(events);
  const readers = lastReaders(events);
  inferFromReadsOfNothing(graph);
  const rounds = Math.max(2, Math.floor(mostWork / Math.max(1, numbersOf(events))));
  for (let round = 0; round < rounds; round += 1) {
    const cycle = graph.order();
    if (cycle !== null) return { graph, cycle, isComplete: true };
    const before = graph.inferred.length;
    inferFromReads(graph);
    inferFromWrites(graph, readers);
    if (graph.inferred.length > mostInferred) break;
    if (graph.inferred.length === before) return { graph, cycle: null, isComplete: true };
  }
  return { graph, cycle: graph.order(), isComplete: false };
}

function numbersOf({ count, starts }: Events): number {
  return count * (starts.length - 1);
}

/** If w' is before a read of w, it is before w. */
function inferFromReads(graph: OrderGraph): void {
  const { events, groups } = graph;
  for (let read = 0; read < events.count; read += 1) {
    const write = events.source[read]!;
    if (events.isWrite[read] === 1 || write < 0) continue;
    const key = events.key[read]!;
    for (let group = groups.ofKey[key]!; group < groups.ofKey[key + 1]!; group += 1) {
      const end = graph.endBefore(group, read);
      if (end === groups.starts[group]!) continue;
      const other = groups.writes[end - 1]!;
      if (other !== write && !graph.isBefore(other, write)) graph.infer(other, write, read, [other, read]);
    }
  }
}

/** If w is before w', so is every read of w. */
function inferFromWrites(graph: OrderGraph, readers: Readers): void {
  const { events, groups } = graph;
  for (let later = 0; later < events.count; later += 1) {
    if (events.isWrite[later] === 0) continue;
    const key = events.key[later]!;
    for (let group = groups.ofKey[key]!; group < groups.ofKey[key + 1]!; group += 1) {
      const end = graph.endBefore(group, later);
      if (end === groups.starts[group]!) continue;
      const write = groups.writes[end - 1]!;
      for (let i = readers.starts[write]!; i < readers.starts[write + 1]!; i += 1) {
        const read = readers.reads[i]!;
        if (!graph.isBefore(read, later)) graph.infer(read, later, read, [write, later]);
      }
    }
  }
}

/** The last read of each write by each session; the earlier ones follow. */
interface Readers {
  readonly starts: Uint32Array;
  readonly reads: Uint32Array;
}

function lastReaders({ count, isWrite, source, session }: Events): Readers {
  const last = new Int32Array(count).fill(-1);
  const starts = new Uint32Array(count + 1);
  const isLast = (event: number) => {
    const write = source[event]!;
    if (isWrite[event] === 1 || write < 0) return false;
    const later = last[write]!;
    last[write] = event;
    return later < 0 || session[later] !== session[event];
  };
  const chosen: number[] = [];
  for (let event = count - 1; event >= 0; event -= 1) {
    if (!isLast(event)) continue;
    chosen.push(event);
    starts[source[event]! + 1]! += 1;
  }
  for (let i = 1; i <= count; i += 1) starts[i]! += starts[i - 1]!;
  const next = starts.slice();
  const reads = new Uint32Array(chosen.length);
  for (const event of chosen) {
    reads[next[source[event]!]!] = event;
    next[source[event]!]! += 1;
  }
  return { starts, reads };
}
