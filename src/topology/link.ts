import type { Micros } from '../kernel/time.ts';
import type { Endpoint } from './topology.ts';

/** A link in one direction; the other direction is a link of its own. */
export type DirectedLink = readonly [from: Endpoint, to: Endpoint];

/** With this chance, a message is held back for up to `upTo` more, so that later ones overtake it. */
export interface Reordering {
  readonly chance: number;
  readonly upTo: Micros;
}

/** What a link does to messages beside delaying them. Chances are from 0 to 1; what is absent does not happen. */
export interface LinkTraits {
  /** The chance that a message never arrives. */
  readonly loss?: number;
  /** The chance that a message between nodes arrives twice; requests and replies of clients never do. */
  readonly duplicate?: number;
  readonly reorder?: Reordering;
  /** Bytes per second: a message leaves when those before it have left and its own bytes have. */
  readonly bandwidth?: number;
  /** Whether it delivers in the order of sending, though the topology as a whole does not. */
  readonly fifo?: true;
}

/**
 * What makes links worse for a while, beside what the topology says of them. Chances are from 0 to 1. Several on one
 * link add up: factors are multiplied, delays are added, and a message survives only if it survives each loss.
 */
export interface LinkDegradation {
  /** Every delay is drawn as ever and then takes so many times as long; above 0. */
  readonly slowBy?: number;
  /** Added to every delay, after `slowBy`. */
  readonly addDelay?: Micros;
  /** The chance that a message never arrives. */
  readonly loss?: number;
  /** The chance that a message between nodes arrives twice, the second time after a delay of its own. */
  readonly duplicate?: number;
  readonly reorder?: Reordering;
}
