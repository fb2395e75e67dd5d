import type { Decoder } from './codec.ts';
import { type ConstructObject, constructorOf, usesBeforeCompiling } from './link-shapes.ts';
import type { Words } from './link-tables.ts';
import { readLatin, readShort, readWide } from './link-text.ts';
import { deepestNesting, inTag, longestShape, mostShapes, mostWords, tag } from './link-wire.ts';
import type { Plain } from './operation.ts';

/** A list of field names that the encoder has sent. */
interface DecoderShape {
  readonly fields: readonly string[];
  uses: number;
  /** Null until it has been used often. */
  construct: ConstructObject | null;
}

/** The receiving end of the default codec. Once it has thrown, it and its encoder no longer agree: drop both. */
export class LinkDecoder implements Decoder<Plain> {
  /** What the encoder has told, by its numbers. */
  readonly #words: (string | undefined)[] = [];
  readonly #shapes: (DecoderShape | undefined)[] = [];
  readonly #copies: Words;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #end = 0;
  #depth = 0;

  constructor(copies: Words) {
    this.#copies = copies;
  }

  decode(from: Uint8Array, start: number, end: number): Plain {
    if (from !== this.#bytes) this.#open(from);
    if (!(start >= 0 && end <= from.length)) throw malformed(start, 'the message lies outside its bytes');
    this.#at = start;
    this.#end = end;
    this.#depth = 0;
    this.#definitions();
    const value = this.value();
    if (this.#at !== end) throw malformed(this.#at, 'bytes are left over');
    return value;
  }

  #definitions(): void {
    while (this.#at < this.#end) {
      const first = this.#bytes[this.#at];
      if (first !== tag.newWord && first !== tag.newShape) return;
      this.#at += 1;
      if (first === tag.newWord) this.#newWord();
      else this.#newShape();
    }
  }

  /** Reads the next value. Public for the constructors of shapes alone. */
  value(): Plain {
    const first = this.#byte();
    if (first < tag.shortString) return first;
    if (first < tag.firstWord) return this.#latin(first - tag.shortString);
    if (first < tag.firstShape) return this.#word(first - tag.firstWord);
    if (first < tag.null) return this.#shaped(first - tag.firstShape);
    return this.#other(first);
  }

  #open(from: Uint8Array): void {
    this.#bytes = from as Uint8Array<ArrayBuffer>;
    this.#view = new DataView(from.buffer as ArrayBuffer, from.byteOffset, from.byteLength);
  }

