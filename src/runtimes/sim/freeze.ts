/**
 * Makes plain data, Maps and Sets immutable all the way down, so that a replica that changes what it has handed over
 * is found at the change, instead of by what the change does to other nodes.
 */
export function deepFreeze(value: unknown): void {
  freeze(value, new Set());
}

function freeze(value: unknown, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (ArrayBuffer.isView(value)) return; // Typed arrays with elements cannot be frozen.
  if (value instanceof Map) {
    for (const [key, element] of value) {
      freeze(key, seen);
      freeze(element, seen);
    }
    forbid(value, ['set', 'delete', 'clear']);
  } else if (value instanceof Set) {
    for (const element of value) freeze(element, seen);
    forbid(value, ['add', 'delete', 'clear']);
  } else {
    for (const element of Object.values(value)) freeze(element, seen);
  }
  Object.freeze(value);
}

/** A frozen Map or Set still takes new elements: only its methods can say no. */
function forbid(collection: object, methods: readonly string[]): void {
  if (Object.isFrozen(collection)) return;
  for (const method of methods) {
    Object.defineProperty(collection, method, { value: refuse, enumerable: false });
  }
}

function refuse(): never {
  throw new TypeError('this was handed over to the runtime and must not change any more');
}
