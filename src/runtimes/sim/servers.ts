import type { NodeId } from '../../kernel/operation.ts';
import { type Random, randomStream } from '../../kernel/random.ts';
import type { TimerId } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import { type Delay, drawDelay } from '../../topology/delay.ts';
import type { SimNode } from './node.ts';
import { type EventQueue, eventKind } from './queue.ts';

/** What a server needs of the world. */
export interface Counter {
  now(): Micros;
  /** Whether the event in a slot may come in; one that may not is over, and its slot is released. */
  admits(node: SimNode, slot: number): boolean;
  /** Lets the node handle the event in a slot. */
  perform(node: SimNode, slot: number): void;
  /** Schedules an event of the kind `served` at a node. */
  serveUntil(node: NodeId, at: Micros): number;
}

/**
 * Nodes that take their time: each has one server, which works on requests, messages and timers one after the other, in
 * the order in which they came. A step happens at the end of its service. What waits has arrived: no partition and no
 * death of its sender takes it back.
 */
export class Servers {
  readonly #queue: EventQueue;
  readonly #counter: Counter;
  readonly #servers: readonly Server[];

  constructor(
    serviceTime: Delay,
    seed: string,
    nodes: readonly SimNode[],
    queue: EventQueue,
    counter: Counter,
  ) {
    this.#queue = queue;
    this.#counter = counter;
    this.#servers = nodes.map(
      ({ id }) => new Server(serviceTime, randomStream(seed, `node/${id}/service`), queue),
    );
  }

  /** An event is due at a node that is awake. */
  receive(node: SimNode, slot: number): void {
    const server = this.#servers[node.id]!;
    if (this.#queue.kind[slot] === eventKind.served) this.#finish(node, server, slot);
    else if (this.#counter.admits(node, slot)) {
      server.add(slot);
      if (!server.busy) this.#serve(node, server);
    }
  }

  /** The node died or left: returns the slots of what waited or was worked on. */
  clear(node: NodeId): readonly number[] {
    return this.#servers[node]!.clear();
  }

  /** A timer was cancelled that may be due already and waiting. */
  cancel(node: NodeId, timer: TimerId): void {
    this.#servers[node]!.cancel(timer);
  }

  #serve(node: SimNode, server: Server): void {
    const time = server.begin();
    if (time === null) return;
    server.end = this.#counter.serveUntil(node.id, this.#counter.now() + time);
  }

  #finish(node: SimNode, server: Server, slot: number): void {
    this.#queue.release(slot);
    // The server of an earlier life ends a service that nobody waits for.
    if (server.end !== slot) return;
    const served = server.finish();
    this.#counter.perform(node, served);
    if (!server.busy) this.#serve(node, server);
  }
}

/** The server of one node and what waits for it. */
class Server {
  /** The slot of the event that ends the service under way; −1 where there is none. */
  end = -1;
  readonly #time: Delay;
  readonly #random: Random;
  readonly #queue: EventQueue;
  /** The slots of what waits, from `#first` on. */
  #waiting: number[] = [];
  #first = 0;
  /** The slot of what is worked on; −1 where there is nothing. */
  #current = -1;
  /** The slots of timers that wait, by their ids. */
  readonly #timers = new Map<TimerId, number>();
  readonly #cancelled = new Set<number>();

  constructor(time: Delay, random: Random, queue: EventQueue) {
    this.#time = time;
    this.#random = random;
    this.#queue = queue;
  }

  get busy(): boolean {
    return this.#current >= 0;
  }

  add(slot: number): void {
    this.#waiting.push(slot);
    if (this.#queue.kind[slot] === eventKind.timer) this.#timers.set(this.#queue.ticketOf(slot), slot);
  }

  /** Turns to what waits longest and says how long it takes; null where nothing waits. */
  begin(): Micros | null {
    while (this.#first < this.#waiting.length) {
      const slot = this.#next();
      if (this.#cancelled.delete(slot)) {
        this.#queue.release(slot);
        continue;
      }
      this.#timers.delete(this.#queue.ticketOf(slot));
      this.#current = slot;
      return Math.max(0, drawDelay(this.#time, this.#random));
    }
    return null;
  }

  finish(): number {
    const served = this.#current;
    this.#current = -1;
    this.end = -1;
    return served;
  }

  clear(): readonly number[] {
    const left = this.#waiting.slice(this.#first);
    if (this.#current >= 0) left.unshift(this.#current);
    this.finish();
    this.#waiting = [];
    this.#first = 0;
    this.#timers.clear();
    this.#cancelled.clear();
    return left;
  }

  cancel(timer: TimerId): void {
    const slot = this.#timers.get(timer);
    if (slot === undefined) return;
    this.#timers.delete(timer);
    this.#cancelled.add(slot);
  }

  /** Moves what waits to the front now and then, so that each piece moves about once. */
  #next(): number {
    const slot = this.#waiting[this.#first]!;
    this.#first += 1;
    if (this.#first > 1_000 && this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return slot;
  }
}
