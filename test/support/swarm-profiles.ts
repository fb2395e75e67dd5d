/**
 * What kind of trouble a seed makes. The profile `mixed` draws crashes, pauses, partitions and lost disks, few and long; each
 * of the others makes one kind of trouble, and more of it than `mixed` ever does.
 */
import type { NodeId } from '../../src/kernel/operation.ts';
import { type Random, randomStream } from '../../src/kernel/random.ts';
import type { FaultKind, Strategy } from '../../src/kernel/strategy.ts';
import { type Micros, milliseconds, seconds } from '../../src/kernel/time.ts';
import { type Delay, medianDelay, type Topology } from '../../src/topology/topology.ts';
import { drawFaults, type PlannedFault } from './swarm-draws.ts';
import { wrapped } from './swarm-wrap.ts';

/** A node that clients leave alone for a while. */
export interface Drain {
  readonly node: NodeId;
  readonly from: Micros;
  readonly until: Micros;
}

/** All trouble of one seed. */
export interface Weather {
  readonly faults: readonly PlannedFault[];
  readonly drains: readonly Drain[];
  /** Nodes that are no members at first. */
  readonly standby: readonly NodeId[];
  /** How far nodes' wall clocks are apart at most. */
  readonly skew: Micros;
  /** The chance of a message to be sent twice, and to be lost. */
  readonly duplication: number;
  readonly loss: number;
  /** So many times the median delay is the longest one; 0 leaves delays as they are. */
  readonly disorder: number;
}

interface Profile {
  /** Kinds of fault without which it is nothing. */
  readonly needs: readonly FaultKind[];
  draw(random: Random, topology: Topology, lasts: Micros, allowed: readonly FaultKind[]): Partial<Weather>;
}

const calm: Weather = { faults: [], drains: [], standby: [], skew: 0, duplication: 0, loss: 0, disorder: 0 };

/** A node is drained for so long before its disk is lost that its peers have heard of all it did. */
const drainFor: Micros = seconds(1);

const few = (kind: FaultKind): Profile => ({
  needs: [kind],
  draw: (random, topology, lasts) => ({ faults: drawFaults(random, topology, lasts, [kind]) }),
});

