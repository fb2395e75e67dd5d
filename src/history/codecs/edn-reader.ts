import { characterIn, type EdnValue, mapOf, setOf, wordValue } from './edn-values.ts';
import { HistoryFileError, shown } from './file-error.ts';

/** Deeper nesting is no history, and would use up the stack. */
const deepest = 200;

const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
const semicolon = 0x3b;
const hash = 0x23;
const caret = 0x5e;
const underscore = 0x5f;
const colon = 0x3a;
const openParenthesis = 0x28;
const openBracket = 0x5b;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const zero = 0x30;
/** Every number of so many digits is exact. */
const mostDigits = 15;

/** What closes a list, a vector or a map, by what opens it. */
const closers: Readonly<Record<number, number>> = {
  [openParenthesis]: 0x29,
  [openBracket]: 0x5d,
  [openBrace]: closeBrace,
};

/** By byte: whether it parts words, and whether it is blank (EDN counts commas as blanks). */
const blanks = flags('\t\n\v\f\r ,');
const delimiters = flags('\t\n\v\f\r ,()[]{}";\\');

/**
 * Reads EDN (https://github.com/edn-format/edn) form by form from bytes, so that a file of one long vector is never held
 * as a second tree, and knows the line it has come to. Tags and metadata are read over: the value behind them counts.
 */
export class EdnReader {
  readonly #source: string;
  readonly #bytes: Buffer;
  #at = 0;
  #line = 1;
  /** Where the line begins; before the bytes where they are the end of a line. */
  #lineFrom = 0;

  /** `line` and `column` are where the bytes begin in the file. */
  constructor(source: string, bytes: Buffer, line = 1, column = 1) {
    this.#source = source;
    this.#bytes = bytes;
    this.#line = line;
    this.#lineFrom = 1 - column;
  }

  get line(): number {
    return this.#line;
  }

  /** In bytes, from 1. */
  get column(): number {
    return this.#at - this.#lineFrom + 1;
  }

  /** The byte that comes next after blanks, comments, discarded forms, tags and metadata; undefined at the end. */
  peek(): number | undefined {
    this.#skipToValue(0);
    return this.#bytes[this.#at];
  }

  /** Where the next value begins, as an offset in the bytes. */
  get offset(): number {
    return this.#at;
  }

  /** Goes into or out of a collection. */
  step(): void {
    this.#at += 1;
  }

  /** The next value. */
  read(): EdnValue {
    return this.#read(0);
  }

  fail(what: string, line = this.#line, column = this.column): HistoryFileError {
    return new HistoryFileError(this.#source, line, what, column);
  }

  #read(depth: number): EdnValue {
    this.#skipToValue(depth);
    if (depth > deepest) throw this.fail(`values are nested deeper than ${deepest}`);
    const byte = this.#bytes[this.#at];
    switch (byte) {
      case undefined:
        throw this.fail('the file ends in the middle of a value');
      case quote:
        return this.#string();
      case backslash:
        return this.#character();
      case hash:
        return this.#dispatch(depth);
      case openParenthesis:
      case openBracket:
        return this.#elements(closers[byte]!, depth);
      case openBrace:
        return this.#map(depth, '');
      default:
        return this.#word();
    }
  }

