import { formatDuration } from '../../experiment/file/units.ts';
import type { OperationKind } from '../../kernel/operation.ts';
import type { Random } from '../../kernel/random.ts';
import { type Micros, milliseconds, seconds } from '../../kernel/time.ts';
import type { JsonMap } from '../draft.ts';

/** How a key of the workload `mixed` is used. */
export type Use = 'registers' | 'counters' | 'cas' | 'stock' | 'accounts' | 'anything';

/** What about the questions is not left to chance. */
export interface WantedQuestions {
  /** Kinds of operation to ask, of those that the strategy serves. */
  readonly kinds?: readonly OperationKind[];
  readonly operations?: number;
  readonly keys?: number;
  readonly use?: Use;
  readonly duration?: Micros;
}

export interface DrawnQuestions {
  readonly workload: JsonMap;
  readonly load: JsonMap;
  readonly clients: JsonMap;
  readonly duration: Micros;
}

/** What a round of mail takes on the longest link, and how many regions have clients. */
export interface Distances {
  readonly roundTrip: Micros;
  readonly regions: number;
}

/** A few clients, a few keys, one or two hundred questions in some seconds, or as fast as they are answered. */
export function drawQuestions(
  random: Random,
  served: readonly OperationKind[],
  { roundTrip, regions }: Distances,
  wanted: WantedQuestions,
): DrawnQuestions {
  const perRegion = Math.ceil((3 + random.below(6)) / regions);
  const clients = perRegion * regions;
  const drawnTotal = 60 + random.below(141);
  const total = wanted.operations ?? drawnTotal;
  const hurried = random.chance(0.4);
  // Whoever never pauses is done soon, and the faults must not come after that.
  const drawn = hurried
    ? milliseconds(20) + Math.ceil((total / clients) * 2 * roundTrip)
    : seconds(1) + random.below(seconds(3));
  const duration = Math.ceil((wanted.duration ?? drawn) / 1_000) * 1_000;
  const think = hurried ? 0 : Math.round((duration * clients) / total);
  const open = random.chance(0.2);
  const asked = wanted.kinds === undefined ? served : served.filter((kind) => wanted.kinds?.includes(kind));
  return {
    workload: drawWorkload(random, asked, wanted),
    load: open
      ? { open: { rate: `${Math.ceil((total / duration) * 1_000_000)}/s` } }
      : { closed: { 'clients-per-region': perRegion, think: formatDuration(think), operations: total } },
    clients: {
      failover: random.pick(['nearest', 'nearest', 'nearest', 'round-robin', 'round-robin', 'sticky']),
      deadline: formatDuration(milliseconds(300 + random.below(2_000))),
      'retry-after': random.pick(['1ms', '5ms', '50ms', '500ms']),
    },
    duration,
  };
}

/** Mostly everything that is served, mixed on few keys; now and then one of the workloads that people run. */
function drawWorkload(random: Random, kinds: readonly OperationKind[], wanted: WantedQuestions): JsonMap {
  const popular = random.chance(0.25);
  const free = wanted.kinds === undefined && wanted.use === undefined && wanted.keys === undefined;
  const known = popularWorkloads(random).filter(({ needs }) => needs.every((kind) => kinds.includes(kind)));
  if (popular && free && known.length > 0) return random.pick(known).workload;
  return drawMixture(random, kinds, wanted);
}

function popularWorkloads(
  random: Random,
): readonly { readonly needs: readonly OperationKind[]; readonly workload: JsonMap }[] {
  const keys = 1 + random.below(4);
  return [
    { needs: ['read', 'add'], workload: { kind: 'likes', tweets: keys } },
    { needs: ['read', 'write'], workload: { kind: 'registers', keys } },
    { needs: ['read', 'write', 'cas'], workload: { kind: 'registers', keys, writes: '30%', cas: '30%' } },
    {
      needs: ['read', 'write', 'transfer'],
      workload: { kind: 'bank', accounts: 1 + keys, transfers: '60%' },
    },
  ];
}

function drawMixture(
  random: Random,
  kinds: readonly OperationKind[],
  { keys: wantedKeys, use }: WantedQuestions,
): JsonMap {
  const uses = use === undefined ? usesOf(kinds) : [use];
  const drawnKeys = 1 + random.below(4);
  const counts = new Map<Use, number>();
  for (let i = 0; i < (wantedKeys ?? drawnKeys); i += 1) {
    const picked = random.pick(uses);
    counts.set(picked, (counts.get(picked) ?? 0) + 1);
  }
  // Money needs somewhere to go.
  if (counts.get('accounts') === 1) counts.set('accounts', 2);
  const onlyIncrements = random.chance(0.7);
  return {
    kind: 'mixed',
    ...Object.fromEntries(counts),
    ...(onlyIncrements ? {} : { 'only-increments': false }),
  };
}

/** The ways to use a key with these kinds of operation; plain registers twice, for most promises show on them. */
export function usesOf(kinds: readonly OperationKind[]): readonly Use[] {
  const has = (...needed: OperationKind[]) => needed.every((kind) => kinds.includes(kind));
  const uses: Use[] = [];
  if (has('read', 'write')) uses.push('registers', 'registers');
  if (has('read', 'add')) uses.push('counters');
  if (has('read', 'write', 'cas')) uses.push('cas');
  if (has('read', 'write', 'transfer')) uses.push('accounts');
  if (has('read', 'write', 'add', 'cas')) uses.push('anything');
  if (uses.length === 0) throw new RangeError(`no way to use keys with ${kinds.join(', ')} alone`);
  return uses;
}
