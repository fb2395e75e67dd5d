import type { Codec } from './codec.ts';
import { LinkDecoder } from './link-decoder.ts';
import { Draft } from './link-draft.ts';
import { LinkEncoder } from './link-encoder.ts';
import type { Plain } from './operation.ts';

/**
 * The default codec, for one end of many links: plain data, Map and Set, in the format of `link-wire.ts`. All its
 * encoders share what they learn, so a host makes one codec for all its links. It keeps what JSON loses (−0, NaN,
 * undefined, lone surrogates, the order of fields) and refuses what has no meaning on another thread, such as
 * functions, class instances and bigints, with a TypeError that says where in the message it sits.
 */
export function createLinkCodec(): Codec<Plain> {
  const draft = new Draft();
  return {
    encoder: () => new LinkEncoder(draft),
    decoder: () => new LinkDecoder(draft.words),
  };
}
