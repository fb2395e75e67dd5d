import { load } from '../../src/experiment/client/load.ts';
import type { ClientResult, LoadInput } from '../../src/experiment/client/programs.ts';
import type { Load } from '../../src/experiment/spec.ts';
import { completionCode } from '../../src/history/history.ts';
import type { AnyStrategy } from '../../src/kernel/strategy.ts';
import { type Micros, milliseconds, seconds } from '../../src/kernel/time.ts';
import { SimCluster } from '../../src/runtimes/sim/cluster.ts';
import type { Topology } from '../../src/topology/topology.ts';

/** A load on a simulated cluster of one strategy, its knobs at their defaults. */
export interface SimulatedLoad {
  readonly strategy: AnyStrategy;
  readonly topology: Topology;
  /** Parameters of the workload `registers`. */
  readonly registers: {
    readonly keys: number;
    readonly writes: number;
    readonly cas: number;
    readonly skew: number;
  };
  readonly load: Load;
  readonly duration: Micros;
  readonly maximumRows: number;
}

export interface SimulatedRun {
  readonly events: number;
  readonly operations: number;
  /** Those answered `ok`. */
  readonly answered: number;
  readonly elapsedSeconds: number;
  readonly processorSeconds: number;
}

/** Runs the driver and the recorder of a trial against the simulator, and no checks. */
export async function runSimulated(asked: SimulatedLoad): Promise<SimulatedRun> {
  const { strategy } = asked;
  const knobs = Object.fromEntries(strategy.knobs.map((knob) => [knob.name, knob.default]));
  const reference = { name: strategy.name, module: '', knobs };
  const before = process.cpuUsage();
  const from = performance.now();
  const cluster = new SimCluster({ topology: asked.topology, strategy: reference, seed: 'bench' }, strategy);
  const job = cluster.launchHere<LoadInput, ClientResult>(load, {
    topology: asked.topology,
    policy: { failover: 'nearest', deadline: seconds(3), retryAfter: milliseconds(500) },
    maximumRows: asked.maximumRows,
    previous: null,
    seed: 'bench',
    workload: { kind: 'registers', parameters: asked.registers },
    load: asked.load,
    startAt: 0,
    warmUp: 0,
    duration: asked.duration,
  });
  const result = await job.result();
  const elapsedSeconds = (performance.now() - from) / 1_000;
  const { user, system } = process.cpuUsage(before);
  if (result.stopped !== 'complete') throw new Error(`the load was ${result.stopped}`);
  const { length, columns } = result.history;
  let answered = 0;
  for (let row = 0; row < length; row += 1) if (columns.completion[row] === completionCode.ok) answered += 1;
  return {
    events: cluster.simulation.events,
    operations: length,
    answered,
    elapsedSeconds,
    processorSeconds: (user + system) / 1e6,
  };
}
