import { seconds } from '../../src/kernel/time.ts';
import type { ClosedLoopResult } from '../support/closed-loop.ts';
import { sideAnswers, sideInput } from '../support/side.ts';
import { openThreads, runClosedLoop } from '../support/threads.ts';

export interface SideInput {
  readonly transport: string;
  readonly clientsPerNode: number;
  readonly measuredSeconds: number;
}

const nodes = 5;

/** One side of the comparison: `quorum` over one transport, reads and writes in equal parts. */
const { transport, clientsPerNode, measuredSeconds } = sideInput<SideInput>();
const cluster = await openThreads('quorum', transport, nodes, { type: 'constant', value: 0 });
const result: ClosedLoopResult = await runClosedLoop(cluster, {
  nodes,
  clientsPerNode,
  keys: 1000,
  writes: 0.5,
  warmUp: seconds(3),
  measured: seconds(measuredSeconds),
});
const record = await cluster.stop();
sideAnswers({ ...result, cost: record.cost, broken: record.failures.map(({ stack }) => stack) });
