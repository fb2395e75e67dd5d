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
/** Longer than any string that a link numbers, and too many for a cache: each travels in full. */
const values = Array.from({ length: 1 << 16 }, (_, i) =>
  flat(`value-${String(i * 48_271).padStart(18, '0')}`),
);

/** Requests have even ids, replies odd ones. All else follows from the ids, so that anyone can check a message. */
export function makeMessage(from: number, to: number, id: number): Message {
  return {
    type: types[id & 3]!,
    from,
    to,
    id,
    key: keys[(id * 31 + to) % 1000]!,
    value: values[(id * 7 + from) & 0xffff]!,
    stamp: 3_000_000_000 + id * 7,
  };
}

/** Reads every field, and every letter of the two long strings. */
export function checksum(message: Message): number {
  let sum = message.from * 3 + message.to * 5 + message.id * 7 + message.stamp + message.type.length;
  const { key, value } = message;
  for (let i = 0; i < key.length; i += 1) sum += key.charCodeAt(i) * (i + 1);
  for (let i = 0; i < value.length; i += 1) sum += value.charCodeAt(i) * (i + 3);
  return sum >>> 0;
}

/** Strings joined from parts are flattened when first read; that belongs to nobody's measurement. */
function flat(text: string): string {
  return [...text].join('');
}
