import type { Plain } from '../../kernel/operation.ts';
import type { RecordedCall, RecordedHistory } from '../recorded.ts';
import { HistoryFileError, type Mistakes, shown } from './file-error.ts';

/** One line of a recorded history: a client asks, or learns what came of it. */
export interface RecordedEvent {
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly process: string;
  readonly function: string;
  readonly key: string | null;
  /** Undefined where the line has none. */
  readonly value: Plain;
  /** Where the file has times; undefined where it has none. */
  readonly time: Plain;
  readonly line: number;
  readonly column: number;
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
  readonly #mistakes: Mistakes;
  readonly #open = new Map<string, OpenCall>();
  readonly #paired: PairedCall[] = [];
  /** The last time that each process told, with its line. */
  readonly #last = new Map<string, RecordedEvent>();
  #count = 0;
  #timed: RecordedEvent | null = null;
  #untimed: RecordedEvent | null = null;

  constructor(source: string, mistakes: Mistakes) {
    this.#source = source;
    this.#mistakes = mistakes;
  }

  add(event: RecordedEvent): void {
    const order = this.#count;
    this.#count += 1;
    this.#lookAtTime(event);
    if (event.type === 'invoke') this.#invoke({ event, order });
    else this.#complete({ event, order });
  }

  /** The calls, in the order of invocation. Times count where every line has one, else the order of the lines. */
  finish(): RecordedHistory {
    for (const open of this.#open.values())
      this.#paired.push({ event: open.event, order: open.order, end: null });
    const timed = this.#timed !== null;
    if (this.#timed !== null && this.#untimed !== null) this.#mistake(this.#untimed, untimedIn(this.#timed));
    this.#mistakes.throwIfAny();
    const calls = this.#paired.map((pair) => callOf(pair, timed));
    return {
      source: this.#source,
      timed,
      calls: calls.sort((a, b) => a.invokedAt - b.invokedAt || a.line - b.line),
    };
  }

  #invoke(call: OpenCall): void {
    const { process } = call.event;
    const before = this.#open.get(process);
    // The completion that follows is most likely that of the second one.
    this.#open.set(process, call);
    if (before === undefined) return;
    this.#mistake(
      call.event,
      `process ${shown(process)} invokes again while its invocation in line ${before.event.line} is open; a process does one thing at a time`,
    );
  }

  #complete(end: OpenCall): void {
    const { type, process } = end.event;
    const call = this.#open.get(process);
    if (call === undefined) {
      this.#mistake(
        end.event,
        `:${type} of process ${shown(process)} without its invocation; every completion needs a line with :invoke before it`,
      );
      return;
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
    this.#mistake(
      end,
      `process ${shown(end.process)} completes ${told} although it invoked ${asked} in line ${begin.line}`,
    );
  }

  /** Times must be numbers, and no process goes back in time. */
  #lookAtTime(event: RecordedEvent): void {
    const { time, process } = event;
    if (time === undefined || time === null) {
      this.#untimed ??= event;
      return;
    }
    this.#timed ??= event;
    if (typeof time !== 'number' || !(time >= 0 && time <= Number.MAX_SAFE_INTEGER)) {
      const told = typeof time === 'object' ? 'a collection' : shown(String(time));
      this.#mistake(event, `the time is ${told}; it may be a number from 0 to ${Number.MAX_SAFE_INTEGER}`);
      return;
    }
    const before = this.#last.get(process);
    this.#last.set(process, event);
    if (before === undefined || (before.time as number) <= time) return;
    const [did, does] = [before, event].map(({ type }) => (type === 'invoke' ? 'invocation' : 'completion'));
    this.#mistake(
      event,
      `the ${does} at ${time} comes before the ${did} of process ${shown(process)} at ${before.time} in line ${before.line}; a process never goes back in time`,
    );
  }

  #mistake({ line, column }: RecordedEvent, what: string): void {
    this.#mistakes.note(new HistoryFileError(this.#source, line, what, column));
  }
}

function untimedIn({ line }: RecordedEvent): string {
  return `it has no :time although line ${line} has one; give every line a time, or none`;
}

function callOf({ event, order, end }: PairedCall, timed: boolean): RecordedCall {
  const endsAt = timed ? (end?.event.time as number) : end?.order;
  return {
    process: event.process,
    function: event.function,
    key: event.key,
    input: event.value,
    output: end?.event.type === 'ok' ? end.event.value : undefined,
    outcome: end === null || end.event.type === 'invoke' ? 'info' : end.event.type,
    invokedAt: timed ? (event.time as number) : order,
    completedAt: endsAt ?? Number.POSITIVE_INFINITY,
    line: event.line,
  };
}
