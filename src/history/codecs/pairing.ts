import type { Plain } from '../../kernel/operation.ts';
import type { RecordedCall, RecordedHistory } from '../recorded.ts';
import { HistoryFileError, shown } from './file-error.ts';

/** One line of a recorded history: a client asks, or learns what came of it. */
export interface RecordedEvent {
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly process: string;
  readonly function: string;
  readonly key: string | null;
  readonly value: Plain;
  /** Where the file has times; undefined where it has none. */
  readonly time: Plain;
  readonly line: number;
}

/** A call that waits for its completion. */
interface OpenCall {
  readonly event: RecordedEvent;
  /** The number of the event, from 0: the time where the file has none. */
  readonly order: number;
}

interface PairedCall extends OpenCall {
  readonly end: OpenCall | null;
}

/** Joins invocations with their completions, and refuses what no single client can do. */
export class Pairing {
  readonly #source: string;
  readonly #open = new Map<string, OpenCall>();
  readonly #paired: PairedCall[] = [];
  #count = 0;
  #timed = 0;

  constructor(source: string) {
    this.#source = source;
  }

  add(event: RecordedEvent): void {
    if (event.time !== undefined && event.time !== null) {
      this.#refuseAbsurd(event.time, event.line);
      this.#timed += 1;
    }
    const order = this.#count;
    this.#count += 1;
    if (event.type === 'invoke') this.#invoke({ event, order });
    else this.#complete({ event, order });
  }

  /** The calls, in the order of invocation. Times count where every line has one, else the order of the lines. */
  finish(): RecordedHistory {
    for (const open of this.#open.values())
      this.#paired.push({ event: open.event, order: open.order, end: null });
    const timed = this.#count > 0 && this.#timed === this.#count;
    const calls = this.#paired.map((pair) => this.#callOf(pair, timed));
    return {
      source: this.#source,
      timed,
      calls: calls.sort((a, b) => a.invokedAt - b.invokedAt || a.line - b.line),
    };
  }

  #invoke(call: OpenCall): void {
    const { process, line } = call.event;
    const before = this.#open.get(process);
    if (before !== undefined) {
      throw this.#fail(
        line,
        `process ${shown(process)} invokes again while its invocation in line ${before.event.line} is open; a process does one thing at a time`,
      );
    }
    this.#open.set(process, call);
  }

  #complete(end: OpenCall): void {
    const { type, process, line } = end.event;
    const call = this.#open.get(process);
    if (call === undefined) {
      throw this.#fail(
        line,
        `:${type} of process ${shown(process)} without its invocation; every completion needs a line with :invoke before it`,
      );
    }
    this.#refuseOther(call.event, end.event);
    this.#open.delete(process);
    this.#paired.push({ event: call.event, order: call.order, end });
  }

  #refuseOther(begin: RecordedEvent, end: RecordedEvent): void {
    const sameKey = end.key === null || begin.key === end.key;
    if (begin.function === end.function && sameKey) return;
    const [asked, told] = [begin, end].map((event) =>
      shown(event.key === null ? event.function : `${event.function} of ${event.key}`),
    );
    throw this.#fail(
      end.line,
      `process ${shown(end.process)} completes ${told} although it invoked ${asked} in line ${begin.line}`,
    );
  }

  #callOf({ event, order, end }: PairedCall, timed: boolean): RecordedCall {
    const invokedAt = timed ? (event.time as number) : order;
    const completedAt =
      end === null ? Number.POSITIVE_INFINITY : timed ? (end.event.time as number) : end.order;
    if (completedAt < invokedAt) {
      throw this.#fail(
        end?.event.line ?? event.line,
        `the completion at ${completedAt} comes before its invocation at ${invokedAt} in line ${event.line}`,
      );
    }
    return {
      process: event.process,
      function: event.function,
      key: event.key,
      input: event.value,
      output: end?.event.type === 'ok' ? end.event.value : undefined,
      outcome: end === null || end.event.type === 'invoke' ? 'info' : end.event.type,
      invokedAt,
      completedAt,
      line: event.line,
    };
  }

  #refuseAbsurd(time: Plain, line: number): void {
    const usable = typeof time === 'number' && time >= 0 && time <= Number.MAX_SAFE_INTEGER;
    if (usable) return;
    const told = typeof time === 'object' ? 'a collection' : shown(String(time));
    throw this.#fail(line, `the time is ${told}; it may be a number from 0 to ${Number.MAX_SAFE_INTEGER}`);
  }

  #fail(line: number, what: string): HistoryFileError {
    return new HistoryFileError(this.#source, line, what);
  }
}
