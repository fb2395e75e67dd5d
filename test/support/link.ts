import type { Codec, Decoder, Encoder } from '../../src/kernel/codec.ts';
import { RingConsumer, RingProducer, type WriteResult } from '../../src/runtimes/threads/ring.ts';

/**
 * The smallest use of a ring: a codec at each end, and nothing between it and the messages. The codec's two ends keep
 * state about each other, so whenever either thread starts anew a new session begins, with a fresh encoder and a fresh
 * decoder; mail of older sessions that a restarted receiver could no longer understand is dropped, as mail under way to
 * a dead node is.
 */
export class LinkSender<M> {
  readonly #ring: RingProducer;
  readonly #codec: Codec<M>;
  #encoder: Encoder<M>;

  constructor(memory: SharedArrayBuffer, codec: Codec<M>) {
    this.#ring = new RingProducer(memory);
    this.#codec = codec;
    this.#encoder = codec.encoder();
  }

  /** Puts a message on the link; it leaves with the next `publish`. Throws when the codec refuses the message. */
  send(message: M): WriteResult {
    if (this.#ring.renewed()) this.#encoder = this.#codec.encoder();
    return this.#ring.write(this.#encoder, message);
  }

  /** Lets go of all that was sent. Returns whether there was anything: then the receiver's doorbell is due. */
  publish(): boolean {
    return this.#ring.publish();
  }
}

/** The other end of a `LinkSender`. */
export class LinkReceiver<M> {
  readonly #ring: RingConsumer;
  readonly #codec: Codec<M>;
  #decoder: Decoder<M>;
  #session = -1;
  #deliver: (message: M) => void = ignore;

  constructor(memory: SharedArrayBuffer, codec: Codec<M>) {
    this.#ring = new RingConsumer(memory);
    this.#codec = codec;
    this.#decoder = codec.decoder();
  }

  /** Whether there is something to receive. */
  pending(): boolean {
    return this.#ring.pending();
  }

  /** For the successor of a receiver that died: forgets all that is unread. Call once, before the first `receive`. */
  reset(): void {
    this.#ring.reset();
  }

  /**
   * Delivers every message published by now, in order; returns how many. When the codec or `deliver` throws, the
   * rest stays for later, but a link whose decoder threw is broken for the rest of its session.
   */
  receive(deliver: (message: M) => void): number {
    this.#deliver = deliver;
    return this.#ring.drain(this.#visit);
  }

  readonly #visit = (bytes: Uint8Array, start: number, end: number): void => {
    if (this.#ring.session !== this.#session) {
      this.#session = this.#ring.session;
      this.#decoder = this.#codec.decoder();
    }
    this.#deliver(this.#decoder.decode(bytes, start, end));
  };
}

function ignore(): void {}
