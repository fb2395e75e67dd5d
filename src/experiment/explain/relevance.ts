import type { Row } from '../../history/history.ts';
import { keysOf, type RequestId } from '../../kernel/operation.ts';
import type { Trace, TracedAnswer, TracedRequest, TraceEntry, TraceKind } from '../../runtimes/sim/trace.ts';
import type { Topology } from '../../topology/topology.ts';
import { plainText } from '../trace-words.ts';

/** Something that left one end, and what became of it. */
export interface Journey {
  /** Its sending: a message, a request or a reply. */
  readonly sent: TraceEntry;
  /** Its arrival, or its loss, or its wait at a node that slept; null where it was under way to the end. */
  readonly ended: TraceEntry | null;
  /** The row of the operation that it carries, where it passes between a client and a node. */
  readonly row: Row | null;
  /** By how much it belongs to the picture: what led to an answer most. */
  readonly weight: number;
}

/** A witness's operation, with its request in the trace. */
interface Asked {
  readonly row: Row;
  readonly request: TraceEntry;
}

/** How much a journey belongs to the picture. */
const weights = { client: 4, ledToAnswer: 3, lost: 2, followed: 1, ofOthers: 0 } as const;
const arrivals: ReadonlySet<TraceKind> = new Set(['mail', 'request', 'answer', 'refusal', 'lost', 'held']);
const departures: ReadonlySet<TraceKind> = new Set(['send', 'invoke', 'reply']);

/**
 * What belongs to the operations of a witness, in the order of sending: all that their requests led to, from message to step
 * to message, and all that led to their answers, back to the beginning of the trace. Both follow exact causes.
 */
export function journeysOf(trace: Trace, rows: readonly Row[], topology: Topology): readonly Journey[] {
  const asked = rows.flatMap((row) => {
    const request = requestOf(trace, row, topology);
    return request === undefined ? [] : [{ row, request }];
  });
  const rowOfRequest = new Map(asked.map(({ row, request }) => [(request.detail as TracedRequest).id, row]));
  const followers = followersOf(trace, asked);
  const ancestors = ancestorsOf(trace, rowOfRequest);
  const keys = rows.flatMap(({ operation }) => keysOf(operation).map((key) => JSON.stringify(key)));
  const ends = endsOf(trace);
  const journeys: Journey[] = [];
  for (const sent of entriesOf(trace)) {
    if (!departures.has(sent.kind) || !(followers.has(sent.number) || ancestors.has(sent.number))) continue;
    const row = rowOfRequest.get(requestIn(sent) ?? Number.NaN) ?? null;
    // What other clients are answered on the way is not the witness's.
    if (sent.kind !== 'send' && row === null) continue;
    for (const ended of ends.get(sent.number) ?? [null]) {
      journeys.push({ sent, ended, row, weight: weightOf(sent, ended, ancestors, keys) });
    }
  }
  return journeys;
}

function requestIn({ kind, detail }: TraceEntry): RequestId | undefined {
  if (kind === 'invoke') return (detail as TracedRequest).id;
  return kind === 'reply' ? (detail as TracedAnswer).request.id : undefined;
}

function weightOf(
  sent: TraceEntry,
  ended: TraceEntry | null,
  ancestors: ReadonlySet<number>,
  keys: readonly string[],
): number {
  if (sent.kind !== 'send') return weights.client;
  if (ancestors.has(sent.number)) return weights.ledToAnswer;
  const text = plainText(sent.detail, Number.POSITIVE_INFINITY);
  if (!keys.some((key) => text.includes(key))) return weights.ofOthers;
  return ended?.kind === 'lost' || ended?.kind === 'held' ? weights.lost : weights.followed;
}

/** The kept entries, in order. */
function* entriesOf(trace: Trace): Generator<TraceEntry> {
  const { first, count } = trace.kept;
  for (let number = first; number < first + count; number += 1) yield trace.entry(number)!;
}

/** The entry in which an operation was asked: of several tries, the one that went to the node in the row. */
function requestOf(trace: Trace, row: Row, topology: Topology): TraceEntry | undefined {
  const site = topology.nodes.length + row.site;
  for (const entry of entriesOf(trace)) {
    if (entry.at > (row.completedAt ?? Number.POSITIVE_INFINITY)) return undefined;
    if (entry.kind !== 'invoke' || entry.end !== site || entry.peer !== row.node) continue;
    const inTime = row.attempts === 1 ? entry.at === row.invokedAt : entry.at >= row.invokedAt;
    if (inTime && sameOperation(row, entry.detail as TracedRequest)) return entry;
  }
  return undefined;
}

function sameOperation({ operation }: Row, request: TracedRequest): boolean {
  return JSON.stringify(operation) === JSON.stringify(request.operation);
}

/**
 * All that the requests led to, by the number of the request that did. A client's next question is not what its last one
 * led to; and of timers only those count that fire while the operation lasts, as some are set again for ever.
 */
function followersOf(trace: Trace, asked: readonly Asked[]): ReadonlyMap<number, Asked> {
  const followers = new Map<number, Asked>(asked.map((one) => [one.request.number, one]));
  const answers = new Set<number>();
  for (const entry of entriesOf(trace)) {
    const root = followers.get(entry.cause);
    if (root === undefined || answers.has(entry.cause)) continue;
    const over = root.row.completedAt !== null && entry.at > root.row.completedAt;
    if (entry.kind === 'timer' && over) continue;
    followers.set(entry.number, root);
    if (entry.kind === 'answer') answers.add(entry.number);
  }
  return followers;
}

/** What led to the answers of the operations themselves. */
function ancestorsOf(trace: Trace, rowOfRequest: ReadonlyMap<RequestId, Row>): ReadonlySet<number> {
  const ancestors = new Set<number>();
  for (const entry of entriesOf(trace)) {
    if (entry.kind === 'reply' && rowOfRequest.has(requestIn(entry)!)) climb(trace, entry, ancestors);
  }
  return ancestors;
}

function climb(trace: Trace, from: TraceEntry, seen: Set<number>): void {
  let entry: TraceEntry | undefined = from;
  while (entry !== undefined && !seen.has(entry.number)) {
    seen.add(entry.number);
    entry = trace.entry(entry.cause);
  }
}

/** What became of what was sent, by the number of its sending; a message that was doubled has two ends. */
function endsOf(trace: Trace): ReadonlyMap<number, readonly TraceEntry[]> {
  const ends = new Map<number, TraceEntry[]>();
  for (const entry of entriesOf(trace)) {
    if (!arrivals.has(entry.kind)) continue;
    const known = ends.get(entry.cause);
    if (known === undefined) ends.set(entry.cause, [entry]);
    // What waited for a node to wake is handled later: it has arrived before.
    else if (known.at(-1)!.kind !== 'held') known.push(entry);
  }
  return ends;
}
