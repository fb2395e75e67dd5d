import type { Cut } from '../../faults/fault.ts';
import type { NodeId } from '../../kernel/operation.ts';
import { type Random, randomStream } from '../../kernel/random.ts';
import type { Micros } from '../../kernel/time.ts';
import { Degradations } from '../../topology/degradations.ts';
import { type Delay, drawDelay } from '../../topology/delay.ts';
import type { DirectedLink, LinkDegradation } from '../../topology/link.ts';
import {
  delayOf,
  type Endpoint,
  endpointCount,
  regionOfEndpoint,
  type Topology,
} from '../../topology/topology.ts';
import type { Cost, RealisedDelay } from '../cluster.ts';
import { Histogram } from '../histogram.ts';
import { isRough, never, RoughLink } from '../rough-link.ts';
import { sizeOf } from '../size.ts';

/** The links between all ends: their delays, which of them are cut or rough, and what has passed over them. */
export class Network {
  readonly #topology: Topology;
  readonly #seed: string;
  readonly #ends: number;
  readonly #countBytes: boolean;
  /** By link: from · ends + to. */
  readonly #delays: readonly Delay[];
  readonly #streams: readonly Random[];
  /** How many faults cut a directed link between nodes at this moment. */
  readonly #cuts: Uint16Array;
  /** Whether a link is blocked; for clients it follows from the cuts of their region's nodes. */
  readonly #blocked: Uint8Array;
  /** By link; undefined where it is not cut and does no more than delay, as most links. */
  readonly #rough: (RoughLink | undefined)[];
  readonly #degradations: Degradations;
  /** Links that faults made rough, with their streams of chance, for when they are struck again. */
  readonly #struck = new Map<number, RoughLink>();
  readonly #regionIndex: Uint16Array;
  readonly #histograms: Histogram[] = [];
  /** The message that was weighed last. */
  #weighed: unknown;
  #weight = 0;
  #messages = 0;
  #bytes = 0;
  #crossRegionMessages = 0;
  #crossRegionBytes = 0;

