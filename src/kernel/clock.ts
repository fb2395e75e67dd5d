import type { Key, NodeId, Value } from './operation.ts';
import type { Note } from './replica.ts';
import type { Micros } from './time.ts';

/**
 * A hybrid logical timestamp (Kulkarni et al. 2014): close to the wall clock, yet never behind anything that its
 * issuer has seen. `node` breaks ties, so stamps of one run are totally ordered.
 */
export interface Stamp {
  readonly time: Micros;
  readonly counter: number;
  readonly node: NodeId;
}

/** Before every stamp that a clock issues. */
export const zeroStamp: Stamp = { time: 0, counter: 0, node: -1 };

/** Negative when `a` is older, positive when it is newer, 0 when both are the same stamp. */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a.time - b.time || a.counter - b.counter || a.node - b.node;
}

/** So many stamps of one microsecond are told apart by their place among commits; there are never that many. */
const countersAtMost = 2 ** 21;

/** The note that a stamped write is there: stamps are the order in which last-writer-wins takes writes to have happened. */
export function committed(write: Stamp & { readonly key: Key; readonly value: Value }): Note {
  const { key, value, time, counter, node } = write;
  const version = time * countersAtMost + Math.min(counter, countersAtMost - 1);
  return { type: 'committed', key, version, value, place: node };
}

/** The hybrid logical clock of one node. */
export class HybridClock {
  #time: Micros;
  #counter: number;
  readonly #node: NodeId;
  readonly #wallClock: () => Micros;

  /** `atLeast` is a stamp that this node issued or saw in an earlier life: the clock goes on after it. */
  constructor(node: NodeId, wallClock: () => Micros, atLeast: Stamp = zeroStamp) {
    this.#node = node;
    this.#wallClock = wallClock;
    this.#time = atLeast.time;
    this.#counter = atLeast.counter;
  }

  /** A stamp newer than all that this clock issued or observed. */
  next(): Stamp {
    const wall = this.#wallClock();
    if (wall > this.#time) {
      this.#time = wall;
      this.#counter = 0;
    } else {
      this.#counter += 1;
    }
    return { time: this.#time, counter: this.#counter, node: this.#node };
  }

  /** After this, `next()` is newer than `seen`. */
  observe(seen: Stamp): void {
    if (seen.time > this.#time) {
      this.#time = seen.time;
      this.#counter = seen.counter;
    } else if (seen.time === this.#time && seen.counter > this.#counter) {
      this.#counter = seen.counter;
    }
  }
}
