import type { MachineAction } from '../../faults/fault.ts';
import { type Micros, seconds } from '../../kernel/time.ts';
import { WallClock, wallClockNumbers } from '../wall-clock.ts';
import type { Host } from './protocol.ts';

/** Nodes' wall clocks start here, so that nobody mistakes them for the shared clock. */
const wallClockStart = seconds(1_000);

/** Numbers of a machine: the state of its clock, and what its disk takes. */
const delayAt = wallClockNumbers;
const windowAt = delayAt + 1;
const numbersPerMachine = windowAt + 1;
/** A cache line per machine for how often it was struck. */
const wordsPerMachine = 16;

/** The memory of so many machines. */
export function createMachines(hosts: number): SharedArrayBuffer {
  return new SharedArrayBuffer(hosts * (wordsPerMachine * 4 + numbersPerMachine * 8));
}

/**
 * What faults do to the machine under a node: to its wall clock and its disk. It lives in shared memory, so that it holds for
 * every life of the node, also for one that is paused. The main thread writes, the node reads; a count that is odd
 * while something is written tells the node to look again.
 */
export class Machine {
  readonly #strikes: Int32Array;
  readonly #shared: Float64Array;
  /** What was read last, and at which count. */
  readonly #own = new Float64Array(numbersPerMachine);
  readonly #clock = new WallClock(wallClockStart, this.#own.subarray(0, wallClockNumbers));
  #seen = 0;

  constructor(memory: SharedArrayBuffer, host: Host) {
    const machines = memory.byteLength / (wordsPerMachine * 4 + numbersPerMachine * 8);
    const numbersAt = machines * wordsPerMachine * 4;
    this.#strikes = new Int32Array(memory, host * wordsPerMachine * 4, 1);
    this.#shared = new Float64Array(memory, numbersAt + host * numbersPerMachine * 8, numbersPerMachine);
  }

  /** For the main thread: carries out what a fault does at `now`. */
  strike(action: MachineAction, now: Micros): void {
    Atomics.add(this.#strikes, 0, 1);
    this.#change(action, now);
    Atomics.add(this.#strikes, 0, 1);
  }

  /** The node's wall clock. */
  wallClock(now: Micros): Micros {
    this.#look();
    return this.#clock.read(now);
  }

  /** How long the node stands still until what it persisted is durable. */
  get syncDelay(): Micros {
    this.#look();
    return this.#own[delayAt]!;
  }

  /** How long it takes, unknown to the node, until what it persisted is durable. */
  get syncWindow(): Micros {
    this.#look();
    return this.#own[windowAt]!;
  }

  #change(action: MachineAction, now: Micros): void {
    const clock = new WallClock(wallClockStart, this.#shared.subarray(0, wallClockNumbers));
    switch (action.type) {
      case 'skew':
        return clock.skew(now, action.skew);
      case 'unskew':
        return clock.unskew(now);
      case 'jump':
        return clock.jump(action.by);
      case 'sync-takes':
        this.#shared[delayAt] = action.delay;
        return;
      case 'sync-lags':
        this.#shared[windowAt] = action.window;
    }
  }

  #look(): void {
    for (let count = this.#strikes[0]!; count !== this.#seen; count = this.#strikes[0]!) {
      const before = Atomics.load(this.#strikes, 0);
      this.#own.set(this.#shared);
      if (before % 2 === 0 && Atomics.load(this.#strikes, 0) === before) this.#seen = before;
    }
  }
}
