import { availableParallelism } from 'node:os';
import { microsPerSecond, milliseconds } from '../kernel/time.ts';
import type { ExperimentSpec } from './spec.ts';

/** What an operation of a closed loop takes at the least, for an estimate. */
const quickAnswer = milliseconds(1);

/**
 * Operations that a run must ask in all for threads of its own to pay: each loads and warms up its own copy of pacelc, which
 * takes as long as some tens of thousands of operations.
 */
const worthwhile = 100_000;

/** How many trials to run at a time, in virtual time, where nobody says: one for short runs, else one for each processor. */
export function workersWorth(spec: ExperimentSpec, processors = availableParallelism()): number {
  const asked = operationsOf(spec) * spec.trials * spec.strategies.length;
  return asked < worthwhile ? 1 : processors;
}

/** About how many operations a trial asks: an upper bound for closed loops, whose answers take longer. */
function operationsOf({ load, duration, topology }: ExperimentSpec): number {
  if (load.type === 'open') {
    return load.rate.reduce(
      (sum, { from, to, lasts }) => sum + ((from + to) / 2) * (lasts / microsPerSecond),
      0,
    );
  }
  const clients = load.clientsPerRegion * topology.regions.length;
  return Math.min(
    load.operations ?? Number.POSITIVE_INFINITY,
    (clients * duration) / (load.think + quickAnswer),
  );
}
