import { formatDuration } from '../../experiment/file/units.ts';
import type { Random } from '../../kernel/random.ts';
import type { FaultKind } from '../../kernel/strategy.ts';
import { milliseconds } from '../../kernel/time.ts';
import { medianDelay } from '../../topology/topology.ts';
import { type Draft, type Json, type JsonMap, mapAt } from '../draft.ts';
import { drawFew, drawnKinds, drawReplacements, drawStorm, type Stage } from './faults.ts';

/**
 * What kind of trouble a seed makes. `mixed` draws a few faults of several kinds, and leaves some kinds out (swarm testing, Groce
 * et al. 2012); each of the others makes one kind of trouble, and more of it than `mixed` ever does.
 */
export const troubles = [
  'mixed',
  'calm',
  'crash',
  'pause',
  'partition',
  'disk-loss',
  'crash-storm',
  'replacement',
  'reordering',
] as const;
export type Trouble = (typeof troubles)[number];

interface Maker {
  /** Kinds of fault without which it is nothing. */
  readonly needs: readonly FaultKind[];
  make(random: Random, draft: Draft, stage: Stage, allowed: readonly FaultKind[]): Draft;
}

const few = (kind: FaultKind): Maker => ({
  needs: [kind],
  make: (random, draft, stage) => withFaults(draft, drawFew(random, stage, [kind])),
});

const makers: Readonly<Record<Trouble, Maker>> = {
  mixed: { needs: [], make: drawMixed },
  calm: { needs: [], make: (_random, draft) => draft },
  crash: few('crash'),
  pause: few('pause'),
  partition: few('partition'),
  'disk-loss': few('disk-loss'),
  'crash-storm': {
    needs: ['crash'],
    make: (random, draft, stage) => withFaults(draft, drawStorm(random, stage)),
  },
  replacement: { needs: ['disk-loss'], make: replaceNodes },
  reordering: { needs: ['reordering'], make: disorder },
};

/** The kinds of trouble that make only such faults. */
export function troublesFor(allowed: readonly FaultKind[]): readonly Trouble[] {
  return troubles.filter((name) => makers[name].needs.every((kind) => allowed.includes(kind)));
}

/** The draft with the trouble in it; unchanged where that needs faults that are not allowed. */
export function withTrouble(
  random: Random,
  trouble: Trouble,
  draft: Draft,
  stage: Stage,
  allowed: readonly FaultKind[],
): Draft {
  if (!troublesFor(allowed).includes(trouble)) return draft;
  return makers[trouble].make(random, draft, stage, allowed);
}

/** Every kind of fault is left out in half of the runs, so that none hides what another would show. */
function drawMixed(random: Random, draft: Draft, stage: Stage, allowed: readonly FaultKind[]): Draft {
  const usable = drawnKinds.filter((kind) => allowed.includes(kind));
  const kept = usable.filter(() => random.chance(0.5));
  return withFaults(draft, drawFew(random, stage, kept.length === 0 ? usable : kept));
}

function withFaults(draft: Draft, faults: readonly Json[]): Draft {
  return faults.length === 0 ? draft : { ...draft, faults };
}

function replaceNodes(random: Random, draft: Draft, stage: Stage): Draft {
  const perSecond = random.pick([50, 100, 200]);
  const { faults, load, duration } = drawReplacements(random, stage, perSecond);
  return { ...draft, faults, load, duration: formatDuration(duration) };
}

/** Beyond this a delay would look like a death, and is no disorder any more. */
const longestDelay = milliseconds(250);

/** Links on which whatever is sent later often arrives first. */
function disorder(random: Random, draft: Draft, { topology }: Stage): Draft {
  const times = random.pick([4, 10, 30]);
  const middle = Math.max(milliseconds(0.2), ...topology.delays.map(medianDelay));
  const spread = (median: number): JsonMap => ({
    uniform: {
      minimum: formatDuration(Math.round(median / 4)),
      maximum: formatDuration(Math.round(Math.min(median * times, longestDelay))),
    },
  });
  const given = mapAt(draft.topology);
  const latency = mapAt(given.latency);
  const between = Object.fromEntries(
    Object.keys(mapAt(latency.between)).map((pair) => [pair, spread(middle)] as const),
  );
  const near = spread(milliseconds(0.5));
  return {
    ...draft,
    topology: { ...given, latency: { ...latency, 'within-cluster': near, clients: near, between } },
  };
}
