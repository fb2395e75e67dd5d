import { seconds } from '../../src/kernel/time.ts';
import { strategies } from '../../src/strategies/index.ts';
import { buildTopology } from '../../src/topology/build.ts';
import { topologyPresets } from '../../src/topology/presets.ts';
import { sideAnswers, sideInput } from '../support/side.ts';
import { runSimulated, type SimulatedRun } from '../support/simulated.ts';

export interface SideInput {
  readonly strategy: string;
  readonly minutes: number;
}

export interface SideAnswer extends SimulatedRun {
  /** The most memory that the process ever held. */
  readonly megabytes: number;
}

const { strategy, minutes } = sideInput<SideInput>();
const topology = buildTopology(topologyPresets['world-3x5']!.plan);
const perSecond = 1_000;
const duration = seconds(60 * minutes);
const run = await runSimulated({
  strategy: strategies[strategy]!.strategy,
  topology,
  registers: { keys: 10_000, writes: 0.1, cas: 0, skew: 0.99 },
  load: {
    type: 'open',
    arrivals: 'poisson',
    rate: [{ from: perSecond, to: perSecond, lasts: duration }],
    shares: topology.regions.map(() => 1 / topology.regions.length),
  },
  duration,
  maximumRows: 60 * minutes * perSecond * 1.1,
});
sideAnswers<SideAnswer>({ ...run, megabytes: process.resourceUsage().maxRSS / 1_024 });
