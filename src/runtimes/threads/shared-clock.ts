import type { Micros } from '../../kernel/time.ts';

/** How many paired readings the calibration takes; the tightest pair counts. */
const calibrationRounds = 16;

/**
 * The shared clock of a cluster: whole microseconds since its opening, the same on all threads. `process.hrtime` is
 * one monotonic clock for the whole process, whatever a thread's `performance.now()` counts from (the two agreed
 * exactly on Node 20, which nothing promises); `performance.now()` is the cheaper to read, so each thread measures
 * once how the two stand to each other.
 */
export class SharedClock {
  /** What the clock counts from, in milliseconds of `process.hrtime`: pass it to the other threads. */
  readonly openedAt: number;
  /** What this thread's `performance.now()` is ahead of `process.hrtime`, in milliseconds. */
  readonly offset: number;
  readonly #origin: number;

  /** Without an argument the clock starts now. */
  constructor(openedAt?: number) {
    this.offset = calibrate();
    this.openedAt = openedAt ?? performance.now() - this.offset;
    this.#origin = this.openedAt + this.offset;
  }

  readonly now = (): Micros => Math.floor((performance.now() - this.#origin) * 1000);
}

function calibrate(): number {
  let best = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let i = 0; i < calibrationRounds; i += 1) {
    const before = highResolution();
    const reading = performance.now();
    const after = highResolution();
    if (after - before >= best) continue;
    best = after - before;
    offset = reading - (before + after) / 2;
  }
  return offset;
}

function highResolution(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
