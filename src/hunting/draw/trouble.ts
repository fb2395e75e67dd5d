import { formatDuration } from '../../experiment/file/units.ts';
import type { Fault } from '../../faults/fault.ts';
import type { Random } from '../../kernel/random.ts';
import type { FaultKind } from '../../kernel/strategy.ts';
import { milliseconds } from '../../kernel/time.ts';
import { medianDelay } from '../../topology/topology.ts';
import { type Draft, type JsonMap, mapAt } from '../draft.ts';
import { drawFew, drawMembership, drawReplacements, drawStorm, type Stage } from './faults.ts';
import { faultInFile } from './in-file.ts';

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
  'duplication',
  'reordering',
  'clock-skew',
  'membership',
] as const;
export type Trouble = (typeof troubles)[number];

interface Maker {
  /** Kinds of fault without which it is nothing. */
  readonly needs: readonly FaultKind[];
  make(random: Random, draft: Draft, stage: Stage, allowed: readonly FaultKind[]): Draft;
}

const few = (kind: FaultKind): Maker => ({
  needs: [kind],
  make: (random, draft, stage) => withFaults(draft, drawFew(random, stage, [kind]), stage),
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
    make: (random, draft, stage) => ({ ...atOnce(random, draft), faults: drawStorm(random, stage) }),
  },
  replacement: { needs: ['disk-loss'], make: replaceNodes },
  duplication: { needs: ['duplication'], make: duplicateAll },
  reordering: { needs: ['reordering'], make: disorder },
  'clock-skew': { needs: ['clock-skew'], make: skewAll },
  membership: {
    needs: ['join', 'leave'],
    make: (random, draft, stage, allowed) => withFaults(draft, drawMembership(random, stage, allowed), stage),
  },
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
  const kept = allowed.filter((kind) => kind !== 'join' && random.chance(0.5));
  return withFaults(draft, drawFew(random, stage, kept.length === 0 ? allowed : kept), stage);
}

function withFaults(draft: Draft, faults: readonly Fault[], { topology }: Stage): Draft {
  if (faults.length === 0) return draft;
  return { ...draft, faults: faults.map((fault) => faultInFile(fault, topology)) };
}

/** Clients ask whoever has just come back, and do not spend their questions while nobody is there. */
function atOnce(random: Random, draft: Draft): Draft {
  const clients = {
    ...mapAt(draft.clients),
    'retry-after': '1ms',
    failover: random.pick(['nearest', 'round-robin']),
  };
  return { ...draft, clients };
}

/** From the first question to the last, many messages come twice, and some not at all. */
function duplicateAll(random: Random, draft: Draft, _stage: Stage, allowed: readonly FaultKind[]): Draft {
  const [twice, never] = [random.pick(['5%', '20%', '50%']), random.pick(['', '2%', '10%'])];
  const loss = allowed.includes('loss') && never !== '' ? [{ lose: never, at: '0ms' }] : [];
  return { ...draft, faults: [{ duplicate: twice, at: '0ms' }, ...loss] };
}

/** The clocks of nodes are apart, some ahead and some behind, and jump to it where that is allowed. */
function skewAll(random: Random, draft: Draft, { topology }: Stage, allowed: readonly FaultKind[]): Draft {
  const apart = random.pick([milliseconds(20), milliseconds(500), milliseconds(10_000)]);
  const how = allowed.includes('clock-jump') ? 'jump' : 'skew';
  const faults = topology.nodes.map(({ name }) => {
    const by = `${random.chance(0.5) ? '' : '-'}${formatDuration(1 + random.below(apart))}`;
    return { [how]: name, by, at: '0ms' };
  });
  return { ...draft, faults };
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
