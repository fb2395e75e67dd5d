import { seconds } from '../../src/kernel/time.ts';
import { sideAnswers, sideInput } from '../support/side.ts';
import { type LoadCost, measureLoad, openThreads } from '../support/threads.ts';

export interface SideInput {
  readonly strategy: string;
  readonly measuredSeconds: number;
}

const nodes = 3;

/** Writes to one strategy over rings without delay. */
const { strategy, measuredSeconds } = sideInput<SideInput>();
const module = strategy === 'raw' ? new URL('./raw.ts', import.meta.url).href : strategy;
const cluster = await openThreads(module, 'ring', nodes, { type: 'constant', value: 0 });
const load = { nodes, clientsPerNode: 10, keys: 1000, writes: 1 };
sideAnswers<LoadCost>(await measureLoad(cluster, load, seconds(3), seconds(measuredSeconds)));