  #other(first: number): Plain {
    switch (first) {
      case tag.null:
        return null;
      case tag.undefined:
        return undefined;
      case tag.false:
        return false;
      case tag.true:
        return true;
      case tag.double:
        return this.#view.getFloat64(this.#take(8), true);
      case tag.latinString:
        return this.#latin(this.#count());
      case tag.wideString:
        return this.#wide(this.#count());
      case tag.word:
        return this.#word(this.#count());
      default:
        return first < tag.double ? this.#integer(first) : this.#container(first);
    }
  }

  #integer(first: number): number {
    const view = this.#view;
    switch (first) {
      case tag.positive1:
        return this.#byte();
      case tag.positive2:
        return view.getUint16(this.#take(2), true);
      case tag.positive4:
        return view.getUint32(this.#take(4), true);
      case tag.positive6:
        return this.#sixBytes();
      case tag.negative1:
        return -1 - this.#byte();
      case tag.negative2:
        return -1 - view.getUint16(this.#take(2), true);
      case tag.negative4:
        return -1 - view.getUint32(this.#take(4), true);
      default:
        return -1 - this.#sixBytes();
    }
  }

  #container(first: number): Plain {
    this.#depth += 1;
    if (this.#depth > deepestNesting) throw malformed(this.#at, 'nested too deeply');
    const value = this.#contents(first);
    this.#depth -= 1;
    return value;
  }

  #contents(first: number): Plain {
    switch (first) {
      case tag.shape:
        return this.#fields(this.#count());
      case tag.object:
        return this.#object(this.#size(2));
      case tag.array:
        return this.#array(this.#size(1));
      case tag.map:
        return this.#map(this.#size(2));
      case tag.set:
        return this.#set(this.#size(1));
      default:
        throw malformed(this.#at - 1, `no value begins with the byte ${first}`);
    }
  }

  #shaped(id: number): Plain {
    this.#depth += 1;
    if (this.#depth > deepestNesting) throw malformed(this.#at, 'nested too deeply');
    const value = this.#fields(id);
    this.#depth -= 1;
    return value;
  }

  #fields(id: number): Plain {
    const shape = this.#shapes[id];
    if (shape === undefined) throw malformed(this.#at, `shape ${id} was never defined`);
    if (shape.construct !== null) return shape.construct(this);
    shape.uses += 1;
    if (shape.uses === usesBeforeCompiling) shape.construct = constructorOf(shape.fields);
    const result: { [field: string]: Plain } = {};
    for (const field of shape.fields) setField(result, field, this.value());
    return result;
  }

  #newShape(): void {
    const id = this.#count();
    const length = this.#size(1);
    if (length > longestShape || id >= mostShapes) throw malformed(this.#at, 'too many fields or shapes');
    const fields: string[] = [];
    for (let i = 0; i < length; i += 1) fields.push(this.#string());
    if (new Set(fields).size !== length) throw malformed(this.#at, 'a shape has a field twice');
    this.#shapes[id] = { fields, uses: 0, construct: null };
  }

  #object(size: number): Plain {
    const result: { [field: string]: Plain } = {};
    for (let i = 0; i < size; i += 1) {
      const field = this.#string();
      if (Object.hasOwn(result, field)) throw malformed(this.#at, 'an object has a field twice');
      setField(result, field, this.value());
    }
    return result;
  }

  #array(size: number): Plain {
    // A list that grows by pushing reserves room for 17 elements; most have a few and live as long as the message.
    switch (size) {
      case 1:
        return [this.value()];
      case 2:
        return [this.value(), this.value()];
      case 3:
        return [this.value(), this.value(), this.value()];
      case 4:
        return [this.value(), this.value(), this.value(), this.value()];
    }
    const result: Plain[] = [];
    for (let i = 0; i < size; i += 1) result.push(this.value());
    return result;
  }

  #map(size: number): Plain {
    const result = new Map<string | number, Plain>();
    for (let i = 0; i < size; i += 1) {
      const key = this.#key();
      result.set(key, this.value());
    }
    if (result.size !== size) throw malformed(this.#at, 'a map has a key twice');
    return result;
  }

  #set(size: number): Plain {
    const result = new Set<string | number>();
    for (let i = 0; i < size; i += 1) result.add(this.#key());
    if (result.size !== size) throw malformed(this.#at, 'a set has an element twice');
    return result;
  }

  #key(): string | number {
    const key = this.value();
    if (typeof key === 'string' || typeof key === 'number') return key;
    throw malformed(this.#at, 'a key is neither a string nor a number');
  }

  #string(): string {
    const text = this.value();
    if (typeof text === 'string') return text;
    throw malformed(this.#at, 'a name is not a string');
  }

  #word(id: number): string {
    const word = this.#words[id];
    if (word === undefined) throw malformed(this.#at, `word ${id} was never defined`);
    return word;
  }

  #newWord(): void {
    const id = this.#count();
    if (id >= mostWords) throw malformed(this.#at, 'too many words');
    this.#words[id] = this.#copies.copyOf(this.#string());
  }

  #latin(length: number): string {
    const start = this.#take(length);
    return length < inTag ? readShort(this.#bytes, start, length) : readLatin(this.#bytes, start, length);
  }

  #wide(length: number): string {
    return readWide(this.#view, this.#take(2 * length), length);
  }

  #sixBytes(): number {
    const at = this.#take(6);
    return this.#view.getUint32(at, true) + this.#view.getUint16(at + 4, true) * 0x1_0000_0000;
  }

  /** The number of elements of a container, each of which takes at least `least` bytes. */
  #size(least: number): number {
    const size = this.#count();
    if (size * least > this.#end - this.#at) throw malformed(this.#at, `${size} elements in too few bytes`);
    return size;
  }

  #count(): number {
    let value = this.#byte();
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw malformed(this.#at, 'a count of more than four bytes');
  }

  #byte(): number {
    const at = this.#at;
    if (at >= this.#end) throw malformed(at, 'it ends early');
    this.#at = at + 1;
    return this.#bytes[at]!;
  }

  /** Steps over `length` bytes and returns where they start. */
  #take(length: number): number {
    const start = this.#at;
    if (length > this.#end - start) throw malformed(start, 'it ends early');
    this.#at = start + length;
    return start;
  }
}

/** Plain assignment to `__proto__` would change the prototype instead. */
function setField(target: { [field: string]: Plain }, field: string, value: Plain): void {
  if (field !== '__proto__') target[field] = value;
  else Object.defineProperty(target, field, { value, enumerable: true, writable: true, configurable: true });
}

function malformed(at: number, what: string): Error {
  return new Error(`Malformed message at byte ${at}: ${what}`);
}
