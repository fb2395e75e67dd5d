import type { Plain } from './operation.ts';

/** Where constructors of shapes get their values from. */
interface Values {
  value(): Plain;
}

type Construct = (values: Values) => Plain;

/** A list of field names that a decoder has seen. */
export interface DecoderShape {
  readonly fields: readonly string[];
  uses: number;
  construct: Construct | null;
}

/** Compiling costs as much as building a few hundred objects field by field. */
const usesBeforeCompiling = 16;

/** Shapes are compiled once for all links of a thread, so that their objects share one hidden class. */
const compiled = new Map<string, Construct>();
const mostCompiled = 1024;

export function newDecoderShape(fields: readonly string[]): DecoderShape {
  return { fields, uses: 0, construct: null };
}

/** An object of a shape, its values read in the order of the fields. */
export function buildObject(shape: DecoderShape, values: Values): Plain {
  if (shape.construct !== null) return shape.construct(values);
  shape.uses += 1;
  if (shape.uses === usesBeforeCompiling) shape.construct = constructorOf(shape.fields);
  const result: { [field: string]: Plain } = {};
  for (const field of shape.fields) setField(result, field, values.value());
  return result;
}

/** Plain assignment to `__proto__` would change the prototype instead. */
export function setField(target: { [field: string]: Plain }, field: string, value: Plain): void {
  if (field !== '__proto__') target[field] = value;
  else Object.defineProperty(target, field, { value, enumerable: true, writable: true, configurable: true });
}

/** A function with the shape's names as literals, or null where there are too many or the platform forbids code from strings. */
function constructorOf(fields: readonly string[]): Construct | null {
  const signature = JSON.stringify(fields);
  const known = compiled.get(signature);
  if (known !== undefined) return known;
  if (compiled.size >= mostCompiled) return null;
  try {
    const construct = new Function('values', `return {${fields.map(literalField).join(',')}};`) as Construct;
    compiled.set(signature, construct);
    return construct;
  } catch {
    return null;
  }
}

/** JSON strings are string literals of the language whatever they hold; the brackets make `__proto__` a field like any other. */
function literalField(field: string): string {
  const name = JSON.stringify(field);
  return field === '__proto__' ? `[${name}]:values.value()` : `${name}:values.value()`;
}
