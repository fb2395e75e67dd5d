import type { AnyStrategy } from '../../src/kernel/strategy.ts';
import type { Micros } from '../../src/kernel/time.ts';
import type { Cluster, Runtime, StrategyReference } from '../../src/runtimes/cluster.ts';
import type { Delay, Topology } from '../../src/topology/topology.ts';
import type { ClosedLoopInput, ClosedLoopResult } from './closed-loop.ts';

/** `PACELC_DIST` names another build, so that two can be compared. */
const distUrl = new URL(process.env.PACELC_DIST ?? '../../dist/', import.meta.url);

/** Nodes in one region each, with the same delay on every link. */
export function uniformTopology(nodes: number, delay: Delay): Topology {
  const places = Array.from({ length: nodes }, (_, id) => ({
    id,
    name: `node-${id}`,
    region: 'here',
    zone: 'here',
    cluster: 'here',
  }));
  const endpoints = nodes + 1;
  return {
    name: `bench-${nodes}`,
    regions: ['here'],
    nodes: places,
    fifo: false,
    delays: [delay],
    links: new Array<number>(endpoints * endpoints).fill(0),
  };
}

/** Opens a cluster of the built runtime: what is measured is what users run. */
export async function openThreads(
  strategy: string,
  transport: string,
  nodes: number,
  delay: Delay,
): Promise<Cluster> {
  const built = (path: string) => new URL(path, distUrl).href;
  const { threadsRuntime } = (await import(built('runtimes/threads/runtime.js'))) as {
    threadsRuntime: Runtime;
  };
  const module = strategyModule(strategy);
  const { strategy: loaded } = (await import(module)) as { strategy: AnyStrategy };
  const knobs = Object.fromEntries(loaded.knobs.map((knob) => [knob.name, knob.default]));
  const reference: StrategyReference = { name: strategy, module, knobs };
  return threadsRuntime.open({
    topology: uniformTopology(nodes, delay),
    strategy: reference,
    seed: 'bench',
    options: { transport },
  });
}

function strategyModule(strategy: string): string {
  if (strategy.startsWith('file:')) return strategy;
  return new URL(`strategies/${strategy}.js`, distUrl).href;
}

/** What a load on a cluster amounted to. Times are in microseconds. */
export interface LoadCost {
  readonly operations: number;
  readonly lasted: number;
  readonly messages: number;
  readonly processorMicros: number;
}

export function ratePerSecond({ operations, lasted }: LoadCost): number {
  return (operations / lasted) * 1e6;
}

/** Warms a cluster up, measures it, and stops it. Throws where a node broke or an operation failed. */
export async function measureLoad(
  cluster: Cluster,
  load: Omit<ClosedLoopInput, 'measured'>,
  warmUp: Micros,
  measured: Micros,
): Promise<LoadCost> {
  await runClosedLoop(cluster, { ...load, measured: warmUp });
  const processorBefore = process.cpuUsage();
  const before = await cluster.cost();
  const { operations, failures, lasted } = await runClosedLoop(cluster, { ...load, measured });
  const after = await cluster.cost();
  const { user, system } = process.cpuUsage(processorBefore);
  const { failures: broken } = await cluster.stop();
  if (broken[0]) throw new Error(`a node broke: ${broken[0].stack}`);
  if (failures > 0) throw new Error(`${failures} operations failed`);
  return { operations, lasted, messages: after.messages - before.messages, processorMicros: user + system };
}

export function runClosedLoop(cluster: Cluster, input: ClosedLoopInput): Promise<ClosedLoopResult> {
  const module = new URL('./closed-loop.ts', import.meta.url).href;
  return cluster.launch<ClosedLoopInput, ClosedLoopResult>({ module, name: 'closedLoop' }, input).result();
}
