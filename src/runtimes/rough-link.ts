import { type Random, randomStream } from '../kernel/random.ts';
import type { Micros } from '../kernel/time.ts';
import { either, harmless, type LinkEffects } from '../topology/degradations.ts';
import { type Delay, drawDelay } from '../topology/delay.ts';
import { delayOf, type Endpoint, isFifo, type Topology, traitsOf } from '../topology/topology.ts';

/** Where `first` or `second` stands for no arrival at all. */
export const never = -1;

const microsPerSecond = 1_000_000;

/**
 * A directed link that does more than delay: it loses, repeats and holds back messages, has room for so many bytes a
 * second, keeps their order, or suffers from faults. Each of its chances has a stream of its own, so that no message
 * on any link takes another delay because of them.
 */
export class RoughLink {
  /** When the message sent last arrives; `never` where it is lost. */
  first: Micros = never;
  /** When its copy arrives; `never` where there is none. */
  second: Micros = never;
  /** Whether the size of messages matters. */
  readonly weighs: boolean;
  readonly #delay: Delay;
  readonly #traits: LinkEffects;
  readonly #copies: boolean;
  readonly #fifo: boolean;
  readonly #microsPerByte: number;
  readonly #stream: (purpose: string) => Random;
  readonly #streams = new Map<string, Random>();
  #effects: LinkEffects;
  /** When the last byte of all messages so far has left. */
  #freeAt: Micros = 0;
  #lastArrival: Micros = 0;

  /** `life` tells apart senders that draw anew after a crash. */
  constructor(topology: Topology, seed: string, from: Endpoint, to: Endpoint, life = 1) {
    const traits = traitsOf(topology, from, to) ?? {};
    const { bandwidth } = traits;
    const nodes = topology.nodes.length;
    this.#delay = delayOf(topology, from, to);
    this.#traits = {
      ...harmless,
      loss: traits.loss ?? 0,
      duplicate: traits.duplicate ?? 0,
      reorderChance: traits.reorder?.chance ?? 0,
      reorderUpTo: traits.reorder?.upTo ?? 0,
    };
    this.#effects = this.#traits;
    // Requests and replies travel on connections, which drop copies.
    this.#copies = from < nodes && to < nodes;
    this.#fifo = isFifo(topology, from, to);
    this.weighs = bandwidth !== undefined;
    this.#microsPerByte = bandwidth === undefined ? 0 : microsPerSecond / bandwidth;
    const label = life === 1 ? `link/${from}-${to}` : `link/${from}-${to}/${life}`;
    this.#stream = (purpose) => randomStream(seed, `${label}/${purpose}`);
  }

  /** What faults do to it from now on, beside what it does by itself; undefined when it is left alone. */
  suffer(faults: LinkEffects = harmless): void {
    const own = this.#traits;
    this.#effects = {
      slowBy: faults.slowBy,
      addDelay: faults.addDelay,
      loss: either(own.loss, faults.loss),
      duplicate: either(own.duplicate, faults.duplicate),
      reorderChance: either(own.reorderChance, faults.reorderChance),
      reorderUpTo: Math.max(own.reorderUpTo, faults.reorderUpTo),
    };
  }

  /** Sends a message for which `delay` was drawn; `first` and `second` then tell what became of it. */
  send(now: Micros, delay: Micros, bytes: number): void {
    const { loss, duplicate } = this.#effects;
    // What is lost on the way has been sent all the same.
    const leaves = this.#transmit(now, bytes);
    this.first = never;
    this.second = never;
    if (loss > 0 && this.#draws('loss').chance(loss)) return;
    this.first = this.#arrival(leaves, delay);
    if (!this.#copies || duplicate === 0 || !this.#draws('duplicate').chance(duplicate)) return;
    this.second = this.#arrival(leaves, Math.max(0, drawDelay(this.#delay, this.#draws('duplicate'))));
  }

  #transmit(now: Micros, bytes: number): Micros {
    if (!this.weighs) return now;
    this.#freeAt = Math.max(now, this.#freeAt) + bytes * this.#microsPerByte;
    return this.#freeAt;
  }

  #arrival(leaves: Micros, drawn: Micros): Micros {
    const { slowBy, addDelay, reorderChance, reorderUpTo } = this.#effects;
    let at = leaves + drawn * slowBy + addDelay;
    if (reorderChance > 0 && this.#draws('reorder').chance(reorderChance)) {
      at += this.#draws('reorder').unit() * reorderUpTo;
    }
    at = Math.round(at);
    if (!this.#fifo) return at;
    this.#lastArrival = Math.max(at, this.#lastArrival);
    return this.#lastArrival;
  }

  #draws(purpose: 'loss' | 'duplicate' | 'reorder'): Random {
    let stream = this.#streams.get(purpose);
    if (stream === undefined) {
      stream = this.#stream(purpose);
      this.#streams.set(purpose, stream);
    }
    return stream;
  }
}

/** Whether a link does more than delay, faults aside. */
export function isRough(topology: Topology, from: Endpoint, to: Endpoint): boolean {
  return isFifo(topology, from, to) || traitsOf(topology, from, to) !== undefined;
}