export const profiles = {
  calm: { needs: [], draw: () => ({}) },
  crash: few('crash'),
  pause: few('pause'),
  partition: few('partition'),
  'disk-loss': few('disk-loss'),
  'crash-storm': {
    needs: ['crash'],
    draw: (random, topology, lasts) => ({ faults: drawStorm(random, topology, lasts) }),
  },
  replacement: {
    needs: ['disk-loss'],
    draw: (random, topology, lasts) => drawReplacements(random, topology, lasts),
  },
  duplication: {
    needs: ['duplication'],
    draw: (random, _topology, _lasts, allowed) => ({
      duplication: random.pick([0.05, 0.2, 0.5]),
      loss: allowed.includes('loss') ? random.pick([0, 0.02, 0.1]) : 0,
    }),
  },
  reordering: { needs: ['reordering'], draw: (random) => ({ disorder: random.pick([4, 10, 30]) }) },
  'clock-skew': {
    needs: ['clock-skew'],
    draw: (random) => ({ skew: random.pick([milliseconds(20), milliseconds(500), seconds(10)]) }),
  },
  membership: { needs: ['join', 'leave'], draw: drawMembership },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof profiles;

/** The profiles that make only such trouble. */
export function profilesFor(allowed: readonly FaultKind[]): readonly ProfileName[] {
  const names = Object.keys(profiles) as ProfileName[];
  return names.filter((name) => profiles[name].needs.every((kind) => allowed.includes(kind)));
}

/** The trouble of a seed; what the strategy does not tolerate is left out. */
export function drawWeather(
  seed: string,
  profile: ProfileName | 'mixed',
  topology: Topology,
  lasts: Micros,
  allowed: readonly FaultKind[],
): Weather {
  const random = randomStream(seed, 'swarm/faults');
  if (profile === 'mixed') {
    const faults = drawFaults(random, topology, lasts, allowed);
    const skew = randomStream(seed, 'swarm/clocks').chance(0.5) ? milliseconds(20) : 0;
    return { ...calm, faults, skew };
  }
  if (!profilesFor(allowed).includes(profile)) return calm;
  return { ...calm, ...(profiles[profile] as Profile).draw(random, topology, lasts, allowed) };
}

/**
 * Nodes die and are back within about a round trip, alone or all at once, again and again: what was only in memory cannot
 * be hidden by patience, and a message sent before the death meets an answer that was forgotten.
 */
function drawStorm(random: Random, topology: Topology, lasts: Micros): readonly PlannedFault[] {
  const all = topology.nodes.map(({ id }) => id);
  const roundTrip = milliseconds(0.5) + Math.round(2 * Math.max(...topology.delays.map(medianDelay)));
  const faults: PlannedFault[] = [];
  let at = 0;
  while (faults.length < crashesAtMost) {
    // In bursts: one crash alone is repaired before the next, and many without a pause let nobody do anything.
    const quiet = random.chance(0.3) ? random.exponential(3 * roundTrip) : random.below(roundTrip);
    at += milliseconds(0.2) + Math.round(quiet);
    const until = at + milliseconds(0.2) + random.below(Math.round(roundTrip / 6));
    if (until >= lasts) break;
    const struck = random.pick([1, 1, 1, 1, 2, 2, all.length]);
    const nodes = random.shuffled(all).slice(0, struck);
    faults.push(crashOf(nodes, at, until, 'kept', struck === 1 && random.chance(0.2)));
    at = until;
  }
  return faults;
}

const crashesAtMost = 300;

/** Nodes are drained, and then their disks are lost, one after the other, each once at most. */
function drawReplacements(random: Random, topology: Topology, lasts: Micros): Partial<Weather> {
  const faults: PlannedFault[] = [];
  const drains: Drain[] = [];
  let at = 0;
  for (const node of random.shuffled(topology.nodes.map(({ id }) => id))) {
    const from = at + random.below(milliseconds(300));
    const until = from + drainFor + milliseconds(1) + random.below(milliseconds(50));
    if (until >= lasts) break;
    drains.push({ node, from, until });
    faults.push(crashOf([node], from + drainFor, until, 'lost', false));
    at = until;
  }
  return { faults, drains };
}

/** Nodes come and go, one, a few or all at once, while others crash, stop and are cut off. */
function drawMembership(
  random: Random,
  topology: Topology,
  lasts: Micros,
  allowed: readonly FaultKind[],
): Partial<Weather> {
  const all = topology.nodes.map(({ id }) => id);
  const standby = random.shuffled(all).slice(0, random.below(all.length - 1));
  const trouble = ['crash', 'disk-loss', 'pause', 'partition'] as const;
  const others = random.chance(0.7)
    ? drawFaults(
        random,
        topology,
        lasts,
        trouble.filter((kind) => allowed.includes(kind)),
      )
    : [];
  const count = 1 + random.below(6);
  const within = random.pick([0.1, 0.5, 1]) * lasts;
  const begin = random.unit() * (lasts - within);
  const times = Array.from({ length: count }, () => Math.round(begin + random.unit() * within));
  let members = all.filter((node) => !standby.includes(node));
  const changes = times
    .sort((a, b) => a - b)
    .map((at): PlannedFault => {
      const node = random.pick(all);
      const leaves = members.includes(node) && members.length > 1;
      members = leaves ? members.filter((member) => member !== node) : [...members, node];
      return {
        at,
        until: lasts,
        aimed: false,
        start: { type: leaves ? 'leave' : 'join', nodes: [node] },
        end: null,
      };
    });
  const hasBadLinks = allowed.includes('loss') && allowed.includes('duplication') && random.chance(0.3);
  const links = hasBadLinks ? { loss: random.pick([0.02, 0.1]), duplication: random.pick([0.05, 0.2]) } : {};
  return { faults: [...others, ...changes], standby, ...links };
}

function crashOf(
  nodes: readonly NodeId[],
  at: Micros,
  until: Micros,
  disk: 'kept' | 'lost',
  aimed: boolean,
): PlannedFault {
  return { at, until, aimed, start: { type: 'crash', nodes }, end: { type: 'restart', nodes, disk } };
}

/** Beyond this a delay would look like a death, and is no disorder any more. */
const disorderAtMost: Micros = milliseconds(250);

/** Links on which whatever is sent later often arrives first. */
export function disordered(topology: Topology, disorder: number): Topology {
  if (disorder === 0) return topology;
  const spread = (delay: Delay): Delay => ({
    type: 'uniform',
    minimum: Math.round(medianDelay(delay) / 4),
    maximum: Math.round(Math.min(medianDelay(delay) * disorder, disorderAtMost)),
  });
  return { ...topology, delays: topology.delays.map((delay) => (isInstant(delay) ? delay : spread(delay))) };
}

function isInstant(delay: Delay): boolean {
  return delay.type === 'constant' && delay.value === 0;
}

/** The same strategy on a network that sends some messages twice and loses others. */
export function onBadNetwork<M>(
  strategy: Strategy<M>,
  seed: string,
  { duplication, loss }: Weather,
): Strategy<M> {
  if (duplication === 0 && loss === 0) return strategy;
  return wrapped(strategy, ({ env }) => {
    const random = randomStream(seed, `swarm/network/${env.id}/${env.incarnation}`);
    return {
      send(to, message, out) {
        if (random.chance(loss)) return;
        out.send(to, message);
        if (random.chance(duplication)) out.send(to, message);
      },
    };
  });
}
