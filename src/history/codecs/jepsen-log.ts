import type { Plain } from '../../kernel/operation.ts';
import type { RecordedHistory } from '../recorded.ts';
import { EdnReader } from './edn-reader.ts';
import { HistoryFileError, Mistakes, shown } from './file-error.ts';
import { Lines } from './lines.ts';
import { Pairing, type RecordedEvent } from './pairing.ts';

/** The logger that tells operations, with the dash or colon that loggers put behind their name. */
const teller = /\bjepsen\.util\s*[-:]\s*/;
const operation = /^\s*(\S+)\s+:(invoke|ok|fail|info)\s+:(\S+)(?:\s+|$)/;
/** What other loggers say begins with a date or a level. */
const otherTalk = /^(?:\d{4}-\d\d-\d\d|\s*(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b)/;

/** Behind the name of a logger and a dash or colon: an operation that another logger than Jepsen's tells. */
const strayOperation = /(?:\s-|:)\s+\S+\s+:(?:invoke|ok|fail|info)\s+:\S/;

/**
 * Reads the lines in which Jepsen's log tells operations, `INFO  jepsen.util - 0 :invoke :cas [1 2]`, and those of its
 * `history.txt`, which have nothing before the process. A process that timed out has a completion of type :info, or none.
 */
export function readJepsenLog(source: string, bytes: Buffer): RecordedHistory {
  const mistakes = new Mistakes(source);
  const pairing = new Pairing(source, mistakes);
  const lines = new Lines(source, (text, line) => {
    try {
      const event = eventIn(source, line === 1 ? text.replace(/^\ufeff/, '') : text, line);
      if (event !== null) pairing.add(event);
    } catch (error) {
      mistakes.note(error);
    }
  });
  try {
    lines.push(bytes);
    lines.end();
  } catch (error) {
    mistakes.throwWith(error);
  }
  return pairing.finish();
}

/** Whether a line is one of such a log. */
export function tellsOfJepsen(text: string): boolean {
  return teller.test(text) || operation.test(text) || otherTalk.test(text);
}

/** What a line tells; null where it tells no call of a client. */
function eventIn(source: string, text: string, line: number): RecordedEvent | null {
  if (text.trim() === '') return null;
  const tells = teller.exec(text);
  const skipped = tells === null ? 0 : tells.index + tells[0].length;
  const words = text.slice(skipped);
  const match = operation.exec(words);
  if (match === null) {
    if (tells === null && otherTalk.test(text) && !strayOperation.test(text)) return null;
    throw new HistoryFileError(
      source,
      line,
      `"${shown(text)}" tells no operation; one is: process, :invoke, :ok, :fail or :info, :function, value`,
      skipped + 1,
    );
  }
  const [head, process, type, name] = match as unknown as [string, string, RecordedEvent['type'], string];
  if (process === ':nemesis') return null;
  const reader = new EdnReader(
    source,
    Buffer.from(words.slice(head.length)),
    line,
    skipped + head.length + 1,
  );
  const value = valueIn(reader);
  return { type, process, function: name, key: null, value, time: undefined, line, column: skipped + 1 };
}

/** The value; undefined where there is none. An error behind it is read over, but no second value. */
function valueIn(reader: EdnReader): Plain {
  if (reader.peek() === undefined) return undefined;
  const value = reader.read();
  while (reader.peek() !== undefined) {
    const [line, column] = [reader.line, reader.column];
    const next = reader.read();
    if (typeof next === 'number' || typeof next === 'boolean' || next === null) {
      throw reader.fail('behind the value stands another one; write several as one: [1 2]', line, column);
    }
  }
  return value;
}
