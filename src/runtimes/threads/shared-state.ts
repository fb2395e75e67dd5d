import type { LinkEffects } from '../../topology/degradations.ts';
import { type Endpoint, endpointCount, type Topology } from '../../topology/topology.ts';
import type { Cost } from '../cluster.ts';
import { Histogram, histogramWords } from '../histogram.ts';
import type { Host } from './protocol.ts';

/** Words per host that one thread writes often: a cache line pair of their own. */
const hostWords = 32;
const lifeWord = 0;
const pausedWord = 1;
const postsWord = 2;

/** Counts per host, as 64-bit floats: the fields of `Cost`, then notes dropped. */
const countsPerHost = 16;

/** What faults do to a link, as 64-bit floats: the fields of `LinkEffects`. */
const effectsPerLink = 6;

/**
 * The memory that all threads of a cluster share: who lives, who is paused, which links are cut or degraded, and
 * what each host counted. Counters live here so that they outlive the thread that counted.
 */
export class SharedState {
  readonly memory: SharedArrayBuffer;
  readonly hosts: number;
  readonly #endpoints: number;
  readonly #regions: number;
  readonly #hostWords: Int32Array;
  readonly #cuts: Uint8Array;
  readonly #strikes: Int32Array;
  readonly #effects: Float64Array;
  /** Bytes of messages, by sender · hosts + receiver; each sender writes its own. */
  readonly #flows: Float64Array;
  readonly #counts: Float64Array;
  readonly #histograms: Uint32Array;

