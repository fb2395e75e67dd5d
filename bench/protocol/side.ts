import { seconds } from '../../src/kernel/time.ts';
import { sideAnswers, sideInput } from '../support/side.ts';
import { type LoadCost, measureLoad, openThreads } from '../support/threads.ts';

export interface SideInput {
  readonly transport: string;
  readonly clientsPerNode: number;
  readonly measuredSeconds: number;
}

const nodes = 5;

/** One side of the comparison: `quorum` over one transport, reads and writes in equal parts. */
const { transport, clientsPerNode, measuredSeconds } = sideInput<SideInput>();
const cluster = await openThreads('quorum', transport, nodes, { type: 'constant', value: 0 });
const load = { nodes, clientsPerNode, keys: 1000, writes: 0.5 };
sideAnswers<LoadCost>(await measureLoad(cluster, load, seconds(3), seconds(measuredSeconds)));
