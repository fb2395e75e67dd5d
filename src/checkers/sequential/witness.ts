import { completionCode, type History } from '../../history/history.ts';
import { type Events, eventsOf } from '../causal/events.ts';
import { shortestPath } from '../causal/path.ts';
import { noRead } from '../causal/versions.ts';
import { actInWords, rowsOf } from '../causal/words.ts';
import { processOf } from '../words.ts';
import type { OrderGraph } from './graph.ts';

/** With more rows than this, no attempt is made to do without some. */
const mostShrunk = 60;

/** The rows of a cycle, with those from which its edges were inferred; as few as still leave no order, by `isRefuted`. */
export function fewestRows(
  graph: OrderGraph,
  cycle: readonly number[],
  isRefuted: (events: Events) => boolean,
): readonly number[] {
  return withoutNeedless(graph.events, rowsOf(graph.events, reasonsOf(graph, cycle)), isRefuted);
}

/** Leaves out row after row that is not needed. */
export function withoutNeedless(
  events: Events,
  found: readonly number[],
  isRefuted: (events: Events) => boolean,
): readonly number[] {
  const rows = withReaders(events, found);
  if (rows.length > mostShrunk || !isRefuted(eventsOfRows(events, rows))) return rows;
  return rows.reduce((kept, row) => {
    const without = kept.filter((other) => other !== row);
    return isRefuted(eventsOfRows(events, without)) ? without : kept;
  }, rows);
}

/** A write without an answer was done only because somebody read it, so its first reader belongs to it. */
function withReaders({ history, versions }: Events, rows: readonly number[]): readonly number[] {
  const all = new Set(rows);
  const unread = new Set(rows.filter((row) => versions.wrote[row] !== 0 && !isAnswered(history, row)));
  for (const row of rows) unread.delete(versions.source[row]!);
  for (let row = 0; row < history.length && unread.size > 0; row += 1) {
    if (unread.delete(versions.source[row]!)) all.add(row);
  }
  return [...all].sort((a, b) => a - b);
}

function isAnswered(history: History, row: number): boolean {
  return history.columns.completion[row] === completionCode.ok;
}

/** The same history with these rows alone. A read whose write is not among them says nothing, and an unanswered write that nobody read is not done. */
function eventsOfRows({ history, versions }: Events, rows: readonly number[]): Events {
  const kept = new Set(rows);
  const source = new Int32Array(history.length).fill(noRead);
  const wrote = new Uint8Array(history.length);
  for (const row of rows) {
    const from = versions.source[row]!;
    if (from < 0 || kept.has(from)) source[row] = from;
    // Without what it found, a cas would be a write like any other, and that claims less.
    if (isAnswered(history, row)) wrote[row] = versions.wrote[row]!;
  }
  for (const row of rows) {
    const from = versions.source[row]!;
    if (from >= 0 && kept.has(from)) wrote[from] = versions.wrote[from]!;
  }
  return eventsOf(history, { ...versions, source, wrote });
}

/** All events of the cycle, and of the ways by which its inferred edges came about, and theirs. */
function reasonsOf(graph: OrderGraph, cycle: readonly number[]): readonly number[] {
  const { events, inferred, into } = graph;
  const found = new Set(cycle);
  const done = new Set<number>();
  const edges: number[] = [];
  const addEdges = (path: readonly number[], limit: number) => {
    path.forEach((event, i) => {
      found.add(event);
      const before = path[i - 1] ?? path.at(-1)!;
      const edge = (into[event] ?? []).find((one) => inferred[one]!.from === before && one < limit);
      if (edge !== undefined && events.source[event] !== before && !done.has(edge)) {
        done.add(edge);
        edges.push(edge);
      }
    });
  };
  addEdges(cycle, inferred.length);
  for (let edge = edges.pop(); edge !== undefined; edge = edges.pop()) {
    const { read, premise, from, to } = inferred[edge]!;
    for (const event of [read, from, to]) found.add(event);
    if (events.source[read]! >= 0) found.add(events.source[read]!);
    if (premise === null) continue;
    const known = edge;
    const before = (event: number) => [
      ...(events.source[event]! >= 0 && events.source[event] !== event ? [events.source[event]!] : []),
      ...(into[event] ?? []).filter((one) => one < known).map((one) => inferred[one]!.from),
    ];
    addEdges(shortestPath(events, premise[0], premise[1], before), known);
  }
  return [...found];
}

/** What each process did, in its order: `process 1 wrote 17 to "x", then read 3 of "y"`. */
export function programsInWords(events: Events, rows: readonly number[]): string {
  const wanted = new Set(rows);
  const programs: string[] = [];
  for (let session = 0; session + 1 < events.starts.length; session += 1) {
    const acts: string[] = [];
    for (let event = events.starts[session]!; event < events.starts[session + 1]!; event += 1) {
      if (wanted.has(events.row[event]!)) acts.push(actInWords(events, event));
    }
    const who = processOf(events.history, events.row[events.starts[session]!]!);
    if (acts.length > 0) programs.push(`${who} ${acts.join(', then ')}`);
  }
  return programs.join('; ');
}
