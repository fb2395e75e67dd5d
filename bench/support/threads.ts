import type { AnyStrategy } from '../../src/kernel/strategy.ts';
import type { Cluster, Runtime, StrategyReference } from '../../src/runtimes/cluster.ts';
import type { Delay, Topology } from '../../src/topology/topology.ts';
import type { ClosedLoopInput, ClosedLoopResult } from './closed-loop.ts';

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

export function runClosedLoop(cluster: Cluster, input: ClosedLoopInput): Promise<ClosedLoopResult> {
  const module = new URL('./closed-loop.ts', import.meta.url).href;
  return cluster.launch<ClosedLoopInput, ClosedLoopResult>({ module, name: 'closedLoop' }, input).result();
}
