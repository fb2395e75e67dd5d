import { formatDuration } from '../../experiment/file/units.ts';
import type { Random } from '../../kernel/random.ts';
import { type Micros, milliseconds } from '../../kernel/time.ts';
import type { JsonMap } from '../draft.ts';

/** A topology as a file gives it, and how far it reaches. */
export interface DrawnTopology {
  readonly topology: JsonMap;
  readonly regions: number;
  /** What a message and its answer take on the longest link, about. */
  readonly roundTrip: Micros;
}

const names = ['asia', 'america', 'europe'] as const;

/** 3 or 5 nodes (or as many as are wanted) in 1 to 3 regions, near or far apart, with links that reorder. */
export function drawTopology(random: Random, wanted: number | undefined): DrawnTopology {
  const drawn = random.pick([3, 3, 3, 5, 5]);
  const nodes = wanted ?? drawn;
  const regions = Math.min(nodes, random.pick([1, 2, 3]));
  const close = milliseconds(0.2) + random.below(milliseconds(1));
  const near = drawDelay(random, close);
  const wide = random.chance(0.5);
  const distance = wide ? milliseconds(10) + random.below(milliseconds(60)) : close;
  const far = wide ? drawDelay(random, distance) : near;
  const places = names.slice(0, regions);
  const topology = {
    regions: Object.fromEntries(
      places.map((name, i) => [name, Math.floor((nodes - i - 1) / regions) + 1] as const),
    ),
    latency: {
      'within-cluster': near,
      clients: near,
      between: Object.fromEntries(
        places.flatMap((from, i) => places.slice(i + 1).map((to) => [`${from} and ${to}`, far] as const)),
      ),
    },
  };
  return { topology, regions, roundTrip: 2 * (regions > 1 ? distance : close) };
}

/** A delay around a middle: narrow or wide, with a light or a heavy tail. */
function drawDelay(random: Random, middle: Micros): JsonMap {
  const at = (factor: number) => formatDuration(Math.round(middle * factor));
  const shape = random.pick(['log-normal', 'log-normal', 'log-normal', 'uniform', 'exponential', 'pareto']);
  const jitter = random.pick(['10%', '30%', '80%', '100%']);
  switch (shape) {
    case 'uniform':
      return { uniform: { minimum: at(0.5), maximum: at(2) } };
    case 'exponential':
      return { exponential: { minimum: at(0.5), mean: at(1.25) } };
    case 'pareto':
      return { pareto: { minimum: at(0.75), alpha: 2 } };
    default:
      return { 'log-normal': { median: at(1), jitter } };
  }
}
