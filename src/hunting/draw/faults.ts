import { formatDuration } from '../../experiment/file/units.ts';
import { drawFault, type RandomKind } from '../../faults/draws.ts';
import type { Fault } from '../../faults/fault.ts';
import { overlapsOf } from '../../faults/overlaps.ts';
import { shapeNamed } from '../../faults/shapes.ts';
import type { Key } from '../../kernel/operation.ts';
import type { Random } from '../../kernel/random.ts';
import type { FaultKind } from '../../kernel/strategy.ts';
import { type Micros, milliseconds } from '../../kernel/time.ts';
import { medianDelay, type Topology } from '../../topology/topology.ts';
import type { Json, JsonMap } from '../draft.ts';

/** Where and when faults strike. */
export interface Stage {
  readonly topology: Topology;
  readonly lasts: Micros;
  /** Keys that somebody may hold, or lead, where roles are a strategy's way. */
  readonly keys: readonly Key[];
}

/** How a kind of fault is called where faults are drawn; some in several ways. */
const drawnAs: Readonly<Record<Exclude<FaultKind, 'join'>, readonly RandomKind[]>> = {
  crash: ['crash', 'crash', 'restart'],
  'disk-loss': ['disk-loss'],
  pause: ['pause'],
  partition: ['partition'],
  'slow-link': ['slow'],
  loss: ['lose'],
  duplication: ['duplicate'],
  reordering: ['reorder'],
  'clock-skew': ['skew'],
  'clock-jump': ['jump'],
  'slow-disk': ['slow-disk'],
  'unsynced-persist': ['unsynced'],
  leave: ['leave'],
};

const faultsAtMost = 6;

/** Up to six faults of some kinds, each over by the end of the load; those in `given` happen besides. */
export function drawFew(
  random: Random,
  stage: Stage,
  kinds: readonly FaultKind[],
  given: readonly Fault[] = [],
): readonly Fault[] {
  const usable = kinds.filter((kind) => kind !== 'join');
  const faults: Fault[] = [...given];
  if (usable.length === 0) return faults;
  const { lasts } = stage;
  const starts = Array.from({ length: random.below(faultsAtMost + 1) }, () => random.below(lasts));
  for (const at of starts.sort((a, b) => a - b)) {
    const longest = random.pick([0.02, 0.1, 0.5]) * lasts;
    const until = Math.min(lasts, at + milliseconds(1) + random.below(Math.ceil(longest)));
    const choices = drawOne(random, stage, random.pick(usable), at, until);
    const fits = (fault: Fault) => overlapsOf([...faults, fault], stage.topology).length === 0;
    const chosen = until > at ? choices.find(fits) : undefined;
    if (chosen !== undefined) faults.push(chosen);
  }
  return faults;
}

/** What may happen, in order of preference: now and then to whoever holds a key at that moment, or to a whole region. */
function drawOne(
  random: Random,
  { topology, keys }: Stage,
  kind: Exclude<FaultKind, 'join'>,
  at: Micros,
  until: Micros,
): readonly Fault[] {
  const { choices } = drawFault(random.pick(drawnAs[kind]), { at, until, partOf: 'drawn' }, topology, random);
  const [holder, region] = [random.chance(0.25), random.chance(0.15)];
  const plain = choices.map((fault) => inOrder(fault, topology));
  const [first] = plain;
  if (first === undefined || (first.type !== 'crash' && first.type !== 'pause')) return plain;
  if (first.type === 'crash' && first.disk === 'lost') return plain;
  if (holder && keys.length > 0) {
    return [{ ...first, target: { type: 'role', role: 'holder', key: random.pick(keys) } }];
  }
  if (!region || topology.regions.length === 1) return plain;
  return [{ ...first, target: { type: 'region', region: random.pick(topology.regions) } }, ...plain];
}

/** A ring in a file goes round all nodes in their order. */
function inOrder(fault: Fault, { nodes }: Topology): Fault {
  if (fault.type !== 'partition' || fault.direction !== 'ring') return fault;
  return {
    ...fault,
    ...shapeNamed(
      'majority-ring',
      nodes.map(({ id }) => id),
    ),
  };
}

/** What also happens while nodes come and go. */
const besidesMembers: readonly FaultKind[] = ['crash', 'disk-loss', 'pause', 'partition'];

