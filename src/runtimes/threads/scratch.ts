import type { Encoder } from '../../kernel/codec.ts';

const smallest = 64 * 1024;
const largest = 1024 * 1024 * 1024;

/** Encodes one message of any size into bytes of its own. */
export function encodeAlone<M>(encoder: Encoder<M>, message: M): Uint8Array {
  for (let size = smallest; size <= largest; size *= 4) {
    const bytes = new Uint8Array(size);
    const end = encoder.encode(message, bytes, 0, size);
    if (end >= 0) return bytes.slice(0, end);
  }
  throw new RangeError(`a message takes more than ${largest / 4} bytes`);
}
