import type { Micros } from '../../kernel/time.ts';
import type { Doorbells } from './doorbell.ts';
import type { Host } from './protocol.ts';
import type { SharedState } from './shared-state.ts';

/** The longest sleep: whatever else happens, a thread looks around this often. */
const longestNapMs = 5;

/** What a thread does again and again. */
export interface LoopBody {
  /** Does all there is to do now. */
  turn(): void;
  /** When there will be something to do without being rung; Infinity where nothing is planned. */
  readonly nextDue: Micros;
  /** Whether mail that is visible in shared memory waits. */
  readonly pending: () => boolean;
}

/**
 * The loop of a host: take a turn, then sleep on the doorbell until the next thing is due. The sleep happens inside a
 * turn of Node's own loop, so that ports, promises and termination work. Timers of Node are about a millisecond late;
 * this sleep is late by the time that the system takes to wake a thread.
 */
export class NapLoop {
  readonly #host: Host;
  readonly #state: SharedState;
  readonly #doorbells: Doorbells;
  readonly #now: () => Micros;
  readonly #body: LoopBody;
  readonly #hasWork = () => this.#body.pending() || this.#state.posts(this.#host) !== this.#posts;
  /** Posts counted before Node's loop last looked at its ports: those it has delivered. */
  #posts: number;

  constructor(host: Host, state: SharedState, doorbells: Doorbells, now: () => Micros, body: LoopBody) {
    this.#host = host;
    this.#state = state;
    this.#doorbells = doorbells;
    this.#now = now;
    this.#body = body;
    this.#posts = state.posts(host);
  }

  start(): void {
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#body.turn();
    const due = this.#body.nextDue;
    const napMs = due === Number.POSITIVE_INFINITY ? longestNapMs : (due - this.#now()) / 1000;
    if (napMs > 0) this.#doorbells.wait(this.#host, this.#hasWork, Math.min(napMs, longestNapMs));
    this.#posts = this.#state.posts(this.#host);
    setImmediate(this.#turn);
  };
}

/** The loop of a host that is woken by messages on ports alone, with timers of Node: for the comparison in benchmarks. */
export class EventLoop {
  readonly #now: () => Micros;
  readonly #body: LoopBody;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires: it stands until something is due sooner, as setting one costs more than a message. */
  #timerAt = Number.POSITIVE_INFINITY;
  #turning = false;

  constructor(now: () => Micros, body: LoopBody) {
    this.#now = now;
    this.#body = body;
  }

  start(): void {
    setImmediate(this.wake);
  }

  /** Call when a message has come. */
  readonly wake = (): void => {
    if (this.#turning) return;
    this.#turning = true;
    this.#body.turn();
    this.#turning = false;
    const due = this.#body.nextDue;
    if (due >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = due;
    this.#timer = setTimeout(this.#expire, Math.max(0, (due - this.#now()) / 1000));
  };

  readonly #expire = (): void => {
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.wake();
  };
}
