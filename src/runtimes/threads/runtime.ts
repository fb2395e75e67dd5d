import {
  clockFaults,
  diskFaults,
  membershipFaults,
  networkFaults,
  processFaults,
} from '../../kernel/strategy.ts';
import { topologyRefusal } from '../../topology/features.ts';
import type { ClusterSetup, Runtime } from '../cluster.ts';
import { ThreadsCluster } from './threads-cluster.ts';

/**
 * Worker threads. `setup.options`: `transport` is `ring` (the default), `port` (batched messages on ports, for
 * comparison and as a way out) or `port-each` (one message on a port for each mail, for benchmarks alone); `startPatienceMs`
 * and `patienceMs` say how long a thread may take to start and to react before it counts as stuck and is ended; `commits: true`
 * keeps what replicas note of their commits, each of which is a message to the main thread.
 */
export const threadsRuntime: Runtime = {
  name: 'threads',
  offers: [...processFaults, ...networkFaults, ...clockFaults, ...diskFaults, ...membershipFaults],
  lacks: ['service-time'],
  async open(setup: ClusterSetup) {
    const refusal = topologyRefusal(setup.topology, threadsRuntime);
    if (refusal !== null) throw new RangeError(refusal);
    const cluster = new ThreadsCluster(setup);
    await cluster.start();
    return cluster;
  },
};
