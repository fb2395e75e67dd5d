import type { Completion, Context, NodeId, Operation, RequestId } from '../../kernel/operation.ts';
import type { Note, TimerId } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Endpoint } from '../../topology/topology.ts';
import { RunningHash } from './running-hash.ts';

/**
 * What a trace tells. First what happens at an end, each of which is the cause of what that end does next; then what
 * is done; then what comes to nothing.
 */
export const traceKinds = [
  // In the order of the kinds of events in the queue, whose codes are these.
  'mail',
  'timer',
  'request',
  'answer',
  'callback',
  'refusal',
  'boot',
  'fault',
  'crash',
  'send',
  'invoke',
  'reply',
  'set-timer',
  'cancel-timer',
  'persist',
  'note',
  'lost',
  'held',
] as const;
export type TraceKind = (typeof traceKinds)[number];

/** The codes of the kinds, for who records them. */
export const happening = Object.fromEntries(traceKinds.map((kind, code) => [kind, code])) as Readonly<
  Record<TraceKind, number>
>;

/** One line of a trace. */
export interface TraceEntry {
  /** From 0, over the whole run. */
  readonly number: number;
  readonly kind: TraceKind;
  readonly at: Micros;
  /** Where: a node, or the site of clients. */
  readonly end: Endpoint;
  /** The other end of what is sent, arrives, or is lost on its way; `end` again where there is none. */
  readonly peer: Endpoint;
  /**
   * The entry that led to this one: of what is done, the step that did it; of what arrives or is lost, its sending; of
   * a timer that fires, its setting. −1 where it came from outside.
   */
  readonly cause: number;
  /** What was sent, asked, answered, set, stored or noted, and why it was lost; see each hook. Undefined for what arrives. */
  readonly detail: unknown;
}

/** What is kept of a run, besides the hash of all of it. */
export interface TraceKeeping {
  /** The first moment of which entries are kept. */
  readonly from?: Micros;
  /** The last one. */
  readonly until?: Micros;
  /** At most so many entries are kept; of what comes later only the hash tells. */
  readonly limit?: number;
}

/** A request as a trace sees it. */
export interface TracedRequest {
  readonly id: RequestId;
  readonly operation: Operation;
  readonly context: Context;
}

/** An answer as a trace sees it. */
export interface TracedAnswer {
  readonly request: TracedRequest;
  readonly completion: Completion;
  readonly context: Context;
}

const firstCapacity = 4_096;
const nowhere = -1;

/**
 * What happened in a simulation, entry by entry, and a hash of all of it: of times, order, kinds, ends, causes and the
 * contents of what was sent, set, stored, asked and answered. Entries are columns of numbers, and what they held is kept
 * by reference: who hands it over may not change it any more.
 *
 * Causes are exact. Between the beginning of one event and the next, whatever is done is done because of that event;
 * and the slot of the queue in which something waits remembers who put it there.
 */
export class Trace {
  readonly #hash = new RunningHash();
  readonly #from: Micros;
  readonly #until: Micros;
  readonly #limit: number;
  #count = 0;
  #first = 0;
  #kept = 0;
  #overflowed = false;
  /** The event that is being handled, as an entry; −1 outside of all. */
  #current = nowhere;
  /** By slot of the queue: the entry that scheduled what is in it. */
  #origin = new Int32Array(firstCapacity);

  #kind = new Uint8Array(firstCapacity);
  #at = new Float64Array(firstCapacity);
  #end = new Int32Array(firstCapacity);
  #peer = new Int32Array(firstCapacity);
  #cause = new Int32Array(firstCapacity);
  #short = new Uint32Array(firstCapacity);
  readonly #detail: unknown[] = [];

  constructor({
    from = 0,
    until = Number.POSITIVE_INFINITY,
    limit = Number.POSITIVE_INFINITY,
  }: TraceKeeping = {}) {
    this.#from = from;
    this.#until = until;
    this.#limit = limit;
  }

  /** How many entries there were, kept or not. */
  get count(): number {
    return this.#count;
  }