  constructor(topology: Topology, seed: string, countBytes: boolean) {
    const ends = endpointCount(topology);
    const all = Array.from({ length: ends }, (_, end) => end);
    this.#topology = topology;
    this.#seed = seed;
    this.#ends = ends;
    this.#countBytes = countBytes;
    this.#delays = all.flatMap((from) => all.map((to) => delayOf(topology, from, to)));
    this.#streams = all.map((end) => randomStream(seed, streamLabel(topology, end)));
    this.#cuts = new Uint16Array(ends * ends);
    this.#blocked = new Uint8Array(ends * ends);
    this.#rough = all.flatMap((from) =>
      all.map((to) => (isRough(topology, from, to) ? new RoughLink(topology, seed, from, to) : undefined)),
    );
    this.#degradations = new Degradations(ends);
    this.#regionIndex = Uint16Array.from(all, (end) =>
      topology.regions.indexOf(regionOfEndpoint(topology, end)),
    );
    for (let pair = 0; pair < topology.regions.length ** 2; pair += 1) {
      this.#histograms.push(new Histogram());
    }
  }

  /**
   * When what leaves `from` now reaches `to`: a message, or what is asked or answered with its context. `never` where
   * it does not arrive exactly once; `arrivals` then tells.
   */
  arrival(from: Endpoint, to: Endpoint, now: Micros, body: unknown, context?: unknown): Micros {
    const link = from * this.#ends + to;
    const delay = Math.max(0, drawDelay(this.#delays[link]!, this.#streams[from]!));
    const rough = this.#rough[link];
    if (rough === undefined) return now + delay;
    rough.send(now, delay, rough.weighs ? sizeOf(body) + sizeOf(context) : 0);
    return rough.second === never && this.#blocked[link] === 0 ? rough.first : never;
  }

  /** When what was sent last over a link arrives, as often as it does. */
  arrivals(from: Endpoint, to: Endpoint): readonly Micros[] {
    if (this.blocked(from, to)) return [];
    const rough = this.#rough[from * this.#ends + to]!;
    return [rough.first, rough.second].filter((at) => at !== never);
  }

  /** What became of something that never arrives. */
  fate(from: Endpoint, to: Endpoint): 'cut' | 'lost' {
    return this.blocked(from, to) ? 'cut' : 'lost';
  }

  blocked(from: Endpoint, to: Endpoint): boolean {
    return this.#blocked[from * this.#ends + to] === 1;
  }

  /** Counts a message between replicas as it leaves, whether or not it arrives. */
  countMessage(from: NodeId, to: NodeId, message: unknown): number {
    const bytes = this.#countBytes ? this.#weigh(message) : 0;
    this.#messages += 1;
    this.#bytes += bytes;
    if (this.#regionIndex[from] === this.#regionIndex[to]) return bytes;
    this.#crossRegionMessages += 1;
    this.#crossRegionBytes += bytes;
    return bytes;
  }

  /** A message to many is one object, handed over once for each of them and never changed. */
  #weigh(message: unknown): number {
    if (message !== this.#weighed || typeof message !== 'object') {
      this.#weighed = message;
      this.#weight = sizeOf(message);
    }
    return this.#weight;
  }

  countDelay(from: NodeId, to: NodeId, delay: Micros): void {
    const pair = this.#regionIndex[from]! * this.#topology.regions.length + this.#regionIndex[to]!;
    this.#histograms[pair]!.record(delay);
  }

  cost(): Cost {
    return {
      messages: this.#messages,
      bytes: this.#bytes,
      crossRegionMessages: this.#crossRegionMessages,
      crossRegionBytes: this.#crossRegionBytes,
    };
  }

  realisedDelays(): readonly RealisedDelay[] {
    const { regions } = this.#topology;
    return regions.flatMap((from, i) =>
      regions.flatMap((to, j) => {
        const histogram = this.#histograms[i * regions.length + j]!;
        if (histogram.count === 0) return [];
        return [
          { from, to, count: histogram.count, p50: histogram.quantile(0.5), p99: histogram.quantile(0.99) },
        ];
      }),
    );
  }

  /** Faults may overlap, so cuts are counted: a link works again once every fault that cut it has healed it. */
  cut(cuts: readonly Cut[]): void {
    for (const [from, to] of cuts) this.#cuts[from * this.#ends + to]! += 1;
    this.#findBlocked();
  }

  heal(cuts: readonly Cut[]): void {
    for (const [from, to] of cuts) {
      const link = from * this.#ends + to;
      this.#cuts[link] = Math.max(0, this.#cuts[link]! - 1);
    }
    this.#findBlocked();
  }

  /** Makes links worse. Degradations may overlap; `restore` takes one of them back, in any order. */
  degrade(links: readonly DirectedLink[], degradation: LinkDegradation): void {
    for (const link of this.#degradations.add(links, degradation)) this.#roughen(link);
  }

  restore(links: readonly DirectedLink[], degradation: LinkDegradation): void {
    for (const link of this.#degradations.remove(links, degradation)) this.#roughen(link);
  }

  #roughen(link: number): void {
    const effects = this.#degradations.on(link);
    const from = Math.floor(link / this.#ends);
    const to = link % this.#ends;
    const rough =
      this.#rough[link] ?? this.#struck.get(link) ?? new RoughLink(this.#topology, this.#seed, from, to);
    rough.suffer(effects);
    this.#struck.set(link, rough);
    const stays = this.#blocked[link] === 1 || effects !== undefined || isRough(this.#topology, from, to);
    this.#rough[link] = stays ? rough : undefined;
  }

  #block(link: number, blocked: boolean): void {
    const now = blocked ? 1 : 0;
    if (this.#blocked[link] === now) return;
    this.#blocked[link] = now;
    this.#roughen(link);
  }

  #findBlocked(): void {
    const nodes = this.#topology.nodes.length;
    const isCut = (from: NodeId, to: NodeId) => this.#cuts[from * this.#ends + to]! > 0;
    for (const { id: node, region } of this.#topology.nodes) {
      for (let other = 0; other < nodes; other += 1) {
        this.#block(node * this.#ends + other, isCut(node, other));
      }
      this.#topology.regions.forEach((home, i) => {
        const site = nodes + i;
        const neighbours = this.#topology.nodes.filter((place) => place.region === home);
        const apart = region !== home && neighbours.length > 0;
        const unheard = apart && neighbours.every(({ id }) => isCut(id, node));
        const mute = apart && neighbours.every(({ id }) => isCut(node, id));
        this.#block(site * this.#ends + node, unheard);
        this.#block(node * this.#ends + site, mute);
      });
    }
  }
}

function streamLabel(topology: Topology, end: Endpoint): string {
  const nodes = topology.nodes.length;
  return end < nodes ? `node/${end}/net` : `site/${end - nodes}/net`;
}
