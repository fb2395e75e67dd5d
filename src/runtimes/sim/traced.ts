import type { AnyStrategy } from '../../kernel/strategy.ts';
import type { Runtime } from '../cluster.ts';
import { loadStrategy } from '../load-strategy.ts';
import { SimCluster } from './cluster.ts';
import { pace, simRuntime } from './runtime.ts';
import type { Trace } from './trace.ts';

/**
 * Virtual time of which a trace is kept: for one cluster, as a trace is of one run. The strategy is given where it is at
 * hand, and else loaded from its module.
 */
export function tracedSimRuntime(trace: Trace, strategy?: AnyStrategy): Runtime {
  return {
    ...simRuntime,
    open: (setup) =>
      (strategy === undefined ? loadStrategy(setup.strategy) : Promise.resolve(strategy)).then(
        (loaded) => new SimCluster(setup, loaded, pace, trace),
      ),
  };
}
