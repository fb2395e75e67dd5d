import type { Plain } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';

/** What a step persisted: keys with their last values. */
export type Writes = readonly (readonly [key: string, value: Plain])[];

/**
 * A disk that faults have made slow or a liar. Slow: it syncs one batch at a time, and what comes meanwhile goes with
 * the next batch, as a write-ahead log with group commit does. A liar: it says that a batch is safe at once, and it is
 * only so much later.
 */
export class Disk {
  /** What a restart finds, once `settle` or `crash` has been called. */
  readonly durable: Map<string, Plain>;
  /** Whether a fault has ever struck it; until then every write is safe at once, and `durable` may be written to. */
  wasStruck = false;
  #delay: Micros = 0;
  #window: Micros = 0;
  /** When the batch under way is done, and the one that waits for it; both in the past where the disk is idle. */
  #busyUntil: Micros = 0;
  #nextUntil: Micros = 0;
  /** What the disk calls safe and is not yet, oldest first. */
  #unsynced: { readonly at: Micros; readonly writes: Writes }[] = [];

  constructor(durable: Map<string, Plain>) {
    this.durable = durable;
  }

  takes(delay: Micros): void {
    this.wasStruck = true;
    this.#delay = delay;
  }

  /** With 0 the disk syncs all that it has. */
  lags(window: Micros, now: Micros): void {
    this.wasStruck = true;
    this.#window = window;
    this.#settle(now);
  }

  /**
   * When the step that ends now may be known: once all that it persisted is safe, and all that earlier steps persisted
   * too, for it may tell of that.
   */
  knownAt(now: Micros, persists: boolean): Micros {
    if (now >= this.#busyUntil) this.#busyUntil = this.#nextUntil;
    if (!persists) return Math.max(now, this.#nextUntil);
    if (now >= this.#busyUntil) {
      this.#busyUntil = now + this.#delay;
      this.#nextUntil = this.#busyUntil;
    } else if (this.#nextUntil === this.#busyUntil) {
      this.#nextUntil = this.#busyUntil + this.#delay;
    }
    return this.#nextUntil;
  }

  /** The disk says that these are safe. */
  store(writes: Writes, now: Micros): void {
    this.#unsynced.push({ at: now, writes });
    this.#settle(now);
  }

  /** What was not safe is lost. */
  crash(now: Micros): void {
    this.#settle(now);
    this.#unsynced = [];
    this.#busyUntil = 0;
    this.#nextUntil = 0;
  }

  #settle(now: Micros): void {
    const young = this.#unsynced.findIndex(({ at }) => at + this.#window > now);
    const safe = this.#unsynced.splice(0, young < 0 ? this.#unsynced.length : young);
    for (const { writes } of safe) {
      for (const [key, value] of writes) {
        if (value === undefined) this.durable.delete(key);
        else this.durable.set(key, value);
      }
    }
  }
}