  /** `#{…}`, `#:space{…}`, `##NaN`: tags are skipped before. */
  #dispatch(depth: number): EdnValue {
    const next = this.#bytes[this.#at + 1];
    if (next === openBrace) {
      this.#at += 1;
      return setOf(this.#elements(closeBrace, depth));
    }
    if (next === colon) {
      this.#at += 2;
      const space = this.#token();
      this.#skipToValue(depth);
      if (this.#bytes[this.#at] !== openBrace) throw this.fail(`#:${shown(space)} stands before no map`);
      return this.#map(depth, space.replace(/^:/, ''));
    }
    return this.#word();
  }

  #map(depth: number, space: string): EdnValue {
    const [line, column] = [this.#line, this.column];
    const entries = this.#entries(depth, space);
    const map = mapOf(entries);
    if (map === undefined) throw this.fail('a map has one key twice', line, column);
    return map;
  }

  #elements(closer: number, depth: number): EdnValue[] {
    const [opened, column] = [this.#line, this.column];
    this.#at += 1;
    const elements: EdnValue[] = [];
    for (;;) {
      this.#skipToValue(depth);
      const byte = this.#bytes[this.#at];
      if (byte === closer) break;
      if (byte === undefined) throw this.fail(`what is opened here is never closed`, opened, column);
      elements.push(this.#read(depth + 1));
    }
    this.#at += 1;
    return elements;
  }

  /** The keys and values of a map, in turn. */
  #entries(depth: number, space: string): readonly EdnValue[] {
    const [line, column] = [this.#line, this.column];
    const elements = this.#elements(closeBrace, depth);
    if (elements.length % 2 === 1) throw this.fail('a map has a key without a value', line, column);
    return space === '' ? elements : elements.map((one, i) => (i % 2 === 0 ? qualified(one, space) : one));
  }

  #string(): string {
    const [opened, column] = [this.#line, this.column];
    const from = this.#at + 1;
    let escaped = false;
    for (let at = from; at < this.#bytes.length; at += 1) {
      const byte = this.#bytes[at];
      if (byte === newline) this.#beginLine(at + 1);
      if (byte === backslash) {
        escaped = true;
        at += 1;
        if (this.#bytes[at] === newline) this.#beginLine(at + 1);
      } else if (byte === quote) {
        this.#at = at + 1;
        const text = this.#bytes.toString('utf8', from, at);
        return escaped ? this.#unescape(text, opened, column) : text;
      }
    }
    throw this.fail('a string is opened here and never closed', opened, column);
  }

  #unescape(text: string, line: number, column: number): string {
    return text.replace(/\\(u[0-9a-fA-F]{4}|[0-3]?[0-7]{1,2}|[\s\S])/g, (_, code: string) => {
      if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
      const plain = escapes[code];
      if (plain === undefined) {
        throw this.fail(
          `a string holds \\${shown(code)}; it may hold \\" \\\\ \\n \\r \\t \\uXXXX`,
          line,
          column,
        );
      }
      return plain;
    });
  }

  #character(): string {
    const column = this.column;
    const from = this.#at + 1;
    this.#at = Math.min(from + 1, this.#bytes.length);
    const word = this.#token(from);
    const character = characterIn(word);
    if (character === undefined) throw this.fail(`\\${shown(word)} is no character`, this.#line, column);
    return character;
  }

  #word(): EdnValue {
    const byte = this.#bytes[this.#at]!;
    if (delimiters[byte] === 1) throw this.fail(`${String.fromCharCode(byte)} closes nothing`);
    const number = this.#digits();
    if (number !== undefined) return number;
    const column = this.column;
    const word = this.#token();
    const value = wordValue(word);
    if (value === undefined) throw this.fail(`"${shown(word)}" is no value of EDN`, this.#line, column);
    return value;
  }

  /** A whole number of few digits, as most values are; undefined where something else stands there. */
  #digits(): number | undefined {
    let at = this.#at;
    let value = 0;
    for (; at < this.#bytes.length && delimiters[this.#bytes[at]!] === 0; at += 1) {
      const digit = this.#bytes[at]! - zero;
      if (digit < 0 || digit > 9 || at - this.#at === mostDigits) return undefined;
      value = value * 10 + digit;
    }
    this.#at = at;
    return value;
  }

  #token(from = this.#at): string {
    let at = this.#at;
    let seen = 0;
    const skipped = from < at;
    for (; at < this.#bytes.length && delimiters[this.#bytes[at]!] === 0; at += 1) seen |= this.#bytes[at]!;
    this.#at = at;
    // What is plain ASCII is read faster so.
    return this.#bytes.toString(seen < 0x80 && !skipped ? 'latin1' : 'utf8', from, at);
  }

  /** Over blanks, comments, `#_` with the form behind it, tags, and `^metadata`. */
  #skipToValue(depth: number): void {
    if (depth > deepest) throw this.fail(`values are nested deeper than ${deepest}`);
    for (;;) {
      this.#skipBlanks();
      const byte = this.#bytes[this.#at];
      if (byte === caret) {
        this.#at += 1;
        this.#read(depth + 1);
      } else if (byte === hash) {
        const next = this.#bytes[this.#at + 1];
        if (next === underscore) {
          this.#at += 2;
          this.#read(depth + 1);
        } else if (next !== undefined && delimiters[next] === 0 && next !== hash && next !== colon) {
          this.#token();
        } else return;
      } else return;
    }
  }

  #skipBlanks(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (byte === newline) this.#beginLine(at + 1);
      else if (byte === semicolon) at = endOfLine(bytes, at) - 1;
      else if (blanks[byte] === 0) break;
    }
    this.#at = at;
  }

  #beginLine(from: number): void {
    this.#line += 1;
    this.#lineFrom = from;
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

function flags(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

function endOfLine(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(newline, from);
  return end < 0 ? bytes.length : end;
}

/** A key in a map of a namespace: `#:a{:b 1}` is `{:a/b 1}`. */
function qualified(key: EdnValue, space: string): EdnValue {
  const plain = space !== '' && typeof key === 'string' && key.startsWith(':') && !key.includes('/');
  return plain ? `:${space}/${(key as string).slice(1)}` : key;
}
