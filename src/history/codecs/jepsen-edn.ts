import type { Plain } from '../../kernel/operation.ts';
import type { RecordedHistory } from '../recorded.ts';
import { EdnReader } from './edn-reader.ts';
import { ednText } from './edn-text.ts';
import { shown } from './file-error.ts';
import { Pairing, type RecordedEvent } from './pairing.ts';

const openers = [0x28, 0x5b];
const closerBytes = [0x29, 0x5d];
const types = ['invoke', 'ok', 'fail', 'info'] as const;

/**
 * Reads a history as Jepsen writes it: maps with :type, :process, :f and :value, one after another or in one list or
 * vector. A :key beside them names the object that is asked, as in the maps of a key-value store. Lines of the nemesis are no calls.
 */
export function readJepsenEdn(source: string, bytes: Buffer): RecordedHistory {
  const reader = new EdnReader(source, bytes);
  const pairing = new Pairing(source);
  let inside: number | null = null;
  for (let next = reader.peek(); next !== undefined; next = reader.peek()) {
    if (inside === null && openers.includes(next)) {
      inside = reader.line;
      reader.step();
    } else if (inside !== null && closerBytes.includes(next)) {
      inside = null;
      reader.step();
    } else {
      const line = reader.line;
      const event = eventOf(reader, reader.read(), line);
      if (event !== null) pairing.add(event);
    }
  }
  if (inside !== null) throw reader.fail('the list that is opened here is never closed', inside);
  return pairing.finish();
}

/** What a map tells; null for what the nemesis did. */
function eventOf(reader: EdnReader, form: Plain, line: number): RecordedEvent | null {
  const fields = fieldsOf(form);
  if (fields === null) {
    throw reader.fail(
      `${shown(ednText(form))} is no operation; one is {:process 0, :type :invoke, :f :read, :value nil}`,
      line,
    );
  }
  const { process, type, f, key, value, time } = fields;
  if (process === ':nemesis') return null;
  if (!types.some((known) => type === `:${known}`)) {
    throw reader.fail(`:type is ${told(type)}; it may be :invoke, :ok, :fail or :info`, line);
  }
  if (typeof process !== 'number' && typeof process !== 'string') {
    throw reader.fail(`:process is ${told(process)}; it may be a number or a name`, line);
  }
  if (typeof f !== 'string' || f === '') {
    throw reader.fail(`:f is ${told(f)}; it names a function, such as :read`, line);
  }
  return {
    type: (type as string).slice(1) as RecordedEvent['type'],
    process: String(process),
    function: f.replace(/^:/, ''),
    key: keyText(key),
    value: value ?? null,
    time,
    line,
  };
}

/** A key as text: keys that are texts or numbers as they are. */
export function keyText(key: Plain): string | null {
  if (key === undefined || key === null) return null;
  return typeof key === 'string' || typeof key === 'number' ? String(key) : ednText(key);
}

function fieldsOf(form: Plain): Readonly<Record<string, Plain>> | null {
  const plain = typeof form === 'object' && form !== null && !Array.isArray(form);
  if (!plain || form instanceof Map || form instanceof Set) return null;
  return form as Readonly<Record<string, Plain>>;
}

function told(value: Plain): string {
  return value === undefined ? 'missing' : shown(ednText(value));
}
