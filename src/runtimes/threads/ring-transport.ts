import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Doorbells } from './doorbell.ts';
import {
  type BodyCodecs,
  byPort,
  lifeInMarker,
  type Mail,
  MailDecoder,
  MailEncoder,
  portMarker,
} from './mail.ts';
import type { Host, LinkPort } from './protocol.ts';
import { RingConsumer, RingProducer } from './ring.ts';
import { encodeAlone } from './scratch.ts';
import type { InLink, OutLink, Transport } from './transport.ts';

/**
 * Mail in rings of shared memory, one per directed link. Mail too large for its ring goes by port, and a marker in the
 * ring keeps its place. The port needs no listener: the sender posts before it publishes the marker, so the
 * receiver that meets the marker finds the bytes waiting.
 */
export class RingTransport implements Transport {
  readonly out: readonly (RingOut | null)[];
  readonly in: readonly (RingIn | null)[];

  /** `catchUp` handles control messages that wait, among them the ports of hosts that began a new life. */
  constructor(
    host: Host,
    hosts: number,
    rings: readonly (SharedArrayBuffer | null)[],
    codecs: BodyCodecs,
    doorbells: Doorbells,
    successor: boolean,
    catchUp: () => void,
  ) {
    const peers = Array.from({ length: hosts }, (_, peer) => peer);
    this.out = peers.map((peer) => {
      const ring = rings[host * hosts + peer];
      return ring ? new RingOut(ring, codecs, () => doorbells.ring(peer), catchUp) : null;
    });
    this.in = peers.map((peer) => {
      const ring = rings[peer * hosts + host];
      return ring ? new RingIn(ring, codecs, successor, catchUp) : null;
    });
  }

  relink(link: LinkPort): void {
    const out = this.out[link.host];
    const into = this.in[link.host];
    if (out) out.link = link;
    into?.relink(link);
  }
}

class RingOut implements OutLink {
  link: LinkPort | undefined;
  lastBytes = 0;
  readonly #producer: RingProducer;
  readonly #codecs: BodyCodecs;
  readonly #ring: () => void;
  readonly #catchUp: () => void;
  readonly #oversize: Uint8Array[] = [];
  #encoder: MailEncoder;
  #bellDue = false;

  constructor(ring: SharedArrayBuffer, codecs: BodyCodecs, ringBell: () => void, catchUp: () => void) {
    this.#producer = new RingProducer(ring);
    this.#codecs = codecs;
    this.#encoder = new MailEncoder(codecs);
    this.#ring = ringBell;
    this.#catchUp = catchUp;
  }

  send(mail: Mail): boolean {
    if (this.#producer.renewed()) {
      this.#encoder = new MailEncoder(this.#codecs);
      this.#oversize.length = 0;
    }
    const result = this.#producer.write(this.#encoder, mail);
    if (result === 'written') this.lastBytes = this.#encoder.lastBytes;
    return result === 'written' || (result === 'oversize' && this.#sendByPort(mail));
  }

  publish(): void {
    if (this.#oversize.length > 0) {
      for (const bytes of this.#oversize) this.link?.port.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
      this.#oversize.length = 0;
    }
    if (this.#producer.publish()) this.#bellDue = true;
  }

  wake(): void {
    if (!this.#bellDue) return;
    this.#bellDue = false;
    this.#ring();
  }

  #sendByPort(mail: Mail): boolean {
    if (this.link?.life !== mail.receiverLife) this.#catchUp();
    if (this.#producer.write(portMarker, mail.senderLife) !== 'written') return false;
    const bytes = encodeAlone(this.#encoder, mail);
    this.#oversize.push(bytes);
    this.lastBytes = bytes.length;
    return true;
  }
}

class RingIn implements InLink {
  readonly #consumer: RingConsumer;
  readonly #codecs: BodyCodecs;
  readonly #catchUp: () => void;
  readonly #visit: (bytes: Uint8Array, start: number, end: number) => void;
  /** By the life of the sender: the port of an earlier one may still hold what its markers in the ring promise. */
  readonly #ports = new Map<number, MessagePort>();
  #decoder: MailDecoder;
  #session = -1;
  #deliver: (mail: Mail) => void = () => {};

  constructor(ring: SharedArrayBuffer, codecs: BodyCodecs, successor: boolean, catchUp: () => void) {
    this.#consumer = new RingConsumer(ring);
    if (successor) this.#consumer.reset();
    this.#codecs = codecs;
    this.#catchUp = catchUp;
    this.#decoder = new MailDecoder(codecs);
    this.#visit = (bytes, start, end) => this.#receive(bytes, start, end);
  }

  relink(link: LinkPort): void {
    this.#ports.set(link.life, link.port);
  }

  pending(): boolean {
    return this.#consumer.pending();
  }

  drain(deliver: (mail: Mail) => void): number {
    if (!this.#consumer.pending()) return 0;
    this.#deliver = deliver;
    return this.#consumer.drain(this.#visit);
  }

  #receive(bytes: Uint8Array, start: number, end: number): void {
    if (this.#consumer.session !== this.#session) {
      this.#session = this.#consumer.session;
      this.#decoder = new MailDecoder(this.#codecs);
    }
    if (bytes[start] !== byPort) {
      this.#deliver(this.#decoder.decode(bytes, start, end));
      return;
    }
    const large = this.#receiveByPort(lifeInMarker(bytes, start));
    this.#deliver(this.#decoder.decode(large, 0, large.length));
  }

  #receiveByPort(life: number): Uint8Array {
    if (!this.#ports.has(life)) this.#catchUp();
    const port = this.#ports.get(life);
    const received = port && receiveMessageOnPort(port);
    if (received === undefined) throw new Error(`a ring promises mail by port, and the port has none`);
    return received.message as Uint8Array;
  }
}
