type ReadText = (bytes: Uint8Array, start: number) => string;

/**
 * A short string of one-byte letters. `String.fromCharCode` with as many arguments as letters is twice as fast as
 * any loop, so there is one function for each length, made when it is first needed.
 */
export function readShort(bytes: Uint8Array, start: number, length: number): string {
  const read = readers[length] ?? makeReader(length);
  return read(bytes, start);
}

/** Engines limit the arguments of a call, so long texts are built piece by piece. */
const pieceLength = 1024;

/** A string of one-byte letters, of any length. */
export function readLatin(bytes: Uint8Array, start: number, length: number): string {
  let text = '';
  for (let from = start; from < start + length; from += pieceLength) {
    const units: number[] = [];
    const to = Math.min(start + length, from + pieceLength);
    for (let i = from; i < to; i += 1) units.push(bytes[i]!);
    text += String.fromCharCode.apply(null, units);
  }
  return text;
}

/** A string of two-byte code units, of any length. */
export function readWide(view: DataView, start: number, length: number): string {
  let text = '';
  const end = start + 2 * length;
  for (let from = start; from < end; from += 2 * pieceLength) {
    const units: number[] = [];
    const to = Math.min(end, from + 2 * pieceLength);
    for (let at = from; at < to; at += 2) units.push(view.getUint16(at, true));
    text += String.fromCharCode.apply(null, units);
  }
  return text;
}

const readers: (ReadText | undefined)[] = [() => ''];

function makeReader(length: number): ReadText {
  const read = compiledReader(length) ?? loopingReader(length);
  while (readers.length < length) readers.push(undefined);
  readers[length] = read;
  return read;
}

/** Undefined where the platform forbids code from strings. */
function compiledReader(length: number): ReadText | undefined {
  const letters = Array.from({ length }, (_, index) => `bytes[start+${index}]`);
  try {
    return new Function('bytes', 'start', `return String.fromCharCode(${letters.join(',')});`) as ReadText;
  } catch {
    return undefined;
  }
}

function loopingReader(length: number): ReadText {
  const units = new Array<number>(length).fill(0);
  return (bytes, start) => {
    for (let i = 0; i < length; i += 1) units[i] = bytes[start + i]!;
    return String.fromCharCode.apply(null, units);
  };
}
