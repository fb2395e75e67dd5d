import { randomStream } from '../../kernel/random.ts';
import type { Env } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { ClusterSetup } from '../cluster.ts';
import type { WallClock } from '../wall-clock.ts';
import type { Members } from './members.ts';
import type { SimNode } from './node.ts';

/** All that the present life of a node may read of the simulated world. */
export function envOf(
  { id, incarnation }: SimNode,
  { topology, seed, strategy }: ClusterSetup,
  members: Members,
  clock: WallClock,
  now: () => Micros,
): Env {
  return {
    id,
    incarnation,
    ...members.envOf(id),
    knobs: strategy.knobs,
    random: randomStream(seed, `node/${id}/replica/${incarnation}`),
    region: (of) => topology.nodes[of]!.region,
    wallClock: () => clock.read(now()),
    monotonic: now,
  };
}
