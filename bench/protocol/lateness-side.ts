import { milliseconds, seconds } from '../../src/kernel/time.ts';
import type { Lateness } from '../../src/runtimes/cluster.ts';
import { sideAnswers, sideInput } from '../support/side.ts';
import { openThreads, runClosedLoop } from '../support/threads.ts';

export interface LatenessInput {
  readonly measuredSeconds: number;
}

const nodes = 3;

/** How late mail is delivered that each link delays by some ten milliseconds. The warm-up counts too. */
const { measuredSeconds } = sideInput<LatenessInput>();
const cluster = await openThreads('quorum', 'ring', nodes, {
  type: 'log-normal',
  median: milliseconds(10),
  sigma: 0.2,
});
await runClosedLoop(cluster, {
  nodes,
  clientsPerNode: 10,
  keys: 1000,
  writes: 0.5,
  measured: seconds(3 + measuredSeconds),
});
const { deliveryLateness } = await cluster.stop();
if (deliveryLateness === null) throw new Error('no mail was delayed');
sideAnswers<Lateness>(deliveryLateness);
