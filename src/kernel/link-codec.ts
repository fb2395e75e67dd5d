import type { Codec } from './codec.ts';
import { LinkDecoder } from './link-decoder.ts';
import { LinkEncoder } from './link-encoder.ts';
import type { Plain } from './operation.ts';

/**
 * The default codec: plain data, Map and Set, in the format of `link-wire.ts`. It keeps what JSON loses (−0, NaN,
 * undefined, lone surrogates, the order of fields) and refuses what has no meaning on another thread, such as
 * functions, class instances and bigints, with a TypeError that says where in the message it sits.
 */
export const linkCodec: Codec<Plain> = {
  encoder: () => new LinkEncoder(),
  decoder: () => new LinkDecoder(),
};
