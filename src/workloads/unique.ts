const streamFactor = 10_000_000_000;

/** Streams from here on have no unique values left within the whole numbers that a double holds exactly. */
export const maximumStream = Math.floor(Number.MAX_SAFE_INTEGER / streamFactor) - 1;

/**
 * The value that question `index` of `stream` writes, never written by any other: its digits are the stream, then
 * ten digits for the index plus one, so that a person can read where a value came from.
 */
export function uniqueValue(stream: number, index: number): number {
  if (stream > maximumStream)
    throw new RangeError(`stream ${stream} is above the last one, ${maximumStream}`);
  return stream * streamFactor + index + 1;
}

/** The stream and index that wrote a unique value. */
export function originOf(value: number): { readonly stream: number; readonly index: number } {
  const stream = Math.floor((value - 1) / streamFactor);
  return { stream, index: value - 1 - stream * streamFactor };
}
