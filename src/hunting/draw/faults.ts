import { formatDuration } from '../../experiment/file/units.ts';
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

/** A fault under way is told apart from others by whom it strikes. */
type Busy = Map<string, Micros>;

/** How a kind of fault is drawn, from its start to its end; null where it finds nobody free. */
type Drawer = (random: Random, stage: Stage, at: Micros, until: Micros, busy: Busy) => Json | null;

const drawers: Partial<Record<FaultKind, Drawer>> = {
  crash: (random, stage, at, until, busy) => drawStrike(random, stage, 'crash', { at, until }, busy),
  pause: (random, stage, at, until, busy) => drawStrike(random, stage, 'pause', { at, until }, busy),
  'disk-loss': (random, { topology }, at, until, busy) => {
    const node = freeNode(random, topology, at, until, busy);
    return node === null ? null : { crash: node, ...span(at, until), disk: 'lost' };
  },
  partition: drawPartition,
};

/** The kinds of fault that a hunt can draw. */
export const drawnKinds = Object.keys(drawers) as readonly FaultKind[];

const faultsAtMost = 6;

/** Up to six faults of some kinds, each over by the end of the load. */
export function drawFew(random: Random, stage: Stage, kinds: readonly FaultKind[]): readonly Json[] {
  const usable = kinds.filter((kind) => drawers[kind] !== undefined);
  if (usable.length === 0) return [];
  const { lasts } = stage;
  const busy: Busy = new Map();
  const starts = Array.from({ length: random.below(faultsAtMost + 1) }, () => random.below(lasts));
  return starts
    .sort((a, b) => a - b)
    .flatMap((at): readonly Json[] => {
      const longest = random.pick([0.02, 0.1, 0.5]) * lasts;
      const until = Math.min(lasts, at + milliseconds(1) + random.below(Math.ceil(longest)));
      const drawn = drawers[random.pick(usable)]?.(random, stage, at, until, busy) ?? null;
      return drawn === null || until <= at ? [] : [drawn];
    });
}

/** Now and then whoever holds a key at that moment; else one node, or a whole region. */
function drawStrike(
  random: Random,
  { topology, keys }: Stage,
  what: 'crash' | 'pause',
  { at, until }: { readonly at: Micros; readonly until: Micros },
  busy: Busy,
): Json | null {
  if (keys.length > 0 && random.chance(0.25)) {
    return { [what]: { role: 'holder', key: random.pick(keys) }, ...span(at, until) };
  }
  const region = random.pick(topology.regions);
  const members = topology.nodes.filter((node) => node.region === region);
  const whole = random.chance(0.15) && members.length < topology.nodes.length;
  if (!whole) {
    const node = freeNode(random, topology, at, until, busy);
    return node === null ? null : { [what]: node, ...span(at, until) };
  }
  if (members.some(({ name }) => (busy.get(name) ?? -1) >= at)) return null;
  for (const { name } of members) busy.set(name, until);
  return { [what]: region, ...span(at, until) };
}

function freeNode(random: Random, { nodes }: Topology, at: Micros, until: Micros, busy: Busy): string | null {
  const free = nodes.filter(({ name }) => (busy.get(name) ?? -1) < at);
  if (free.length === 0) return null;
  const { name } = random.pick(free);
  busy.set(name, until);
  return name;
}

/** One node alone, or two halves, both ways or one way. */
function drawPartition(
  random: Random,
  { topology }: Stage,
  at: Micros,
  until: Micros,
  busy: Busy,
): Json | null {
  if ((busy.get('partition') ?? -1) >= at || topology.nodes.length < 2) return null;
  busy.set('partition', until);
  const names = random.shuffled(topology.nodes.map(({ name }) => name));
  const size = random.chance(0.5) ? 1 : Math.floor(names.length / 2);
  const side = names.slice(0, size);
  if (!random.chance(0.3)) return { partition: [side], ...span(at, until) };
  const rest = names.slice(size);
  const sides = random.chance(0.5) ? [side, rest] : [rest, side];
  return { partition: sides, ...span(at, until), direction: 'one-way' };
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
