import type { MessagePort } from 'node:worker_threads';
import { type BodyCodecs, type Mail, MailDecoder, MailEncoder } from './mail.ts';
import type { Host, LinkPort } from './protocol.ts';
import type { InLink, OutLink, Posted, Transport } from './transport.ts';

const firstBatchBytes = 4096;
const lengthBytes = 4;

/**
 * Mail by ports, encoded and batched: one postMessage per link and turn. It is what the rings are checked against,
 * and the way out should they ever misbehave.
 */
export class PortTransport implements Transport {
  readonly out: readonly (PortOut | null)[];
  readonly in: readonly (PortIn | null)[];

  /** `catchUp` handles control messages that wait, among them the ports of hosts that began a new life. */
  constructor(host: Host, hosts: number, codecs: BodyCodecs, posted: Posted, catchUp: () => void) {
    const peers = Array.from({ length: hosts }, (_, peer) => peer);
    this.out = peers.map((peer) => (peer === host ? null : new PortOut(codecs, () => posted(peer), catchUp)));
    this.in = peers.map((peer) => (peer === host ? null : new PortIn(codecs)));
  }

  relink(link: LinkPort): void {
    this.out[link.host]?.relink(link);
    this.in[link.host]?.relink(link.port);
  }
}

class PortOut implements OutLink {
  lastBytes = 0;
  readonly #codecs: BodyCodecs;
  readonly #posted: () => void;
  readonly #catchUp: () => void;
  #link: LinkPort | undefined;
  #encoder: MailEncoder;
  #batch = new Uint8Array(firstBatchBytes);
  #length = 0;

  constructor(codecs: BodyCodecs, posted: () => void, catchUp: () => void) {
    this.#codecs = codecs;
    this.#encoder = new MailEncoder(codecs);
    this.#posted = posted;
    this.#catchUp = catchUp;
  }

  relink(link: LinkPort): void {
    this.#link = link;
    this.#encoder = new MailEncoder(this.#codecs);
    this.#length = 0;
  }

  send(mail: Mail): boolean {
    if (this.#link?.life !== mail.receiverLife) this.#catchUp();
    for (;;) {
      const start = this.#length + lengthBytes;
      const end =
        start < this.#batch.length ? this.#encoder.encode(mail, this.#batch, start, this.#batch.length) : -1;
      if (end >= 0) {
        this.lastBytes = end - start;
        new DataView(this.#batch.buffer).setUint32(this.#length, end - start, true);
        this.#length = end;
        return true;
      }
      const grown = new Uint8Array(this.#batch.length * 2);
      grown.set(this.#batch.subarray(0, this.#length));
      this.#batch = grown;
    }
  }

  publish(): void {
    if (this.#length === 0) return;
    const bytes = this.#batch.slice(0, this.#length);
    this.#length = 0;
    this.#link?.port.postMessage(bytes, [bytes.buffer]);
    this.#posted();
  }

  /** Publishing has done so. */
  wake(): void {}
}

class PortIn implements InLink {
  readonly #codecs: BodyCodecs;
  readonly #batches: { readonly bytes: Uint8Array; readonly decoder: MailDecoder }[] = [];

  constructor(codecs: BodyCodecs) {
    this.#codecs = codecs;
  }

  relink(port: MessagePort): void {
    const decoder = new MailDecoder(this.#codecs);
    port.on('message', (bytes: Uint8Array) => this.#batches.push({ bytes, decoder }));
  }

  pending(): boolean {
    return this.#batches.length > 0;
  }

  drain(deliver: (mail: Mail) => void): number {
    let count = 0;
    for (const { bytes, decoder } of this.#batches.splice(0)) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let at = 0; at < bytes.length; count += 1) {
        const start = at + lengthBytes;
        at = start + view.getUint32(at, true);
        deliver(decoder.decode(bytes, start, at));
      }
    }
    return count;
  }
}
