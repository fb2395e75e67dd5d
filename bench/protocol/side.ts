import { seconds } from '../../src/kernel/time.ts';
import { sideAnswers, sideInput } from '../support/side.ts';
import { openThreads, runClosedLoop } from '../support/threads.ts';

export interface SideInput {
  readonly transport: string;
  readonly clientsPerNode: number;
  readonly measuredSeconds: number;
}

export interface SideAnswer {
  readonly operations: number;
  /** In microseconds. */
  readonly lasted: number;
  readonly messages: number;
  readonly cpuMicros: number;
}

const nodes = 5;

/** One side of the comparison: `quorum` over one transport, reads and writes in equal parts. */
const { transport, clientsPerNode, measuredSeconds } = sideInput<SideInput>();
const load = { nodes, clientsPerNode, keys: 1000, writes: 0.5 };
const cluster = await openThreads('quorum', transport, nodes, { type: 'constant', value: 0 });
await runClosedLoop(cluster, { ...load, measured: seconds(3) });

const cpuBefore = process.cpuUsage();
const { messages: messagesBefore } = await cluster.cost();
const { operations, failures, lasted } = await runClosedLoop(cluster, {
  ...load,
  measured: seconds(measuredSeconds),
});
const { messages } = await cluster.cost();
const cpu = process.cpuUsage(cpuBefore);
const record = await cluster.stop();

const broken = record.failures[0];
if (broken) throw new Error(`a node broke: ${broken.stack}`);
if (failures > 0) throw new Error(`${failures} operations failed`);
sideAnswers<SideAnswer>({
  operations,
  lasted,
  messages: messages - messagesBefore,
  cpuMicros: cpu.user + cpu.system,
});
