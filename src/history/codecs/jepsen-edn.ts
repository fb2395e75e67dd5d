import type { Plain } from '../../kernel/operation.ts';
import type { RecordedHistory } from '../recorded.ts';
import { EdnReader } from './edn-reader.ts';
import { ednText } from './edn-text.ts';
import { Mistakes, shown } from './file-error.ts';
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
  const mistakes = new Mistakes(source);
  const pairing = new Pairing(source, mistakes);
  try {
    readForms(reader, pairing, mistakes);
  } catch (error) {
    mistakes.throwWith(error);
  }
  return pairing.finish();
}

/** Form by form. Behind a form that is no EDN nothing can be read. */
function readForms(reader: EdnReader, pairing: Pairing, mistakes: Mistakes): void {
  let opened: Place | null = null;
  let lists = 0;
  for (let next = reader.peek(); next !== undefined; next = reader.peek()) {
    const place = { line: reader.line, column: reader.column };
    if (opened === null && openers.includes(next)) {
      lists += 1;
      if (lists === 2) throw reader.fail('a second list begins here; a file holds one history');
      opened = place;
      reader.step();
    } else if (opened !== null && closerBytes.includes(next)) {
      opened = null;
      reader.step();
    } else {
      readEvent(reader, reader.read(), place, pairing, mistakes);
    }
  }
  if (opened !== null) {
    throw reader.fail('the list that is opened here is never closed', opened.line, opened.column);
  }
}

/** Where a form begins. */
interface Place {
  readonly line: number;
  readonly column: number;
}

function readEvent(reader: EdnReader, form: Plain, place: Place, pairing: Pairing, mistakes: Mistakes): void {
  try {
    const event = eventOf(reader, form, place);
    if (event !== null) pairing.add(event);
  } catch (error) {
    mistakes.note(error);
  }
}

/** What a map tells; null for what the nemesis did. */
function eventOf(reader: EdnReader, form: Plain, { line, column }: Place): RecordedEvent | null {
  const complain = (what: string) => reader.fail(what, line, column);
  const fields = fieldsOf(form);
  if (fields === null) {
    throw complain(
      `${shown(ednText(form))} is no operation; one is {:process 0, :type :invoke, :f :read, :value nil}`,
    );
  }
  const { process, type, f, key, value, time } = fields;
  if (process === ':nemesis') return null;
  if (!types.some((known) => type === `:${known}`)) {
    throw complain(`:type is ${told(type)}; it may be :invoke, :ok, :fail or :info`);
  }
  if (typeof process !== 'number' && typeof process !== 'string') {
    throw complain(`:process is ${told(process)}; it may be a number or a name`);
  }
  if (typeof f !== 'string' || f === '') {
    throw complain(`:f is ${told(f)}; it names a function, such as :read`);
  }
  return {
    type: (type as string).slice(1) as RecordedEvent['type'],
    process: String(process),
    function: f.replace(/^:/, ''),
    key: keyText(key),
    value,
    time,
    line,
    column,
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
