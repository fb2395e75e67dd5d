import type { Encoder } from './codec.ts';
import { type Draft, lettersAtMost, writeCount, writeLetters } from './link-draft.ts';
import { mostShapes, mostWords, tag } from './link-wire.ts';
import type { Plain } from './operation.ts';

/** Longer drafts are copied by the platform, which is slower to start and faster to run. */
const copiedByHand = 128;

/** The sending end of one link: the draft, after what its reader does not know yet. */
export class LinkEncoder implements Encoder<Plain> {
  readonly #draft: Draft;
  /** By the number in `Draft.used`: 1 where the reader has been told. */
  readonly #known = new Uint8Array(mostWords + mostShapes);
  readonly #told: number[] = [];
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  encode(message: Plain, into: Uint8Array, start: number, end: number): number {
    if (into !== this.#bytes) this.#open(into);
    const draft = this.#draft;
    const room = Math.min(end, into.length);
    if (draft.holds(message, into)) return this.#copy(start, room);
    const stop = draft.write(message, into, this.#view, start, room);
    return stop < 0 || this.#knowsAll() ? stop : this.#defineBefore(start, stop, room);
  }

  #open(into: Uint8Array): void {
    this.#bytes = into;
    this.#view = new DataView(into.buffer as ArrayBuffer, into.byteOffset, into.byteLength);
  }

  #copy(start: number, room: number): number {
    const draft = this.#draft;
    const at = this.#knowsAll() ? start : this.#define(this.#bytes, start, room);
    const stop = at + draft.length;
    if (at < 0 || stop > room) return this.#takeBack();
    if (this.#told.length > 0) this.#told.length = 0;
    copy(draft.bytes, draft.start, draft.length, this.#bytes, at);
    draft.moveTo(this.#bytes, at);
    return stop;
  }

  /** The draft has just been written where its definitions belong, as it seldom needs any. */
  #defineBefore(start: number, stop: number, room: number): number {
    const draft = this.#draft;
    draft.moveTo(this.#bytes.slice(start, stop), 0);
    const next = this.#copy(start, room);
    if (next < 0) draft.forget();
    return next;
  }

  #knowsAll(): boolean {
    const { used, usedCount } = this.#draft;
    for (let i = 0; i < usedCount; i += 1) if (this.#known[used[i]!] === 0) return false;
    return true;
  }

  /** Writes the definitions that the draft needs and the reader lacks; returns where they end, or -1. */
  #define(into: Uint8Array, start: number, room: number): number {
    const { used, usedCount } = this.#draft;
    let at = start;
    for (let i = 0; i < usedCount; i += 1) {
      const number = used[i]!;
      if (this.#known[number] !== 0) continue;
      at = number < mostWords ? this.#word(number, into, at, room) : this.#shape(number, into, at, room);
      if (at < 0) return -1;
      this.#known[number] = 1;
      this.#told.push(number);
    }
    return at;
  }

  #word(id: number, into: Uint8Array, at: number, room: number): number {
    const word = this.#draft.words.word(id);
    if (at + 5 + lettersAtMost(word) > room) return -1;
    into[at] = tag.newWord;
    return writeLetters(word, into, writeCount(id, into, at + 1));
  }

  #shape(number: number, into: Uint8Array, at: number, room: number): number {
    const id = number - mostWords;
    const fields = this.#draft.shapes.fields(id);
    if (at + 9 > room) return -1;
    into[at] = tag.newShape;
    let next = writeCount(fields.length, into, writeCount(id, into, at + 1));
    for (const field of fields) {
      if (next + lettersAtMost(field) > room) return -1;
      next = writeLetters(field, into, next);
    }
    return next;
  }

  /** What did not fit was not told. */
  #takeBack(): -1 {
    for (const number of this.#told) this.#known[number] = 0;
    this.#told.length = 0;
    return -1;
  }
}

function copy(from: Uint8Array, start: number, length: number, into: Uint8Array, at: number): void {
  if (length > copiedByHand) into.set(from.subarray(start, start + length), at);
  else for (let i = 0; i < length; i += 1) into[at + i] = from[start + i]!;
}
