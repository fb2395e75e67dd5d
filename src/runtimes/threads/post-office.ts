import type { Context, NodeId, Plain, RequestId } from '../../kernel/operation.ts';
import { type Random, randomStream } from '../../kernel/random.ts';
import type { Micros } from '../../kernel/time.ts';
import { type Delay, drawDelay } from '../../topology/delay.ts';
import {
  delayOf,
  type Endpoint,
  endpointCount,
  regionOfEndpoint,
  type Topology,
} from '../../topology/topology.ts';
import type { Histogram } from '../histogram.ts';
import { DueHeap } from './due-heap.ts';
import { type Body, emptyMail, type Mail, type MailKind, mailKind } from './mail.ts';
import type { Host } from './protocol.ts';
import type { SharedState } from './shared-state.ts';
import type { Transport } from './transport.ts';

/** While mail waits for room in a link, look again after this time. */
const retryAfter: Micros = 500;

export type Deliver = (mail: Mail, from: Endpoint, to: Endpoint) => void;

/** Mail that must wait: here until its delay is over, or for room in its link. */
interface Held extends Mail {
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/** All the links of one host as its replica or its clients see them: delays, cuts, lives, and mail that must wait. */
export class PostOffice {
  readonly #host: Host;
  readonly #life: number;
  readonly #state: SharedState;
  readonly #topology: Topology;
  readonly #now: () => Micros;
  readonly #transport: Transport;
  readonly #deliver: Deliver;
  readonly #nodes: number;
  readonly #endpoints: number;
  /** By link, from · endpoints + to; null where mail is not delayed at all. */
  readonly #delays: readonly (Delay | null)[];
  readonly #crossesRegions: readonly boolean[];
  /** By endpoint; those of other hosts are never drawn from. */
  readonly #streams: readonly Random[];
  /** Per link, for links that deliver in the order of sending. */
  readonly #lastDeliverAt: Float64Array;
  readonly #waiting: readonly Held[][];
  readonly #held = new DueHeap<Held>();
  readonly #mail = emptyMail();
  readonly #lateness: Histogram;
  readonly #realised: readonly Histogram[];
  readonly #visits: readonly ((mail: Mail) => void)[];
  #waitingCount = 0;
  /** Mail that was due before this is late by a fault's will, which says nothing about the runtime. */
  #punctualFrom: Micros = 0;

