import { deepestNesting } from './link-wire.ts';

/** Why a message is not plain data, and where: looked for only after the encoder has refused it. */
export function refusalOf(message: unknown): TypeError {
  const flaw = search(message, 'message', 0) ?? 'message is not plain data';
  return new TypeError(`${flaw} (a message is plain data, Map and Set)`);
}

function search(value: unknown, path: string, depth: number): string | null {
  const flaw = flawOf(value);
  if (flaw !== null) return `${path}${flaw}`;
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= deepestNesting) {
    return `${path.slice(0, 60)}… is a cycle, or nested more than ${deepestNesting} deep`;
  }
  for (const [part, place] of partsOf(value)) {
    const found = search(part, path + place, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

const plainPrototypes: readonly unknown[] = [
  null,
  Object.prototype,
  Array.prototype,
  Map.prototype,
  Set.prototype,
];

/** What is wrong with a value itself, apart from its parts. */
function flawOf(value: unknown): string | null {
  if (typeof value === 'function' || typeof value === 'bigint' || typeof value === 'symbol') {
    return ` is a ${typeof value}`;
  }
  if (typeof value !== 'object' || value === null) return null;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!plainPrototypes.includes(prototype)) return ` is an instance of ${classOf(prototype)}`;
  if (Array.isArray(value)) {
    const hole = Array.from(value.keys()).find((index) => !Object.hasOwn(value, index));
    return hole === undefined ? null : `[${hole}] is a hole`;
  }
  if (value instanceof Map || value instanceof Set) {
    const key = [...value.keys()].find((each) => typeof each !== 'string' && typeof each !== 'number');
    return key === undefined ? null : ` has a key of type ${typeof key}, neither string nor number`;
  }
  return null;
}

function classOf(prototype: unknown): string {
  const name: unknown = (prototype as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'a class';
}

function* partsOf(value: object): Iterable<readonly [unknown, string]> {
  if (Array.isArray(value)) for (const [index, part] of value.entries()) yield [part, `[${index}]`];
  else if (value instanceof Map)
    for (const [key, part] of value) yield [part, `.get(${JSON.stringify(key)})`];
  else if (value instanceof Set) return;
  else for (const [field, part] of Object.entries(value)) yield [part, `.${field}`];
}
