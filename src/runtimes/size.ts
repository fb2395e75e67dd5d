const numberBytes = 8;
const emptyBytes = 1;
const headBytes = 2;

/**
 * An estimate of what a message takes on a wire: a byte for each tag and small thing, 8 for a number, the characters of
 * texts, two for the head of each collection; names of fields are not counted, as a codec sends them once. It exists so
 * that virtual time can compare strategies by bytes without encoding anything.
 */
export function sizeOf(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return numberBytes;
    case 'string':
      return headBytes + value.length;
    case 'object':
      return value === null ? emptyBytes : sizeOfObject(value);
    default:
      return emptyBytes;
  }
}

function sizeOfObject(value: object): number {
  // Most messages are plain records, and this tells them from all else in one look.
  if (value.constructor === Object) return headBytes + sizeOfFields(value);
  if (Array.isArray(value)) return headBytes + sizeOfElements(value);
  let size = headBytes;
  if (value instanceof Set) {
    for (const element of value) size += sizeOf(element);
  } else if (value instanceof Map) {
    for (const [key, element] of value) size += sizeOf(key) + sizeOf(element);
  } else if (ArrayBuffer.isView(value)) {
    size += value.byteLength;
  } else {
    size += sizeOfFields(value);
  }
  return size;
}

function sizeOfFields(value: object): number {
  let size = 0;
  for (const field in value) size += sizeOf((value as Record<string, unknown>)[field]);
  return size;
}

function sizeOfElements(list: readonly unknown[]): number {
  let size = 0;
  for (let i = 0; i < list.length; i += 1) size += sizeOf(list[i]);
  return size;
}
