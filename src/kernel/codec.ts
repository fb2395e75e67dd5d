/**
 * Turns messages into bytes and back on one directed link. Both ends keep state (shapes and words already sent),
 * so a codec makes a fresh pair for each link and each life of its two ends, and what one encoder wrote must be
 * decoded by one decoder in the same order.
 */
export interface Codec<M> {
  encoder(): Encoder<M>;
  decoder(): Decoder<M>;
}

export interface Encoder<M> {
  /**
   * Writes `message` from `start` on, never at or beyond `end`, and returns the position after it, or -1 where it
   * does not fit: then nothing counts as written, and the message may be encoded again elsewhere. The same holds
   * after a throw.
   */
  encode(message: M, into: Uint8Array, start: number, end: number): number;
}

export interface Decoder<M> {
  /** Reads what the encoder wrote between `start` and `end`. Throws when the bytes are not a message. */
  decode(from: Uint8Array, start: number, end: number): M;
}
