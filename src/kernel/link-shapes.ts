import type { Plain } from './operation.ts';

/**
 * Code made for one ordered list of field names. It touches each field by a literal name, at a place in the code that
 * sees this shape alone, and so runs several times as fast as any loop over names.
 */

export type Fields = { readonly [field: string]: Plain };

/** What constructors of shapes need of a decoder: each call reads the next value. */
export interface ValueReader {
  value(): Plain;
}

/** What writers of shapes need of an encoder: each call writes a value at a position and returns the next. */
export interface ValueWriter {
  value(value: Plain, at: number): number;
  number(value: number, at: number): number;
  string(value: string, at: number): number;
}

export type ConstructObject = (reader: ValueReader) => Plain;
export type WriteFields = (writer: ValueWriter, from: Fields, at: number) => number;

/** Making code costs as much as handling a few hundred objects without it. */
export const usesBeforeCompiling = 16;

/** Code is made once for all links of a thread, so that what they decode shares one hidden class. */
const mostCompiled = 1024;
const constructors = new Map<string, ConstructObject>();
const writers = new Map<string, WriteFields>();

/** A function that reads an object of these fields; null where there are too many or the platform forbids code from strings. */
export function constructorOf(fields: readonly string[]): ConstructObject | null {
  return compiled(constructors, fields, ['reader'], () => {
    const entries = fields.map((field) => `${literalName(field)}:reader.value()`);
    return `return {${entries.join(',')}};`;
  });
}

/** A function that writes the values of an object of these fields, or null as above. */
export function writerOf(fields: readonly string[]): WriteFields | null {
  return compiled(writers, fields, ['writer', 'from', 'at'], () => {
    const lines = fields.map((field) => `value=from[${JSON.stringify(field)}];${writeByType}`);
    return `let value;${lines.join('')}return at;`;
  });
}

const writeByType =
  "at=typeof value==='number'?writer.number(value,at):" +
  "typeof value==='string'?writer.string(value,at):writer.value(value,at);";

function compiled<Code>(
  known: Map<string, Code>,
  fields: readonly string[],
  parameters: readonly string[],
  body: () => string,
): Code | null {
  const signature = JSON.stringify(fields);
  const earlier = known.get(signature);
  if (earlier !== undefined) return earlier;
  if (known.size >= mostCompiled) return null;
  try {
    const code = new Function(...parameters, body()) as Code;
    known.set(signature, code);
    return code;
  } catch {
    return null;
  }
}

/** JSON strings are string literals of the language whatever they hold; brackets make `__proto__` a field like any other. */
function literalName(field: string): string {
  const name = JSON.stringify(field);
  return field === '__proto__' ? `[${name}]` : name;
}
