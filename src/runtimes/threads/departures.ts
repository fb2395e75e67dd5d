import { type Random, randomStream } from '../../kernel/random.ts';
import type { Micros } from '../../kernel/time.ts';
import { type Delay, drawDelay } from '../../topology/delay.ts';
import { delayOf, type Endpoint, endpointCount, type Topology, traitsOf } from '../../topology/topology.ts';
import { never, RoughLink } from '../rough-link.ts';
import { sizeOf } from '../size.ts';
import type { Mail } from './mail.ts';
import type { SharedState } from './shared-state.ts';

/**
 * What becomes of mail as it leaves a host: the sender draws its delay and whether it is lost, comes twice or is held
 * back, so that the receiver has only to wait.
 */
export class Departures {
  readonly #topology: Topology;
  readonly #seed: string;
  readonly #life: number;
  readonly #state: SharedState;
  readonly #now: () => Micros;
  readonly #endpoints: number;
  /** By link, from · endpoints + to; null where mail is not delayed at all. */
  readonly #delays: readonly (Delay | null)[];
  /** By endpoint; those of other hosts are never drawn from. */
  readonly #streams: readonly Random[];
  /** By link; undefined where it does no more than delay and no fault has struck it yet. */
  readonly #rough: (RoughLink | undefined)[];
  /** By link: which of its strikes the rough link knows. */
  readonly #known: Int32Array;
  /** The link of the mail stamped last, where that mail comes twice. */
  #twice: RoughLink | undefined;

  constructor(life: number, topology: Topology, seed: string, state: SharedState, now: () => Micros) {
    this.#topology = topology;
    this.#seed = seed;
    this.#life = life;
    this.#state = state;
    this.#now = now;
    this.#endpoints = endpointCount(topology);
    const all = Array.from({ length: this.#endpoints }, (_, end) => end);
    this.#delays = all.flatMap((from) => all.map((to) => realDelay(delayOf(topology, from, to))));
    this.#streams = all.map((end) => randomStream(seed, streamLabel(topology, end, life)));
    this.#rough = all.flatMap((from) => all.map((to) => this.#roughFromTheStart(from, to)));
    this.#known = new Int32Array(this.#endpoints * this.#endpoints);
  }

  /** Draws the delay of mail and says when it is to be delivered; false where it is lost. */
  stamp(mail: Mail, from: Endpoint, to: Endpoint): boolean {
    const link = from * this.#endpoints + to;
    const delay = this.#delays[link]!;
    this.#twice = undefined;
    if (this.#rough[link] !== undefined || this.#state.strikes(link) > 0) return this.#send(mail, from, to);
    mail.delayed = delay !== null;
    if (delay === null) return true;
    const now = this.#now();
    mail.delay = Math.max(0, drawDelay(delay, this.#streams[from]!));
    mail.deliverAt = now + mail.delay;
    return true;
  }

  /** Makes the mail stamped last its own copy, due when the copy is; false where there is none. */
  stampCopy(mail: Mail): boolean {
    if (this.#twice === undefined) return false;
    mail.delay += this.#twice.second - mail.deliverAt;
    mail.deliverAt = this.#twice.second;
    this.#twice = undefined;
    return true;
  }

  /** How long a link takes whose far end does not answer for itself, with the chance of `by`; Infinity where it loses. */
  draw(from: Endpoint, to: Endpoint, by: Endpoint): Micros {
    const link = from * this.#endpoints + to;
    const rough = this.#roughAt(link, from, to, by);
    const delay = this.#draw(link, by);
    if (rough === undefined) return delay;
    const now = this.#now();
    rough.send(now, delay, 0);
    return rough.first === never ? Number.POSITIVE_INFINITY : Math.max(0, rough.first - now);
  }

  #send(mail: Mail, from: Endpoint, to: Endpoint): boolean {
    const link = from * this.#endpoints + to;
    const rough = this.#roughAt(link, from, to, from)!;
    const now = this.#now();
    rough.send(now, this.#draw(link, from), rough.weighs ? sizeOf(mail.body) + sizeOf(mail.context) : 0);
    mail.delayed = true;
    mail.deliverAt = rough.first;
    mail.delay = rough.first - now;
    if (rough.second !== never) this.#twice = rough;
    return rough.first !== never;
  }

  #draw(link: number, by: Endpoint): Micros {
    const delay = this.#delays[link];
    return delay ? Math.max(0, drawDelay(delay, this.#streams[by]!)) : 0;
  }

  /** The rough link as faults have it now; undefined where there is no need for one. */
  #roughAt(link: number, from: Endpoint, to: Endpoint, by: Endpoint): RoughLink | undefined {
    const strikes = this.#state.strikes(link);
    if (strikes === 0) return this.#rough[link];
    const life = by === from ? this.#life : 0;
    this.#rough[link] ??= new RoughLink(this.#topology, this.#seed, from, to, life);
    if (this.#known[link] !== strikes) {
      this.#known[link] = strikes;
      this.#rough[link].suffer(this.#state.effectsOn(link));
    }
    return this.#rough[link];
  }

  /** A link without delay keeps order as it is. */
  #roughFromTheStart(from: Endpoint, to: Endpoint): RoughLink | undefined {
    const { fifo = this.#topology.fifo, ...others } = traitsOf(this.#topology, from, to) ?? {};
    const isDelayed = this.#delays[from * this.#endpoints + to] !== null;
    if (Object.keys(others).length === 0 && !(fifo && isDelayed)) return undefined;
    return new RoughLink(this.#topology, this.#seed, from, to, this.#life);
  }
}

function realDelay(delay: Delay): Delay | null {
  return delay.type === 'constant' && delay.value <= 0 ? null : delay;
}

function streamLabel(topology: Topology, end: Endpoint, life: number): string {
  const nodes = topology.nodes.length;
  if (end >= nodes) return `site/${end - nodes}/net`;
  return life === 1 ? `node/${end}/net` : `node/${end}/net/${life}`;
}