  constructor(topology: Topology, memory?: SharedArrayBuffer) {
    this.hosts = topology.nodes.length + 1;
    this.#endpoints = endpointCount(topology);
    this.#regions = topology.regions.length;
    const countsAt = this.hosts * hostWords * 4;
    const links = this.#endpoints * this.#endpoints;
    const effectsAt = countsAt + this.hosts * countsPerHost * 8;
    const flowsAt = effectsAt + links * effectsPerLink * 8;
    const strikesAt = flowsAt + this.hosts * this.hosts * 8;
    const histogramsAt = strikesAt + links * 4;
    const histogramCount = this.hosts * (1 + this.#regions * this.#regions);
    const cutsAt = histogramsAt + histogramCount * histogramWords * 4;
    this.memory = memory ?? new SharedArrayBuffer(cutsAt + links);
    this.#hostWords = new Int32Array(this.memory, 0, this.hosts * hostWords);
    this.#counts = new Float64Array(this.memory, countsAt, this.hosts * countsPerHost);
    this.#effects = new Float64Array(this.memory, effectsAt, links * effectsPerLink);
    this.#flows = new Float64Array(this.memory, flowsAt, this.hosts * this.hosts);
    this.#strikes = new Int32Array(this.memory, strikesAt, links);
    this.#histograms = new Uint32Array(this.memory, histogramsAt, histogramCount * histogramWords);
    this.#cuts = new Uint8Array(this.memory, cutsAt, links);
  }

  /**
   * The life that a host leads now; 0 while it is dead.
   *
   * A plain read, as that of a cut below: both are asked for each piece of mail, and a fault that is seen a moment
   * later is a fault that struck a moment later. What must be seen in order is ordered by the atomics of the rings.
   */
  life(host: Host): number {
    return this.#hostWords[host * hostWords + lifeWord]!;
  }

  setLife(host: Host, life: number): void {
    Atomics.store(this.#hostWords, host * hostWords + lifeWord, life);
  }

  /** Ends a life, unless another one has begun since. */
  endLife(host: Host, life: number): void {
    Atomics.compareExchange(this.#hostWords, host * hostWords + lifeWord, life, 0);
  }

  paused(host: Host): boolean {
    return Atomics.load(this.#hostWords, host * hostWords + pausedWord) !== 0;
  }

  setPaused(host: Host, paused: boolean): void {
    Atomics.store(this.#hostWords, host * hostWords + pausedWord, paused ? 1 : 0);
    if (!paused) Atomics.notify(this.#hostWords, host * hostWords + pausedWord);
  }

  /** Stops the calling thread for as long as the host is paused. */
  sleepWhilePaused(host: Host): void {
    while (this.paused(host)) Atomics.wait(this.#hostWords, host * hostWords + pausedWord, 1);
  }

  /** How many messages were posted to ports of a host, modulo 2^32: such mail cannot be seen before it is received. */
  posts(host: Host): number {
    return Atomics.load(this.#hostWords, host * hostWords + postsWord);
  }

  countPost(host: Host): void {
    Atomics.add(this.#hostWords, host * hostWords + postsWord, 1);
  }

  isCut(from: Endpoint, to: Endpoint): boolean {
    return this.#cuts[from * this.#endpoints + to] !== 0;
  }

  setCut(from: Endpoint, to: Endpoint, cut: boolean): void {
    Atomics.store(this.#cuts, from * this.#endpoints + to, cut ? 1 : 0);
  }

  /** How often faults have changed a link, by from · endpoints + to; 0 where none ever did. A plain read, too. */
  strikes(link: number): number {
    return this.#strikes[link]!;
  }

  effectsOn(link: number): LinkEffects {
    const effects = this.#effects;
    const at = link * effectsPerLink;
    return {
      slowBy: effects[at]!,
      addDelay: effects[at + 1]!,
      loss: effects[at + 2]!,
      duplicate: effects[at + 3]!,
      reorderChance: effects[at + 4]!,
      reorderUpTo: effects[at + 5]!,
    };
  }

  strike(link: number, effects: LinkEffects): void {
    const { slowBy, addDelay, loss, duplicate, reorderChance, reorderUpTo } = effects;
    const fields = [slowBy, addDelay, loss, duplicate, reorderChance, reorderUpTo];
    this.#effects.set(fields, link * effectsPerLink);
    Atomics.add(this.#strikes, link, 1);
  }

  countMail(host: Host, to: Host, bytes: number, crossesRegions: boolean): void {
    const counts = this.#counts;
    const flow = host * this.hosts + to;
    this.#flows[flow] = this.#flows[flow]! + bytes;
    const at = host * countsPerHost;
    counts[at] = counts[at]! + 1;
    counts[at + 1] = counts[at + 1]! + bytes;
    if (!crossesRegions) return;
    counts[at + 2] = counts[at + 2]! + 1;
    counts[at + 3] = counts[at + 3]! + bytes;
  }

  /** The bytes of all messages to a host, and of all from it. */
  bytesTo(host: Host): number {
    let sum = 0;
    for (let from = 0; from < this.hosts; from += 1) sum += this.#flows[from * this.hosts + host]!;
    return sum;
  }

  bytesFrom(host: Host): number {
    let sum = 0;
    for (let to = 0; to < this.hosts; to += 1) sum += this.#flows[host * this.hosts + to]!;
    return sum;
  }

  countDroppedNote(host: Host): void {
    const at = host * countsPerHost + 4;
    this.#counts[at] = this.#counts[at]! + 1;
  }

  /** The sum over all hosts. */
  cost(): Cost {
    return {
      messages: this.#sum(0),
      bytes: this.#sum(1),
      crossRegionMessages: this.#sum(2),
      crossRegionBytes: this.#sum(3),
    };
  }

  notesDropped(): number {
    return this.#sum(4);
  }

  /** How late delayed mail was delivered at a host. */
  lateness(host: Host): Histogram {
    return this.#histogram(host * (1 + this.#regions * this.#regions));
  }

  /** The delays, from departure to delivery, of mail that a host received between two regions. */
  realised(host: Host, fromRegion: number, toRegion: number): Histogram {
    const pairs = this.#regions * this.#regions;
    return this.#histogram(host * (1 + pairs) + 1 + fromRegion * this.#regions + toRegion);
  }

  #histogram(index: number): Histogram {
    return new Histogram(this.#histograms.subarray(index * histogramWords, (index + 1) * histogramWords));
  }

  #sum(field: number): number {
    let sum = 0;
    for (let host = 0; host < this.hosts; host += 1) sum += this.#counts[host * countsPerHost + field]!;
    return sum;
  }
}
