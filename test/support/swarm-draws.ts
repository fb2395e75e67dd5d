import { type Cut, cutsOf, type FaultAction } from '../../src/faults/fault.ts';
import type { Key, NodeId, OperationKind } from '../../src/kernel/operation.ts';
import type { Random } from '../../src/kernel/random.ts';
import type { FaultKind } from '../../src/kernel/strategy.ts';
import { type Micros, milliseconds, seconds } from '../../src/kernel/time.ts';
import { type Delay, medianDelay, type Topology } from '../../src/topology/topology.ts';
import { smallTopology } from './topologies.ts';

/** How a key is used: what is asked of it decides which promises can be judged on it. */
export type KeyUse = 'register' | 'counter' | 'cas-register' | 'account' | 'anything' | 'stock';

/** What is not left to chance. */
export interface Wanted {
  readonly operations?: number;
  readonly keys?: number;
  readonly use?: KeyUse;
}

export interface Questions {
  readonly kinds: readonly OperationKind[];
  readonly keys: readonly { readonly key: Key; readonly use: KeyUse }[];
  readonly clients: number;
  readonly perClient: number;
  /** The mean pause of a client between an answer and its next question. */
  readonly think: Micros;
  readonly deadline: Micros;
  readonly lasts: Micros;
  /** Whether clients mostly ask the nearest node, or any. */
  readonly nearest: boolean;
  /** Whether counters are only incremented by 1; otherwise also by other numbers, and with floors. */
  readonly onlyIncrements: boolean;
}

export interface PlannedFault {
  readonly at: Micros;
  readonly until: Micros;
  readonly start: FaultAction;
  /** Null where it lasts. */
  readonly end: FaultAction | null;
  /** A node that leads, or holds a lease, at that moment is struck instead, if there is one. */
  readonly aimed: boolean;
}

/** 3 or 5 nodes in 1 to 3 regions, near or far apart, with links that reorder. */
export function drawTopology(random: Random): Topology {
  const nodes = random.pick([3, 3, 3, 5, 5]);
  const regions = random.pick([1, 2, 3]);
  const near = delayOf(random, milliseconds(0.2) + random.below(milliseconds(1)));
  const wide = random.chance(0.5);
  const far = wide ? delayOf(random, milliseconds(10) + random.below(milliseconds(60))) : near;
  return smallTopology(nodes, regions, near, far);
}

function delayOf(random: Random, median: Micros): Delay {
  return { type: 'log-normal', median, sigma: random.pick([0.1, 0.3, 0.6, 1]) };
}

export function drawQuestions(
  random: Random,
  topology: Topology,
  kinds: readonly OperationKind[],
  wanted: Wanted = {},
): Questions {
  const clients = 3 + random.below(6);
  const drawnTotal = 60 + random.below(141);
  const total = wanted.operations ?? drawnTotal;
  const perClient = Math.ceil(total / clients);
  const hurried = random.chance(0.4);
  const roundTrip = 2 * Math.max(...topology.delays.map(medianDelay));
  // Whoever never pauses is done soon, and the faults must not come after that.
  const lasts = hurried
    ? milliseconds(20) + perClient * 2 * roundTrip
    : seconds(1) + random.below(seconds(3));
  const uses = wanted.use === undefined ? usesOf(kinds) : [wanted.use];
  const drawnKeys = 1 + random.below(4);
  const keys = Array.from({ length: wanted.keys ?? drawnKeys }, (_, i) => {
    const use = random.pick(uses);
    return { key: `${use}-${i}`, use };
  });
  // Money needs somewhere to go.
  if (keys.some(({ use }) => use === 'account')) keys.push({ key: 'account-x', use: 'account' });
  return {
    kinds,
    keys,
    clients,
    perClient,
    think: hurried ? 0 : Math.round(lasts / perClient),
    deadline: milliseconds(300) + random.below(seconds(2)),
    lasts,
    nearest: random.chance(0.5),
    onlyIncrements: random.chance(0.7),
  };
}

function usesOf(kinds: readonly OperationKind[]): readonly KeyUse[] {
  const has = (...needed: OperationKind[]) => needed.every((kind) => kinds.includes(kind));
  const uses: KeyUse[] = [];
  if (has('read', 'write')) uses.push('register', 'register');
  if (has('read', 'add')) uses.push('counter');
  if (has('read', 'write', 'cas')) uses.push('cas-register');
  if (has('read', 'write', 'transfer')) uses.push('account');
  if (has('read', 'write', 'add', 'cas')) uses.push('anything');
  if (uses.length === 0) throw new Error(`no way to use keys with ${kinds.join(', ')} alone`);
  return uses;
}

/** Up to six faults, of which all have ended by `lasts`; only an aimed one strikes a node that another has struck already. */
export function drawFaults(
  random: Random,
  topology: Topology,
  lasts: Micros,
  kinds: readonly FaultKind[],
): readonly PlannedFault[] {
  const usable = kinds.filter((kind) => ['crash', 'disk-loss', 'pause', 'partition'].includes(kind));
  const faults: PlannedFault[] = [];
  if (usable.length === 0) return faults;
  const busyUntil = new Map<NodeId, Micros>();
  const starts = Array.from({ length: random.below(7) }, () => random.below(lasts)).sort((a, b) => a - b);
  for (const at of starts) {
    const longest = random.pick([0.02, 0.1, 0.5]) * lasts;
    const until = Math.min(lasts, at + milliseconds(1) + random.below(Math.ceil(longest)));
    const kind = random.pick(usable);
    const nodes = random.shuffled(topology.nodes.map((node) => node.id));
    if (kind === 'partition') {
      faults.push({ at, until, aimed: false, ...drawPartition(random, nodes) });
      continue;
    }
    const free = nodes.filter((node) => (busyUntil.get(node) ?? 0) < at);
    const struck = free.slice(
      0,
      kind === 'disk-loss' || random.chance(0.8) ? 1 : 1 + random.below(nodes.length),
    );
    for (const node of struck) busyUntil.set(node, until);
    const aimed = struck.length === 1 && kind !== 'disk-loss' && random.chance(0.4);
    if (struck.length > 0) faults.push({ at, until, aimed, ...strikeOf(kind, struck) });
  }
  return faults;
}

function strikeOf(kind: FaultKind, nodes: readonly NodeId[]): { start: FaultAction; end: FaultAction } {
  if (kind === 'pause') return { start: { type: 'pause', nodes }, end: { type: 'resume', nodes } };
  const disk = kind === 'disk-loss' ? 'lost' : 'kept';
  return { start: { type: 'crash', nodes }, end: { type: 'restart', nodes, disk } };
}

/** One node alone, or two halves, both ways or one way. */
function drawPartition(random: Random, nodes: readonly NodeId[]): { start: FaultAction; end: FaultAction } {
  const size = random.chance(0.5) ? 1 : Math.floor(nodes.length / 2);
  const sides = [nodes.slice(0, size), nodes.slice(size)];
  const cuts: readonly Cut[] = cutsOf({
    type: 'partition',
    at: 0,
    until: null,
    sides: random.chance(0.5) ? sides : [...sides].reverse(),
    direction: random.chance(0.3) ? 'one-way' : 'both',
  });
  return { start: { type: 'cut', cuts }, end: { type: 'heal', cuts } };
}
