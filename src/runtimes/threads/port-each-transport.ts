import type { MessagePort } from 'node:worker_threads';
import type { Mail } from './mail.ts';
import type { Host, LinkPort } from './protocol.ts';
import type { InLink, OutLink, Transport } from './transport.ts';

/**
 * One postMessage for each mail, handled as it comes: what one would write first, and what benchmarks compare the
 * rings with. Nothing else uses it.
 */
export class PortEachTransport implements Transport {
  readonly out: readonly (EachOut | null)[];
  readonly in: readonly (EachIn | null)[];

  /** `arrived` is called when there is mail to drain. */
  constructor(host: Host, hosts: number, arrived: () => void, catchUp: () => void) {
    const peers = Array.from({ length: hosts }, (_, peer) => peer);
    this.out = peers.map((peer) => (peer === host ? null : new EachOut(catchUp)));
    this.in = peers.map((peer) => (peer === host ? null : new EachIn(arrived)));
  }

  relink(link: LinkPort): void {
    const out = this.out[link.host];
    if (out) out.link = link;
    this.in[link.host]?.relink(link.port);
  }
}

class EachOut implements OutLink {
  link: LinkPort | undefined;
  /** Structured clones do not tell their size. */
  readonly lastBytes = 0;
  readonly #waiting: Mail[] = [];
  readonly #catchUp: () => void;

  constructor(catchUp: () => void) {
    this.#catchUp = catchUp;
  }

  send(mail: Mail): boolean {
    if (this.link?.life !== mail.receiverLife) this.#catchUp();
    this.#waiting.push({ ...mail });
    return true;
  }

  publish(): void {
    for (const mail of this.#waiting) this.link?.port.postMessage(mail);
    this.#waiting.length = 0;
  }

  /** Messages wake by themselves. */
  wake(): void {}
}

class EachIn implements InLink {
  readonly #arrived: () => void;
  readonly #mail: Mail[] = [];

  constructor(arrived: () => void) {
    this.#arrived = arrived;
  }

  relink(port: MessagePort): void {
    port.on('message', (mail: Mail) => {
      this.#mail.push(mail);
      this.#arrived();
    });
  }

  pending(): boolean {
    return this.#mail.length > 0;
  }

  drain(deliver: (mail: Mail) => void): number {
    if (this.#mail.length === 0) return 0;
    const mail = this.#mail.splice(0);
    for (const one of mail) deliver(one);
    return mail.length;
  }
}