  constructor(
    host: Host,
    life: number,
    topology: Topology,
    seed: string,
    state: SharedState,
    now: () => Micros,
    transport: Transport,
    deliver: Deliver,
  ) {
    this.#host = host;
    this.#life = life;
    this.#state = state;
    this.#topology = topology;
    this.#now = now;
    this.#transport = transport;
    this.#deliver = deliver;
    this.#nodes = topology.nodes.length;
    this.#endpoints = endpointCount(topology);
    const all = Array.from({ length: this.#endpoints }, (_, end) => end);
    const regions = all.map((end) => topology.regions.indexOf(regionOfEndpoint(topology, end)));
    this.#delays = all.flatMap((from) => all.map((to) => realDelay(delayOf(topology, from, to))));
    this.#crossesRegions = all.flatMap((from) => all.map((to) => regions[from] !== regions[to]));
    this.#streams = all.map((end) => randomStream(seed, streamLabel(topology, end, life)));
    this.#lastDeliverAt = new Float64Array(this.#endpoints * this.#endpoints);
    this.#waiting = transport.out.map(() => []);
    this.#lateness = state.lateness(host);
    this.#realised = all.flatMap((from) =>
      all.map((to) => state.realised(host, regions[from]!, regions[to]!)),
    );
    this.#visits = transport.in.map((_, peer) => (mail) => this.#arrive(mail, peer));
  }

  sendMessage(from: NodeId, to: NodeId, message: Plain): void {
    const mail = this.#mail;
    mail.kind = mailKind.message;
    mail.body = message;
    mail.context = undefined;
    this.#depart(mail, from, to);
  }

  /** A request or a reply. */
  sendClient(
    kind: MailKind,
    from: Endpoint,
    to: Endpoint,
    request: RequestId,
    body: Body,
    context: Context,
  ): void {
    const mail = this.#mail;
    mail.kind = kind;
    mail.site = (kind === mailKind.request ? from : to) - this.#nodes;
    mail.request = request;
    mail.body = body;
    mail.context = context;
    this.#depart(mail, from, to);
  }

  /** Takes in all mail that has come; returns how many pieces. */
  receive(): number {
    let count = 0;
    for (let peer = 0; peer < this.#visits.length; peer += 1) {
      const link = this.#transport.in[peer];
      if (link) count += link.drain(this.#visits[peer]!);
    }
    return count;
  }

  /** Whether mail may have come since. */
  readonly pending = (): boolean => {
    const links = this.#transport.in;
    for (let peer = 0; peer < links.length; peer += 1) if (links[peer]?.pending()) return true;
    return false;
  };

  /** Delivers mail whose delay is over; returns how many pieces. */
  deliverDue(): number {
    const held = this.#held;
    if (held.length === 0) return 0;
    const now = this.#now();
    let count = 0;
    while (held.nextDue <= now) {
      this.#hand(held.pop());
      count += 1;
    }
    return count;
  }

  /** When this office wants to act by itself; Infinity where it waits for others only. */
  get nextDue(): Micros {
    if (this.#waitingCount === 0) return this.#held.nextDue;
    return Math.min(this.#held.nextDue, this.#now() + retryAfter);
  }

  /** Lets the receivers see what was sent, oldest first. */
  publish(): void {
    if (this.#waitingCount > 0) this.#retry();
    for (const link of this.#transport.out) link?.publish();
  }

  /** The host stood still until now. */
  excuse(): void {
    this.#punctualFrom = this.#now();
  }

  /** Wakes all for whom there is something new. */
  wake(): void {
    for (const link of this.#transport.out) link?.wake();
  }

  /** A draw of the delay of a link whose far end does not answer for itself. */
  draw(from: Endpoint, to: Endpoint, by: Endpoint): Micros {
    const delay = this.#delays[from * this.#endpoints + to];
    return delay ? Math.max(0, drawDelay(delay, this.#streams[by]!)) : 0;
  }

  hostOf(endpoint: Endpoint): Host {
    return endpoint < this.#nodes ? endpoint : this.#nodes;
  }

  #depart(mail: Mail, from: Endpoint, to: Endpoint): void {
    const host = this.hostOf(to);
    this.#stamp(mail, from, to);
    if (host === this.#host) return this.#sendToSelf(mail, from, to);
    mail.senderLife = this.#life;
    mail.receiverLife = this.#state.life(host);
    if (mail.receiverLife === 0 || this.#state.isCut(from, to)) {
      if (mail.kind === mailKind.message) this.#count(from, to, 0);
      return;
    }
    if (this.#waiting[host]!.length > 0 || !this.#trySend(mail, host, from, to)) {
      this.#waiting[host]!.push({ ...mail, from, to });
      this.#waitingCount += 1;
    }
  }

  /** Draws the delay of this mail and says when it is to be delivered. */
  #stamp(mail: Mail, from: Endpoint, to: Endpoint): void {
    const link = from * this.#endpoints + to;
    const delay = this.#delays[link];
    mail.delayed = delay !== null;
    if (!delay) return;
    const now = this.#now();
    let at = now + Math.max(0, drawDelay(delay, this.#streams[from]!));
    if (this.#topology.fifo) {
      at = Math.max(at, this.#lastDeliverAt[link]!);
      this.#lastDeliverAt[link] = at;
    }
    mail.deliverAt = at;
    mail.delay = at - now;
  }

  #trySend(mail: Mail, host: Host, from: Endpoint, to: Endpoint): boolean {
    const link = this.#transport.out[host]!;
    if (!link.send(mail)) return false;
    if (mail.kind === mailKind.message) this.#count(from, to, link.lastBytes);
    return true;
  }

  #count(from: Endpoint, to: Endpoint, bytes: number): void {
    this.#state.countMail(this.#host, bytes, this.#crossesRegions[from * this.#endpoints + to]!);
  }

  #retry(): void {
    for (let host = 0; host < this.#waiting.length; host += 1) {
      const waiting = this.#waiting[host]!;
      if (waiting.length === 0) continue;
      let sent = 0;
      for (const mail of waiting) {
        const stale = mail.receiverLife !== this.#state.life(host);
        if (!stale && !this.#trySend(mail, host, mail.from, mail.to)) break;
        sent += 1;
      }
      waiting.splice(0, sent);
      this.#waitingCount -= sent;
    }
  }

  #sendToSelf(mail: Mail, from: Endpoint, to: Endpoint): void {
    mail.senderLife = this.#life;
    mail.receiverLife = this.#life;
    if (mail.kind === mailKind.message) this.#count(from, to, 0);
    this.#held.push(mail.delayed ? mail.deliverAt : this.#now(), { ...mail, from, to });
  }

  #arrive(mail: Mail, peer: Host): void {
    const site = this.#nodes + mail.site;
    const from = peer === this.#nodes ? site : peer;
    const to = this.#host === this.#nodes ? site : this.#host;
    if (mail.delayed) this.#held.push(mail.deliverAt, { ...mail, from, to });
    else if (this.#passes(mail, from, to)) this.#deliver(mail, from, to);
  }

  #hand(mail: Held): void {
    if (!this.#passes(mail, mail.from, mail.to)) return;
    if (mail.delayed && mail.deliverAt >= this.#punctualFrom) {
      const late = this.#now() - mail.deliverAt;
      this.#lateness.record(late);
      this.#realised[mail.from * this.#endpoints + mail.to]!.record(late + mail.delay);
    }
    this.#deliver(mail, mail.from, mail.to);
  }

  /**
   * Mail of a dead life is dropped, and so is mail to an earlier life and mail that meets a cut on arrival. Replies
   * of a dead node pass: what they tell was durable before they left.
   */
  #passes(mail: Mail, from: Endpoint, to: Endpoint): boolean {
    if (mail.receiverLife !== this.#life || this.#state.isCut(from, to)) return false;
    return mail.kind === mailKind.reply || mail.senderLife === this.#state.life(this.hostOf(from));
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
