import type { Context, NodeId, Plain, RequestId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import { type Endpoint, endpointCount, regionOfEndpoint, type Topology } from '../../topology/topology.ts';
import type { Histogram } from '../histogram.ts';
import { sizeOf } from '../size.ts';
import { Departures } from './departures.ts';
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

/** Mail that waits for room; a copy that the network made does not count as sent. */
interface Waiting extends Held {
  readonly counts: boolean;
}

/** All the links of one host as its replica or its clients see them: cuts, lives, and mail that must wait. */
export class PostOffice {
  readonly #host: Host;
  readonly #life: number;
  readonly #state: SharedState;
  readonly #now: () => Micros;
  readonly #transport: Transport;
  readonly #deliver: Deliver;
  readonly #nodes: number;
  readonly #endpoints: number;
  readonly #departures: Departures;
  /** By link, from · endpoints + to. */
  readonly #crossesRegions: readonly boolean[];
  readonly #waiting: readonly Waiting[][];
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
    this.#now = now;
    this.#transport = transport;
    this.#deliver = deliver;
    this.#nodes = topology.nodes.length;
    this.#endpoints = endpointCount(topology);
    const all = Array.from({ length: this.#endpoints }, (_, end) => end);
    const regions = all.map((end) => topology.regions.indexOf(regionOfEndpoint(topology, end)));
    this.#departures = new Departures(life, topology, seed, state, now);
    this.#crossesRegions = all.flatMap((from) => all.map((to) => regions[from] !== regions[to]));
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

  /** How long a link takes whose far end does not answer for itself; Infinity where what it would say is lost. */
  draw(from: Endpoint, to: Endpoint, by: Endpoint): Micros {
    return this.#departures.draw(from, to, by);
  }

  hostOf(endpoint: Endpoint): Host {
    return endpoint < this.#nodes ? endpoint : this.#nodes;
  }

  #depart(mail: Mail, from: Endpoint, to: Endpoint): void {
    if (!this.#departures.stamp(mail, from, to)) {
      // It was sent all the same, though it was never encoded.
      if (mail.kind === mailKind.message) this.#count(from, to, sizeOf(mail.body));
      return;
    }
    const host = this.hostOf(to);
    if (host === this.#host) return this.#sendToSelf(mail, from, to);
    mail.senderLife = this.#life;
    mail.receiverLife = this.#state.life(host);
    if (mail.receiverLife === 0 || this.#state.isCut(from, to)) {
      if (mail.kind === mailKind.message) this.#count(from, to, 0);
      return;
    }
    this.#send(mail, host, from, to, true);
    if (this.#departures.stampCopy(mail)) this.#send(mail, host, from, to, false);
  }

  #send(mail: Mail, host: Host, from: Endpoint, to: Endpoint, counts: boolean): void {
    if (this.#waiting[host]!.length > 0 || !this.#trySend(mail, host, from, to, counts)) {
      this.#waiting[host]!.push({ ...mail, from, to, counts });
      this.#waitingCount += 1;
    }
  }

  #trySend(mail: Mail, host: Host, from: Endpoint, to: Endpoint, counts: boolean): boolean {
    const link = this.#transport.out[host]!;
    if (!link.send(mail)) return false;
    if (counts && mail.kind === mailKind.message) this.#count(from, to, link.lastBytes);
    return true;
  }

  #count(from: Endpoint, to: Endpoint, bytes: number): void {
    this.#state.countMail(this.#host, to, bytes, this.#crossesRegions[from * this.#endpoints + to]!);
  }

  #retry(): void {
    for (let host = 0; host < this.#waiting.length; host += 1) {
      const waiting = this.#waiting[host]!;
      if (waiting.length === 0) continue;
      let sent = 0;
      for (const mail of waiting) {
        const stale = mail.receiverLife !== this.#state.life(host);
        if (!stale && !this.#trySend(mail, host, mail.from, mail.to, mail.counts)) break;
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
