import type { RecordedHistory } from '../recorded.ts';
import { EdnReader } from './edn-reader.ts';
import { HistoryFileError, shown } from './file-error.ts';
import { Lines } from './lines.ts';
import { Pairing, type RecordedEvent } from './pairing.ts';

/** The logger that tells operations, with the dash or colon that loggers put behind their name. */
const teller = /\bjepsen\.util\s*[-:]\s*/;
const operation = /^\s*(\S+)\s+:(invoke|ok|fail|info)\s+:(\S+)(?:\s+|$)/;
/** What other loggers say begins with a date or a level. */
const otherTalk = /^(?:\d{4}-\d\d-\d\d|\s*(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b)/;

/**
 * Reads the lines in which Jepsen's log tells operations, `INFO  jepsen.util - 0 :invoke :cas [1 2]`, and those of its
 * `history.txt`, which have nothing before the process. A process that timed out has a completion of type :info, or none.
 */
export function readJepsenLog(source: string, bytes: Buffer): RecordedHistory {
  const pairing = new Pairing(source);
  const lines = new Lines(source, (text, line) => {
    const event = eventIn(source, text, line);
    if (event !== null) pairing.add(event);
  });
  lines.push(bytes);
  lines.end();
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
  const words = tells === null ? text : text.slice(tells.index + tells[0].length);
  const match = operation.exec(words);
  if (match === null) {
    if (tells === null && otherTalk.test(text)) return null;
    throw new HistoryFileError(
      source,
      line,
      `"${shown(text)}" tells no operation; one is: process, :invoke, :ok, :fail or :info, :function, value`,
    );
  }
  const [head, process, type, name] = match as unknown as [string, string, RecordedEvent['type'], string];
  const value = valueIn(source, words.slice(head.length), line);
  if (process === ':nemesis') return null;
  return { type, process, function: name, key: null, value, time: undefined, line };
}

/** The value, with an error behind it that is read over. */
function valueIn(source: string, text: string, line: number) {
  const reader = new EdnReader(source, Buffer.from(text), line);
  const value = reader.peek() === undefined ? null : reader.read();
  while (reader.peek() !== undefined) reader.read();
  return value;
}
