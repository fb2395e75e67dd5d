import {
  clockFaults,
  diskFaults,
  membershipFaults,
  networkFaults,
  processFaults,
} from '../../kernel/strategy.ts';
import type { Runtime } from '../cluster.ts';
import { loadStrategy } from '../load-strategy.ts';
import { type Pace, SimCluster } from './cluster.ts';
import { watched } from './watch.ts';

/** How a run shares its process: some milliseconds of work between two pauses. */
export const pace: Pace = { events: 5_000, pause: setImmediate, watch: watched };

/**
 * Virtual time. `setup.options`: `freeze` makes everything that replicas hand over immutable, so that changing it
 * afterwards throws (for tests); `skew` draws for each node how far, up to so many microseconds, its wall clock is
 * ahead; `countBytes: false` saves the estimate of the size of messages; `commits: true` keeps what replicas note of their commits.
 */
export const simRuntime: Runtime = {
  name: 'sim',
  offers: [...processFaults, ...networkFaults, ...clockFaults, ...diskFaults, ...membershipFaults],
  open: (setup) => loadStrategy(setup.strategy).then((strategy) => new SimCluster(setup, strategy, pace)),
};
