import type { Encoder } from './codec.ts';
import type { Fields } from './link-shapes.ts';
import { EncoderShapes, EncoderWords } from './link-tables.ts';
import { deepestNesting, inTag, longestWord, tag } from './link-wire.ts';
import type { Plain } from './operation.ts';
import { refusalOf } from './plain-refusal.ts';

/** Thrown inside, never outside: constants, since an Error with its stack would cost more than the encoding. */
const doesNotFit = Symbol('does not fit');
const refused = Symbol('refused');

const largestCount = 0x0fff_ffff;

/**
 * The sending end of the default codec. Methods that write take the position to write at and return the next. Those
 * without a # are public for the writers of shapes alone.
 */
export class LinkEncoder implements Encoder<Plain> {
  readonly #words = new EncoderWords();
  readonly #shapes = new EncoderShapes();
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;
  #depth = 0;

  encode(message: Plain, into: Uint8Array, start: number, end: number): number {
    if (into !== this.#bytes) this.#open(into);
    this.#end = Math.min(end, into.length);
    this.#depth = 0;
    const words = this.#words.count;
    const shapes = this.#shapes.count;
    try {
      return this.value(message, start);
    } catch (problem) {
      this.#words.forgetAfter(words);
      this.#shapes.forgetAfter(shapes);
      if (problem === doesNotFit) return -1;
      throw problem === refused ? refusalOf(message) : problem;
    }
  }

  #open(into: Uint8Array): void {
    this.#bytes = into as Uint8Array<ArrayBuffer>;
    this.#view = new DataView(into.buffer as ArrayBuffer, into.byteOffset, into.byteLength);
  }

  #need(bytes: number, at: number): void {
    if (at + bytes > this.#end) throw doesNotFit;
  }

  value(value: Plain, at: number): number {
    if (typeof value === 'string') return this.string(value, at);
    if (typeof value === 'number') return this.number(value, at);
    if (typeof value === 'object' && value !== null) return this.#container(value, at);
    this.#need(1, at);
    this.#bytes[at] = tagOfConstant(value);
    return at + 1;
  }

  number(value: number, at: number): number {
    if ((value & 0x7f) === value && (value !== 0 || Object.is(value, 0))) {
      this.#need(1, at);
      this.#bytes[at] = value;
      return at + 1;
    }
    this.#need(9, at);
    if (!Number.isInteger(value) || value === 0) return this.#double(value, at);
    return value > 0
      ? this.#integer(value, value, tag.positive1, at)
      : this.#integer(value, -1 - value, tag.negative1, at);
  }

