import type { Completion, Operation } from '../../kernel/operation.ts';
import { phases } from '../history.ts';
import type { Limits, RowFields } from './ndjson-row.ts';

/** As many digits as a double holds whatever they are. */
const mostDigits = 15;
const most8 = 0xff;
const most32 = 0xffffffff;
const zero = 0x30;
const minus = 0x2d;
const quote = 0x22;
const backslash = 0x5c;
const blank = 0x20;

/**
 * A line as pacelc writes most of them: fields in its own order, no blanks, a read or write of numbers that was answered. Null for every
 * other line and for whatever may be wrong, which `rowIn` looks at with care. So long histories are read twice as fast.
 */
export function plainRow(text: string, limits: Limits): RowFields | null {
  const cursor = new Cursor(text);
  const stream = cursor.field('{"stream":', most32);
  const index = cursor.field(',"index":', most32);
  const process = cursor.field(',"process":', most32);
  const site = cursor.field(',"site":', limits.regions - 1);
  const node = cursor.field(',"node":', limits.nodes - 1);
  const attempts = cursor.field(',"attempts":', most8);
  const phase = phases.indexOf(cursor.text(',"phase":"') as (typeof phases)[number]);
  const operation = operationAt(cursor);
  if (phase < 0 || operation === null || !(attempts > 0)) return null;
  const isRead = operation.type === 'read';
  const dueAt = cursor.skip(',"dueAt":null') ? Number.NaN : cursor.field(',"dueAt":');
  const invokedAt = cursor.field(',"invokedAt":');
  const completedAt = cursor.field(',"completedAt":');
  const completion = completionAt(cursor, isRead);
  if (completion === null || !cursor.isDone || !(completedAt >= invokedAt)) return null;
  return {
    stream,
    index,
    process,
    site,
    node,
    attempts,
    phase,
    operation,
    dueAt,
    invokedAt,
    completedAt,
    completion,
  };
}

function operationAt(cursor: Cursor): Operation | null {
  if (cursor.skip(',"operation":{"type":"read"')) {
    const key = cursor.text(',"key":"');
    return cursor.skip('}') ? { type: 'read', key } : null;
  }
  if (!cursor.skip(',"operation":{"type":"write"')) return null;
  const key = cursor.text(',"key":"');
  const value = cursor.value();
  return cursor.skip('}') ? { type: 'write', key, value } : null;
}

function completionAt(cursor: Cursor, tellsValue: boolean): Completion | null {
  if (!cursor.skip(',"completion":{"type":"ok"')) return null;
  if (!tellsValue && cursor.skip('}}')) return { type: 'ok' };
  const value = cursor.skip(',"value":null') ? null : cursor.value();
  return cursor.skip('}}') ? { type: 'ok', value } : null;
}

/** Goes over a line from left to right; once something is not as it must be, it stays there and is never done. */
class Cursor {
  readonly #text: string;
  #at = 0;
  #failed = false;

  constructor(text: string) {
    this.#text = text;
  }

  get isDone(): boolean {
    return !this.#failed && this.#at === this.#text.length;
  }

  skip(literal: string): boolean {
    if (this.#failed || !this.#text.startsWith(literal, this.#at)) return false;
    this.#at += literal.length;
    return true;
  }

  /** A whole number behind a name; NaN where there is none. */
  field(name: string, most = Number.MAX_SAFE_INTEGER): number {
    if (!this.skip(name)) return this.#fail();
    const value = this.#digits();
    return value <= most ? value : this.#fail();
  }

  value(): number {
    if (!this.skip(',"value":')) return this.#fail();
    if (this.#text.charCodeAt(this.#at) !== minus) return this.#digits();
    this.#at += 1;
    return -this.#digits();
  }

  /** A text without escapes; empty where there is none. */
  text(name: string): string {
    if (this.skip(name)) {
      const from = this.#at;
      for (let at = from; at < this.#text.length; at += 1) {
        const code = this.#text.charCodeAt(at);
        if (code === backslash || code < blank) break;
        if (code !== quote) continue;
        this.#at = at + 1;
        return this.#text.slice(from, at);
      }
    }
    this.#fail();
    return '';
  }

  /** Digits as JSON has them: none before the first one is 0. */
  #digits(): number {
    const from = this.#at;
    let value = 0;
    let at = from;
    for (; at - from <= mostDigits; at += 1) {
      const digit = this.#text.charCodeAt(at) - zero;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    const length = at - from;
    const isPadded = length > 1 && this.#text.charCodeAt(from) === zero;
    if (length === 0 || length > mostDigits || isPadded) return this.#fail();
    this.#at = at;
    return value;
  }

  #fail(): number {
    this.#failed = true;
    return Number.NaN;
  }
}
