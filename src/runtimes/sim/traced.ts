import type { Runtime } from '../cluster.ts';
import { loadStrategy } from '../load-strategy.ts';
import { SimCluster } from './cluster.ts';
import { pace, simRuntime } from './runtime.ts';
import type { Trace } from './trace.ts';

/** Virtual time of which a trace is kept: for one cluster, as a trace is of one run. */
export function tracedSimRuntime(trace: Trace): Runtime {
  return {
    ...simRuntime,
    open: (setup) =>
      loadStrategy(setup.strategy).then((strategy) => new SimCluster(setup, strategy, pace, trace)),
  };
}