/** Nodes come and go, one, a few or all but one, close together or far apart, while other things happen. */
export function drawMembership(random: Random, stage: Stage, kinds: readonly FaultKind[]): readonly Fault[] {
  const { topology, lasts } = stage;
  const nodes = random.shuffled(topology.nodes.map(({ id }) => id));
  const within = random.pick([0.1, 0.5, 1]) * lasts;
  const begin = 1_000 + random.unit() * (lasts - within);
  const moment = (): Micros => Math.min(lasts - 1, Math.round(begin + random.unit() * within));
  const standby = random.below(nodes.length - 1);
  const faults: Fault[] = nodes
    .slice(0, standby)
    .filter(() => random.chance(0.8))
    .map((node) => ({ type: 'join', at: moment(), until: null, target: { type: 'node', node } }));
  const count = random.below(6);
  for (let i = 0; i < count; i += 1) {
    const [at, end] = [moment(), moment()].sort((x, y) => x - y) as [Micros, Micros];
    const until = random.chance(0.5) && end > at ? end : null;
    const leave: Fault = { type: 'leave', at, until, target: { type: 'node', node: random.pick(nodes) } };
    if (overlapsOf([...faults, leave], topology).length === 0) faults.push(leave);
  }
  if (random.chance(0.3)) faults.push(...badLinks(random, lasts, kinds));
  const others = kinds.filter((kind) => besidesMembers.includes(kind));
  return random.chance(0.7) ? drawFew(random, stage, others, faults) : faults;
}

/** All links lose some messages and repeat others, where both are allowed. */
function badLinks(random: Random, lasts: Micros, kinds: readonly FaultKind[]): readonly Fault[] {
  if (!kinds.includes('loss') || !kinds.includes('duplication')) return [];
  const span = { at: 0, until: lasts, links: { type: 'all' } } as const;
  return [
    { type: 'loss', ...span, degradation: { loss: random.pick([0.02, 0.1]) } },
    { type: 'duplication', ...span, degradation: { duplicate: random.pick([0.05, 0.2]) } },
  ];
}

const crashesAtMost = 300;

/**
 * Nodes die and are back within about a round trip, alone or all at once, again and again: what was only in memory cannot
 * be hidden by patience, and a message sent before the death meets an answer that was forgotten.
 */
export function drawStorm(random: Random, { topology, lasts, keys }: Stage): readonly Json[] {
  const names = topology.nodes.map(({ name }) => name);
  const roundTrip = milliseconds(0.5) + roundTripOf(topology);
  const faults: Json[] = [];
  let at = 0;
  while (faults.length < crashesAtMost) {
    // In bursts: one crash alone is repaired before the next, and many without a pause let nobody do anything.
    const quiet = random.chance(0.3) ? random.exponential(3 * roundTrip) : random.below(roundTrip);
    at += milliseconds(0.2) + Math.round(quiet);
    const until = at + milliseconds(0.2) + random.below(Math.max(1, Math.round(roundTrip / 6)));
    if (until >= lasts) break;
    const struck = random.pick([1, 1, 1, 1, 2, 2, names.length]);
    if (struck === 1 && keys.length > 0 && random.chance(0.2)) {
      faults.push({ crash: { role: 'holder', key: random.pick(keys) }, ...span(at, until) });
    } else {
      for (const name of random.shuffled(names).slice(0, struck)) {
        faults.push({ crash: name, ...span(at, until) });
      }
    }
    at = until;
  }
  return faults;
}

/** A node whose disk is lost has been left alone for so long that its peers have heard of all it did. */
const quietFor: Micros = milliseconds(1_000);

/** Bursts of load with silences between them, in each of which one node loses its disk, each once at most. */
export function drawReplacements(
  random: Random,
  { topology, lasts }: Stage,
  perSecond: number,
): { readonly faults: readonly Json[]; readonly load: JsonMap; readonly duration: Micros } {
  const burst = Math.max(milliseconds(100), Math.round(lasts / (topology.nodes.length + 1) / 1_000) * 1_000);
  const silence = quietFor + milliseconds(100);
  const faults: Json[] = [];
  const steps: JsonMap[] = [];
  let end = 0;
  for (const { name } of random.shuffled(topology.nodes)) {
    steps.push({ hold: `${perSecond}/s`, for: formatDuration(burst) });
    steps.push({ hold: '1/m', for: formatDuration(silence) });
    end += burst + silence;
    faults.push({ crash: name, ...span(end - milliseconds(60), end - milliseconds(5)), disk: 'lost' });
  }
  steps.push({ hold: `${perSecond}/s`, for: formatDuration(burst) });
  return { faults, load: { open: { rate: steps } }, duration: end + burst };
}

/** What a message and its answer take on the longest link, by the median. */
export function roundTripOf(topology: Topology): Micros {
  return Math.round(2 * Math.max(...topology.delays.map(medianDelay)));
}

/** When a fault strikes and how long it lasts, as a file gives it. */
function span(at: Micros, until: Micros): { readonly at: string; readonly for: string } {
  return { at: formatDuration(at), for: formatDuration(until - at) };
}
