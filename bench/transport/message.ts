/** The message of the transport benchmark: of mixed types, some 50 bytes encoded. */
export interface Message {
  readonly type: string;
  readonly from: number;
  readonly to: number;
  readonly id: number;
  readonly key: string;
  readonly value: string;
  readonly stamp: number;
}

const types = ['read', 'read-ok', 'write', 'write-ok'] as const;
const keys = Array.from({ length: 1000 }, (_, i) => `user${String(i).padStart(8, '0')}`);
/** Longer than any string that a link numbers, so that each travels in full. Few, as fresh values are in the cache, too. */
const values = Array.from({ length: 1024 }, (_, i) => flat(`value-${String(i * 48_271).padStart(18, '0')}`));

/** Requests have even ids, replies odd ones. All else follows from the ids, so that anyone can check a message. */
export function makeMessage(from: number, to: number, id: number): Message {
  return {
    type: types[id & 3]!,
    from,
    to,
    id,
    key: keys[(id * 31 + to) % 1000]!,
    value: values[(id * 7 + from) & 1023]!,
    stamp: 3_000_000_000 + id * 7,
  };
}

/** Reads every field, and every letter of one request and one reply in eight. */
export function checksum(message: Message): number {
  const { type, key, value, id } = message;
  let sum = message.from * 3 + message.to * 5 + id * 7 + message.stamp;
  sum +=
    type.charCodeAt(0) + type.length + key.charCodeAt(key.length - 1) + value.charCodeAt(value.length - 1);
  if ((id & 0xf) < 2) sum += lettersOf(key) * 11 + lettersOf(value);
  return sum >>> 0;
}

function lettersOf(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i += 1) sum += text.charCodeAt(i) * (i + 1);
  return sum;
}

/** Strings joined from parts are flattened when first read; that belongs to nobody's measurement. */
function flat(text: string): string {
  return [...text].join('');
}
