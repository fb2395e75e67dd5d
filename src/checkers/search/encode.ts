import type { Plain } from '../../kernel/operation.ts';

/**
 * Plain data as text: equal texts exactly for equal data. JSON would make one of −0 and 0 (which are equal here too), but also of NaN,
 * the infinities and null, and knows neither maps nor sets.
 */
export function encode(data: Plain): string {
  if (data === undefined) return 'u';
  if (data === null) return 'n';
  if (typeof data === 'string') return JSON.stringify(data);
  if (typeof data !== 'object') return String(data);
  if (data instanceof Map) return `m{${entriesOf([...data])}}`;
  if (data instanceof Set) return `s{${[...data].map(encode).sort().join()}}`;
  if (Array.isArray(data)) return `[${data.map(encode).join()}]`;
  return `{${entriesOf(Object.entries(data))}}`;
}

function entriesOf(entries: readonly (readonly [string | number, Plain])[]): string {
  return entries
    .map(([name, value]) => `${encode(name)}:${encode(value)}`)
    .sort()
    .join();
}
