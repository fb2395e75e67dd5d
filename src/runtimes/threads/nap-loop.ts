import type { Micros } from '../../kernel/time.ts';
import type { Doorbells } from './doorbell.ts';
import type { Host } from './protocol.ts';
import type { SharedState } from './shared-state.ts';

/** The longest sleep: whatever else happens, a thread looks around this often. */
const longestNapMs = 5;

/** A loop that is busy gives Node's own loop a chance this often, and sooner when a port has something for it. */
const longestRound: Micros = 1_000;

/**
 * A loop with more to do leaves others asleep for so long: to wake a thread costs as much as ten messages, and one
 * that sleeps on finds more when it wakes. A loop that goes to sleep itself wakes them first.
 */
const longestDeferral: Micros = 100;

/** What a thread does again and again. */
export interface LoopBody {
  /** Does all there is to do now. */
  turn(): void;
  /** Wakes those for whom recent turns left something. */
  wakeOthers(): void;
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
  #wakeAt: Micros = 0;

  constructor(host: Host, state: SharedState, doorbells: Doorbells, now: () => Micros, body: LoopBody) {
    this.#host = host;
    this.#state = state;
    this.#doorbells = doorbells;
    this.#now = now;
    this.#body = body;
    this.#posts = state.posts(host);
  }

  start(): void {
    setImmediate(this.#round);
  }

  /** Turns until Node's loop is due: a visit there is not free. */
  readonly #round = (): void => {
    const end = this.#now() + longestRound;
    let now: Micros;
    do {
      this.#body.turn();
      now = this.#now();
      this.#rest(now);
    } while (now < end && this.#state.posts(this.#host) === this.#posts);
    this.#posts = this.#state.posts(this.#host);
    setImmediate(this.#round);
  };

  #rest(now: Micros): void {
    const napMs = Math.min((this.#body.nextDue - now) / 1000, longestNapMs);
    const idle = napMs > 0 && !this.#hasWork();
    if (idle || now >= this.#wakeAt) {
      this.#body.wakeOthers();
      this.#wakeAt = now + longestDeferral;
    }
    if (idle) this.#doorbells.wait(this.#host, this.#hasWork, napMs);
  }
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
