/**
 * Wakes a sleeping thread, and costs one load when it is awake.
 *
 * Why no message is slept over: the producer first publishes and then looks whether the consumer sleeps; the
 * consumer first says that it sleeps and then looks once more for messages. All four are sequentially consistent
 * atomics, so they happen in one order that both agree on, and in every such order either the producer sees the
 * sleeper (and wakes it) or the sleeper sees the message (and stays awake). A bell rung between that last look and
 * `Atomics.wait` has already cleared the flag, and then `Atomics.wait` returns at once.
 */

const awake = 0;
const asleep = 1;

/** Each flag has 128 bytes to itself, so that ringing one thread does not slow another. */
const flagStride = 32;

/** The memory of the bells of `endpoints` threads, all awake. */
export function createDoorbells(endpoints: number): SharedArrayBuffer {
  return new SharedArrayBuffer(endpoints * flagStride * 4);
}

/** All the bells, as one thread sees them. */
export class Doorbells {
  readonly #flags: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#flags = new Int32Array(memory);
  }

  /** Call after publishing something for the thread at `endpoint`. Returns whether it was woken by this. */
  ring(endpoint: number): boolean {
    const place = endpoint * flagStride;
    if (Atomics.load(this.#flags, place) !== asleep) return false;
    // Of several ringers at once, one wakes the sleeper.
    if (Atomics.compareExchange(this.#flags, place, asleep, awake) !== asleep) return false;
    Atomics.notify(this.#flags, place);
    return true;
  }

  /**
   * Sleeps until somebody rings, for at most `timeoutMs`, unless `hasWork` finds something after the flag is up.
   * `hasWork` must look at everything that could have been published for this thread. Only the thread of
   * `endpoint` may call this. Returns whether there may be work.
   */
  wait(endpoint: number, hasWork: () => boolean, timeoutMs: number): boolean {
    const place = endpoint * flagStride;
    Atomics.store(this.#flags, place, asleep);
    const outcome = hasWork() ? 'not-equal' : Atomics.wait(this.#flags, place, asleep, timeoutMs);
    Atomics.store(this.#flags, place, awake);
    return outcome !== 'timed-out';
  }
}
