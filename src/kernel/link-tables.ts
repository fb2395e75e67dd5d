import { usesBeforeCompiling, type WriteFields, writerOf } from './link-shapes.ts';
import { longestShape, mostShapes, mostWords } from './link-wire.ts';

/** The places where strings seen once are remembered: only a second sight makes a word, so that unique values do not fill the table. */
const candidateBits = 11;

/** The words that an encoder has given numbers. */
export class EncoderWords {
  readonly #ids = new Map<string, number>();
  readonly #list: string[] = [];
  readonly #candidates: string[] = new Array(1 << candidateBits).fill('');

  get count(): number {
    return this.#list.length;
  }

  /** The number of a word, or -1. */
  idOf(text: string): number {
    return this.#ids.get(text) ?? -1;
  }

  /** Takes note of a string that is no word; true if it is one from now on. */
  learn(text: string): boolean {
    if (this.#list.length >= mostWords) return false;
    const place = placeOf(text);
    if (this.#candidates[place] !== text) {
      this.#candidates[place] = text;
      return false;
    }
    this.#ids.set(text, this.#list.length);
    this.#list.push(text);
    return true;
  }

  /** Takes back all but the first `count` words. */
  forgetAfter(count: number): void {
    while (this.#list.length > count) this.#ids.delete(this.#list.pop()!);
  }
}

/** Looks at five letters only, the last ones first, where keys differ; a clash costs one more sight of a string. */
function placeOf(text: string): number {
  const last = text.length - 1;
  let mixed = Math.imul(text.charCodeAt(last) + last * 8, 31) + text.charCodeAt(last >> 1);
  if (last > 1)
    mixed = Math.imul(Math.imul(mixed, 31) + text.charCodeAt(last - 1), 31) + text.charCodeAt(last - 2);
  return Math.imul(mixed + text.charCodeAt(0), 0x9e37_79b1) >>> (32 - candidateBits);
}

/** A node of the tree of field names: the path from the root is an ordered list of names. */
export interface EncoderShape {
  /** -1 until an object of this shape has been sent. */
  id: number;
  /** How many fields lie between the root and here. */
  readonly length: number;
  /** The step taken last from here: objects that follow each other mostly have the same shape. */
  lastField: string | null;
  lastChild: EncoderShape | null;
  readonly children: Map<string, EncoderShape>;
  uses: number;
  /** Writes all values of an object of this shape; null until it has been used often. */
  write: WriteFields | null;
}

/** A tree must not grow with every object that is used as a dictionary. */
const mostNodes = 8192;

/** The shapes that an encoder has given numbers, found by walking a tree of field names. */
export class EncoderShapes {
  readonly #root = newShape(0);
  readonly #list: EncoderShape[] = [];
  #nodes = 1;

  get count(): number {
    return this.#list.length;
  }

  /** The shape of an object, with or without a number yet; null for one that travels with its names. */
  of(value: object): EncoderShape | null {
    let shape: EncoderShape | null = this.#root;
    for (const field in value) {
      shape = shape.lastField === field ? shape.lastChild : this.#step(shape, field);
      if (shape === null) return null;
    }
    return shape.id < 0 && this.#list.length >= mostShapes ? null : shape;
  }

  /** Gives a shape its number. */
  learn(shape: EncoderShape): void {
    shape.id = this.#list.length;
    this.#list.push(shape);
  }

  /** Call for each object of a shape that has no writer yet. */
  countUse(shape: EncoderShape, value: object): void {
    shape.uses += 1;
    if (shape.uses !== usesBeforeCompiling) return;
    // By the same loop that found the shape, so that both see the same names whatever the object inherits.
    const fields: string[] = [];
    for (const field in value) fields.push(field);
    shape.write = writerOf(fields);
  }

  /** Takes back all but the first `count` shapes. */
  forgetAfter(count: number): void {
    while (this.#list.length > count) this.#list.pop()!.id = -1;
  }

  #step(shape: EncoderShape, field: string): EncoderShape | null {
    let child = shape.children.get(field);
    if (child === undefined) {
      if (shape.length >= longestShape || this.#nodes >= mostNodes || this.#list.length >= mostShapes)
        return null;
      child = newShape(shape.length + 1);
      shape.children.set(field, child);
      this.#nodes += 1;
    }
    shape.lastField = field;
    shape.lastChild = child;
    return child;
  }
}

function newShape(length: number): EncoderShape {
  return { id: -1, length, lastField: null, lastChild: null, children: new Map(), uses: 0, write: null };
}