  /** The number of the first entry that was kept, and how many were. */
  get kept(): { readonly first: number; readonly count: number } {
    return { first: this.#first, count: this.#kept };
  }

  /** Whether some entries of the time to keep were not, because there were too many. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** The hash of all entries so far. */
  get digest(): string {
    return this.#hash.digest;
  }

  /** A kept entry by its number; undefined for others. */
  entry(number: number): TraceEntry | undefined {
    const i = number - this.#first;
    if (i < 0 || i >= this.#kept) return undefined;
    return {
      number,
      kind: traceKinds[this.#kind[i]!]!,
      at: this.#at[i]!,
      end: this.#end[i]!,
      peer: this.#peer[i]!,
      cause: this.#cause[i]!,
      detail: this.#detail[i],
    };
  }

  /** What tells whether two runs are the same up to and with an entry that was kept: a hash of 32 bits. */
  prefixHash(number: number): number {
    return this.#short[number - this.#first]!;
  }

  /** The entry of the event under way; −1 outside of all. */
  get current(): number {
    return this.#current;
  }

  // What the simulation tells.

  /** The entry that scheduled what is in a slot of the queue; −1 where that came from outside of all events. */
  originOf(slot: number): number {
    return this.#origin[slot] ?? nowhere;
  }

  /** What was sent, asked, answered or set waits in a slot until it is due. A message that is doubled waits in two. */
  waits(slot: number, entry: number | undefined): void {
    if (slot >= this.#origin.length) this.#origin = longer(this.#origin, new Int32Array(slot * 2));
    this.#origin[slot] = entry ?? nowhere;
  }

  /** An event begins because of the entry `origin`. Until the next one begins, all that is done is due to it. */
  begins(kind: number, at: Micros, end: Endpoint, peer: Endpoint, origin: number | undefined): void {
    this.#current = this.#add(kind, at, end, peer, origin ?? nowhere, undefined);
  }

  /** A fault strikes or ends: what nodes do at once is its consequence. */
  strikes(at: Micros, action: unknown): void {
    this.#hash.plain(action);
    this.#current = this.#add(happening.fault, at, nowhere, nowhere, nowhere, action);
  }

  /** What comes next comes from outside. */
  ends(): void {
    this.#current = nowhere;
  }

  boots(at: Micros, node: NodeId, boot: string): void {
    this.#hash.text(boot);
    this.#current = this.#add(happening.boot, at, node, node, this.#current, boot);
  }

  /** Why a strategy's own error killed the node is not hashed: its words may differ from machine to machine. */
  crashes(at: Micros, node: NodeId, error: unknown): void {
    this.#add(happening.crash, at, node, node, this.#current, error);
  }

  sends(at: Micros, from: NodeId, to: NodeId, message: unknown): number {
    this.#hash.plain(message);
    return this.#add(happening.send, at, from, to, this.#current, message);
  }

  invokes(at: Micros, site: Endpoint, node: NodeId, request: TracedRequest): number {
    this.#hash.number(request.id);
    this.#hash.plain(request.operation);
    this.#hash.plain(request.context);
    return this.#add(happening.invoke, at, site, node, this.#current, request);
  }

  replies(at: Micros, node: NodeId, site: Endpoint, answer: TracedAnswer): number {
    this.#hash.number(answer.request.id);
    this.#hash.plain(answer.completion);
    this.#hash.plain(answer.context);
    return this.#add(happening.reply, at, node, site, this.#current, answer);
  }

  setsTimer(at: Micros, node: NodeId, after: Micros, data: unknown): number {
    this.#hash.number(after);
    this.#hash.plain(data);
    return this.#add(happening['set-timer'], at, node, node, this.#current, { after, data });
  }

  cancelsTimer(at: Micros, node: NodeId, timer: TimerId): void {
    this.#hash.number(timer);
    this.#add(happening['cancel-timer'], at, node, node, this.#current, undefined);
  }

  persists(at: Micros, node: NodeId, key: string, value: unknown): void {
    this.#hash.text(key);
    this.#hash.plain(value);
    this.#add(happening.persist, at, node, node, this.#current, { key, value });
  }

  notes(at: Micros, node: NodeId, note: Note): void {
    this.#hash.plain(note);
    this.#add(happening.note, at, node, node, this.#current, note);
  }

  /** What was on its way because of the entry `origin` comes to nothing, for a reason in words. */
  loses(at: Micros, end: Endpoint, peer: Endpoint, origin: number | undefined, because: string): void {
    this.#hash.text(because);
    this.#add(happening.lost, at, end, peer, origin ?? nowhere, because);
  }

  /** What has arrived waits until a paused node goes on. */
  holds(at: Micros, node: NodeId, origin: number): void {
    this.#add(happening.held, at, node, node, origin, undefined);
  }

  #add(kind: number, at: Micros, end: Endpoint, peer: Endpoint, cause: number, detail: unknown): number {
    const hash = this.#hash;
    hash.word(kind);
    hash.number(at);
    hash.word(end);
    hash.word(peer);
    hash.word(cause);
    const number = this.#count;
    this.#count += 1;
    if (at >= this.#from && at <= this.#until) this.#keep(number, kind, at, end, peer, cause, detail);
    return number;
  }

  #keep(
    number: number,
    kind: number,
    at: Micros,
    end: Endpoint,
    peer: Endpoint,
    cause: number,
    detail: unknown,
  ): void {
    const i = this.#kept;
    if (i >= this.#limit) {
      this.#overflowed = true;
      return;
    }
    if (i === this.#kind.length) this.#grow();
    if (i === 0) this.#first = number;
    this.#kept = i + 1;
    this.#kind[i] = kind;
    this.#at[i] = at;
    this.#end[i] = end;
    this.#peer[i] = peer;
    this.#cause[i] = cause;
    this.#short[i] = this.#hash.short;
    this.#detail[i] = detail;
  }

  #grow(): void {
    const capacity = this.#kind.length * 2;
    this.#kind = longer(this.#kind, new Uint8Array(capacity));
    this.#at = longer(this.#at, new Float64Array(capacity));
    this.#end = longer(this.#end, new Int32Array(capacity));
    this.#peer = longer(this.#peer, new Int32Array(capacity));
    this.#cause = longer(this.#cause, new Int32Array(capacity));
    this.#short = longer(this.#short, new Uint32Array(capacity));
  }
}

function longer<Column extends { set(from: Column): void }>(old: Column, empty: Column): Column {
  empty.set(old);
  return empty;
}
