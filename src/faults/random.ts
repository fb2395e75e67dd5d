import { randomStream } from '../kernel/random.ts';
import { type Micros, microsPerSecond } from '../kernel/time.ts';
import type { Topology } from '../topology/topology.ts';
import { type Drawn, drawFault, type RandomKind } from './draws.ts';
import type { Fault } from './fault.ts';
import { overlapsAny } from './overlaps.ts';
import { knownNodesOf } from './targets.ts';

/** How often something happens: at any moment alike (a Poisson process), or with a chance in each window of time. */
export type Frequency =
  | { readonly type: 'rate'; readonly perSecond: number }
  | { readonly type: 'chance'; readonly chance: number; readonly window: Micros };

/** A random schedule: what may happen, how often, how long each time. */
export interface RandomPlan {
  readonly kinds: Readonly<Partial<Record<RandomKind, Frequency>>>;
  readonly at: Micros;
  /** All have ended by then. */
  readonly until: Micros;
  /** Each fault lasts from the one to the other, all lengths alike. */
  readonly lasting: { readonly minimum: Micros; readonly maximum: Micros };
  /** So many nodes at once may be crashed, paused, gone or cut off, each of them counted once. */
  readonly atMost: number;
}

/** The largest number of nodes whose loss leaves a majority. */
export function minorityOf(topology: Topology): number {
  return Math.floor((topology.nodes.length - 1) / 2);
}

/**
 * Draws a schedule from a seed. Each kind has a stream of its own, so that another kind, or another rate of one, leaves
 * the others where they were. What would strike the struck, here or in the `given` faults, or would have too many nodes down at
 * once, does not happen.
 */
export function randomFaults(
  plan: RandomPlan,
  topology: Topology,
  seed: string,
  given: readonly Fault[] = [],
): readonly Fault[] {
  const candidates = Object.entries(plan.kinds).flatMap(([kind, frequency]) =>
    candidatesOf(kind as RandomKind, frequency, plan, topology, seed),
  );
  candidates.sort((a, b) => a.at - b.at || (a.kind < b.kind ? -1 : 1));
  const faults: Fault[] = [];
  for (const candidate of candidates) {
    const chosen = candidate.choices.find((fault) => fits(fault, [...given, ...faults], plan, topology));
    if (chosen !== undefined) faults.push(chosen);
  }
  return faults;
}

interface Candidate extends Drawn {
  readonly kind: RandomKind;
  readonly at: Micros;
}

/** Everything of a kind that may happen, drawn whether or not it will, so that what is refused shifts no later draw. */
function candidatesOf(
  kind: RandomKind,
  frequency: Frequency,
  plan: RandomPlan,
  topology: Topology,
  seed: string,
): Candidate[] {
  const random = randomStream(seed, kind);
  const { minimum, maximum } = plan.lasting;
  return timesOf(frequency, plan, seed, kind).map((at) => {
    const lasts = minimum + Math.round(random.unit() * (maximum - minimum));
    const until = Math.min(at + lasts, plan.until);
    return { kind, at, ...drawFault(kind, { at, until, partOf: 'random' }, topology, random) };
  });
}

function timesOf(frequency: Frequency, { at, until }: RandomPlan, seed: string, kind: RandomKind): Micros[] {
  const random = randomStream(seed, `${kind}/times`);
  const times: Micros[] = [];
  if (frequency.type === 'rate') {
    const mean = microsPerSecond / frequency.perSecond;
    for (let time = at + random.exponential(mean); time < until; time += random.exponential(mean)) {
      times.push(Math.floor(time));
    }
    return times;
  }
  for (let start = at; start < until; start += frequency.window) {
    const [happens, part] = [random.chance(frequency.chance), random.unit()];
    const time = Math.floor(start + part * frequency.window);
    if (happens && time < until) times.push(time);
  }
  return times;
}

function fits(fault: Fault, others: readonly Fault[], { atMost }: RandomPlan, topology: Topology): boolean {
  const together = others.filter((other) => overlap(other, fault));
  if (overlapsAny(fault, together, topology)) return false;
  if (nodesDownBy(fault, topology).length === 0) return true;
  const down = new Set([fault, ...together].flatMap((each) => nodesDownBy(each, topology)));
  return down.size <= atMost;
}

function overlap(a: Fault, b: Fault): boolean {
  return (b.until === null || a.at <= b.until) && (a.until === null || b.at <= a.until);
}

/**
 * The nodes that a fault takes from the others: of a partition, all but its largest side. A ring takes none away, but what
 * happens to another node besides may well leave nobody a majority: it counts as a minority of them.
 */
export function nodesDownBy(fault: Fault, topology: Topology): readonly number[] {
  switch (fault.type) {
    case 'crash':
    case 'restart':
    case 'pause':
    case 'leave':
      return knownNodesOf(fault, topology) ?? [];
    case 'partition': {
      if (fault.direction === 'ring') return fault.sides.flat().slice(0, minorityOf(topology));
      const largest = Math.max(...fault.sides.map((side) => side.length));
      const majority = fault.sides.find((side) => side.length === largest);
      return fault.sides.filter((side) => side !== majority).flat();
    }
    default:
      return [];
  }
}
