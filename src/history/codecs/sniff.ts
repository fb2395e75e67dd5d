import { shown } from './file-error.ts';
import { tellsOfJepsen } from './jepsen-log.ts';

/** How a history can be written down. `kv` is EDN with a :key in each map. */
export const historyFormats = ['ndjson', 'edn', 'log', 'kv'] as const;
export type HistoryFormat = (typeof historyFormats)[number];

/** What the beginning of a file shows: a format, nothing but blanks, or why it is none of them. */
export type Sniffed =
  | { readonly type: 'format'; readonly format: HistoryFormat }
  | { readonly type: 'blank' }
  | { readonly type: 'none'; readonly because: string };

/** So many bytes of the beginning are looked at. */
export const looked = 4_096;

const kinds =
  'a history is NDJSON of pacelc ({"schemaVersion":…), EDN of Jepsen ({:process 0, :type :invoke, …), lines of its log (0 :invoke :read nil), or maps with :key';

/** Finds the format of a file by how its bytes begin. */
export function sniff(begin: Buffer): Sniffed {
  const text = textOf(begin.subarray(0, looked));
  if (text === null) return { type: 'none', because: `this is a binary file; ${kinds}` };
  const start = text.replace(/^\ufeff/, '').trimStart();
  if (start === '') return { type: 'blank' };
  if (/^\{\s*"/.test(start)) return found('ndjson');
  if (/^(?:[({[]|#[^"(\s]|;|\^)/.test(start) && !/^\[\s*\{\s*"/.test(start)) return found('edn');
  const line = start.split('\n', 1)[0]!;
  if (tellsOfJepsen(line)) return found('log');
  return { type: 'none', because: `it begins with "${shown(line)}"; ${kinds}` };
}

function found(format: HistoryFormat): Sniffed {
  return { type: 'format', format };
}

/** Characters that lay text out, and the one that gives it colours. */
const laidOut = /\s|\p{Control}(?=\[[\d;]*m)/gu;

/** Null where the bytes are no text. */
function textOf(bytes: Buffer): string | null {
  try {
    // As a stream, so that a character that is cut at the end is no mistake.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return text.replace(laidOut, '').match(/\p{Control}/u) === null ? text : null;
  } catch {
    return null;
  }
}
