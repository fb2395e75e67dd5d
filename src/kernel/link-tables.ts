import { usesBeforeCompiling, type WriteFields, writerOf } from './link-shapes.ts';
import { longestShape, mostShapes, mostWords } from './link-wire.ts';

/** The places where strings seen once are remembered: only a second sight makes a word, so that unique values do not fill the table. */
const candidateBits = 11;

/** The words to which one end of many links has given numbers, all links the same. */
export class Words {
  readonly #ids = new Map<string, number>();
  readonly #list: string[] = [];
  readonly #candidates: string[] = new Array(1 << candidateBits).fill('');

  /** The number of a word, or -1 for a string that is none. A second sight makes it one. */
  see(text: string): number {
    const id = this.#ids.get(text);
    if (id !== undefined) return id;
    const place = placeOf(text);
    if (this.#candidates[place] === text) return this.#add(text);
    this.#candidates[place] = text;
    return -1;
  }

  /**
   * The one copy of a word that another end has defined: a string that is the same object in all mail is compared, and
   * found in a map, by its address.
   */
  copyOf(text: string): string {
    const id = this.#ids.get(text);
    if (id !== undefined) return this.#list[id]!;
    this.#add(text);
    return text;
  }

  word(id: number): string {
    return this.#list[id]!;
  }

  #add(text: string): number {
    const id = this.#list.length;
    if (id >= mostWords) return -1;
    this.#ids.set(text, id);
    this.#list.push(text);
    return id;
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
export interface Shape {
  /** -1 until an object of this shape has been sent. */
  id: number;
  /** How many fields lie between the root and here. */
  readonly length: number;
  /** The step taken last from here: objects that follow each other mostly have the same shape. */
  lastField: string | null;
  lastChild: Shape | null;
  readonly children: Map<string, Shape>;
  uses: number;
  /** Writes all values of an object of this shape; null until it has been used often. */
  write: WriteFields | null;
}

/** A tree must not grow with every object that is used as a dictionary. */
const mostNodes = 8192;

/** The shapes to which one end of many links has given numbers, found by walking a tree of field names. */
export class Shapes {
  readonly #root = newShape(0);
  readonly #fields: (readonly string[])[] = [];
  #nodes = 1;

  /** The shape of an object; null for one that travels with its names. */
  of(value: object): Shape | null {
    let shape: Shape | null = this.#root;
    for (const field in value) {
      shape = shape.lastField === field ? shape.lastChild : this.#step(shape, field);
      if (shape === null) return null;
    }
    return shape.id >= 0 || this.#number(shape, value) ? shape : null;
  }

  /** The names of the fields of the shape with this number. */
  fields(id: number): readonly string[] {
    return this.#fields[id]!;
  }

  /** Call for each object of a shape that has no writer yet. */
  countUse(shape: Shape): void {
    shape.uses += 1;
    if (shape.uses === usesBeforeCompiling) shape.write = writerOf(this.fields(shape.id));
  }

  #number(shape: Shape, value: object): boolean {
    if (this.#fields.length >= mostShapes) return false;
    // By the same loop that found the shape, so that both see the same names whatever the object inherits.
    const fields: string[] = [];
    for (const field in value) fields.push(field);
    shape.id = this.#fields.length;
    this.#fields.push(fields);
    return true;
  }

  #step(shape: Shape, field: string): Shape | null {
    let child = shape.children.get(field);
    if (child === undefined) {
      if (shape.length >= longestShape || this.#nodes >= mostNodes || this.#fields.length >= mostShapes)
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

function newShape(length: number): Shape {
  return { id: -1, length, lastField: null, lastChild: null, children: new Map(), uses: 0, write: null };
}