  #integer(value: number, magnitude: number, firstTag: number, at: number): number {
    const bytes = this.#bytes;
    if (magnitude <= 0xff) {
      bytes[at] = firstTag;
      bytes[at + 1] = magnitude;
      return at + 2;
    }
    if (magnitude <= 0xffff) {
      bytes[at] = firstTag + 1;
      this.#view.setUint16(at + 1, magnitude, true);
      return at + 3;
    }
    if (magnitude <= 0xffff_ffff) {
      bytes[at] = firstTag + 2;
      this.#view.setUint32(at + 1, magnitude, true);
      return at + 5;
    }
    if (magnitude > 0xffff_ffff_ffff) return this.#double(value, at);
    bytes[at] = firstTag + 3;
    const high = Math.floor(magnitude / 0x1_0000_0000);
    this.#view.setUint32(at + 1, magnitude - high * 0x1_0000_0000, true);
    this.#view.setUint16(at + 5, high, true);
    return at + 7;
  }

  #double(value: number, at: number): number {
    this.#bytes[at] = tag.double;
    this.#view.setFloat64(at + 1, value, true);
    return at + 9;
  }

  string(value: string, at: number): number {
    if (value.length > longestWord || value.length === 0) return this.#letters(value, at);
    const id = this.#words.idOf(value);
    if (id >= 0) return this.#numbered(id, tag.firstWord, tag.word, at);
    if (!this.#words.learn(value)) return this.#letters(value, at);
    this.#need(1, at);
    this.#bytes[at] = tag.newWord;
    return this.#letters(value, at + 1);
  }

  #numbered(id: number, firstTag: number, generalTag: number, at: number): number {
    this.#need(3, at);
    if (id < inTag) {
      this.#bytes[at] = firstTag + id;
      return at + 1;
    }
    this.#bytes[at] = generalTag;
    return this.#count(id, at + 1);
  }

  /** A string in full: one byte a letter while all letters allow it. */
  #letters(value: string, at: number): number {
    const length = value.length;
    this.#need(length + 6, at);
    const start = length < inTag ? at + 1 : this.#count(length, at + 1);
    const bytes = this.#bytes;
    let seen = 0;
    for (let i = 0; i < length; i += 1) {
      const unit = value.charCodeAt(i);
      seen |= unit;
      bytes[start + i] = unit;
    }
    if (seen > 0xff) return this.#wideLetters(value, at);
    bytes[at] = length < inTag ? tag.shortString + length : tag.latinString;
    return start + length;
  }

  #wideLetters(value: string, at: number): number {
    this.#need(value.length * 2 + 6, at);
    this.#bytes[at] = tag.wideString;
    let next = this.#count(value.length, at + 1);
    for (let i = 0; i < value.length; i += 1) {
      this.#view.setUint16(next, value.charCodeAt(i), true);
      next += 2;
    }
    return next;
  }

  /** A count below 2^28, seven bits a byte, the low ones first. */
  #count(value: number, at: number): number {
    if (value > largestCount) throw doesNotFit;
    this.#need(4, at);
    let rest = value;
    let next = at;
    while (rest > 0x7f) {
      this.#bytes[next] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
      next += 1;
    }
    this.#bytes[next] = rest;
    return next + 1;
  }

  #container(value: object, at: number): number {
    this.#depth += 1;
    if (this.#depth > deepestNesting) throw refused;
    const next = this.#contents(value, at);
    this.#depth -= 1;
    return next;
  }

  #contents(value: object, at: number): number {
    // Nearly always so, and cheaper to ask than the prototype.
    if (value.constructor === Object) return this.#object(value as Fields, at);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#object(value as Fields, at);
    if (prototype === Array.prototype) return this.#array(value as readonly Plain[], at);
    if (prototype === Map.prototype) return this.#map(value as ReadonlyMap<string | number, Plain>, at);
    if (prototype === Set.prototype) return this.#set(value as ReadonlySet<string | number>, at);
    throw refused;
  }

  #object(value: Fields, at: number): number {
    const shape = this.#shapes.of(value);
    if (shape === null) return this.#unshapedObject(value, at);
    let next =
      shape.id >= 0
        ? this.#numbered(shape.id, tag.firstShape, tag.shape, at)
        : this.#newShape(value, shape.length, at);
    if (shape.id < 0) this.#shapes.learn(shape);
    if (shape.write !== null) return shape.write(this, value, next);
    this.#shapes.countUse(shape, value);
    for (const field in value) next = this.value(value[field], next);
    return next;
  }

  #newShape(value: Fields, length: number, at: number): number {
    let next = this.#opening(tag.newShape, length, at);
    for (const field in value) next = this.string(field, next);
    return next;
  }

  #unshapedObject(value: Fields, at: number): number {
    const fields = Object.keys(value);
    let next = this.#opening(tag.object, fields.length, at);
    for (const field of fields) next = this.value(value[field], this.string(field, next));
    return next;
  }

  #array(value: readonly Plain[], at: number): number {
    let next = this.#opening(tag.array, value.length, at);
    for (let i = 0; i < value.length; i += 1) {
      const element = value[i];
      if (element === undefined && !Object.hasOwn(value, i)) throw refused;
      next = this.value(element, next);
    }
    return next;
  }

  #map(value: ReadonlyMap<string | number, Plain>, at: number): number {
    let next = this.#opening(tag.map, value.size, at);
    for (const [key, element] of value) next = this.value(element, this.#key(key, next));
    return next;
  }

  #set(value: ReadonlySet<string | number>, at: number): number {
    let next = this.#opening(tag.set, value.size, at);
    for (const element of value) next = this.#key(element, next);
    return next;
  }

  #key(key: string | number, at: number): number {
    if (typeof key === 'string') return this.string(key, at);
    if (typeof key === 'number') return this.number(key, at);
    throw refused;
  }

  #opening(containerTag: number, count: number, at: number): number {
    this.#need(6, at);
    this.#bytes[at] = containerTag;
    return this.#count(count, at + 1);
  }
}

function tagOfConstant(value: Plain): number {
  if (value === null) return tag.null;
  if (value === undefined) return tag.undefined;
  if (value === true) return tag.true;
  if (value === false) return tag.false;
  throw refused;
}
