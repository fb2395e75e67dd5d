import fc from 'fast-check';
import type { Completion, Key, NodeId, Operation, RequestId, Value } from '../../src/kernel/operation.ts';
import type { Strategy } from '../../src/kernel/strategy.ts';
import { World } from './world.ts';

/** One thing that happens: `pick` chooses among the mail in flight or what else there is. */
export interface Move {
  readonly type: (typeof moveTypes)[number];
  readonly node: NodeId;
  readonly pick: number;
}

const moveTypes = [
  'request',
  'deliver',
  'duplicate',
  'drop',
  'fire',
  'crash',
  'restart',
  'replace',
  'jump',
] as const;

const weights: Readonly<Record<Move['type'], number>> = {
  request: 8,
  deliver: 8,
  duplicate: 2,
  drop: 2,
  fire: 2,
  crash: 1,
  restart: 2,
  replace: 1,
  jump: 1,
};

export const nodeCount = 3;

/** Up to sixty moves on three nodes, in any order, of all types but the excepted. */
export function movesArbitrary(except: readonly Move['type'][] = []): fc.Arbitrary<readonly Move[]> {
  const types = moveTypes.filter((type) => !except.includes(type));
  const type = fc.oneof(...types.map((t) => ({ arbitrary: fc.constant(t), weight: weights[t] })));
  const move = fc.record({ type, node: fc.nat(nodeCount - 1), pick: fc.nat(1_000) });
  return fc.array(move, { maxLength: 60 });
}

/** What an interleaving left behind. */
export interface Played<M> {
  readonly world: World<M>;
  /** Every operation that was asked, with its answer where it had one. */
  readonly asked: readonly { readonly operation: Operation; readonly completion: Completion | undefined }[];
}

/** Plays moves; those that make no sense at their time (a crash of a dead node) do nothing. */
export function play<M>(
  strategy: Strategy<M>,
  moves: readonly Move[],
  operationOf: (pick: number, request: RequestId) => Operation,
): Played<M> {
  const world = new World(strategy, { nodes: nodeCount, knobs: {}, regions: [] });
  const operations: Operation[] = [];
  for (const id of world.hosts.keys()) world.boot(id, 'first');
  for (const move of moves) {
    world.now += 7;
    if (move.type === 'request' && world.host(move.node).replica !== undefined) {
      operations.push(operationOf(move.pick, operations.length));
      world.request(operations.length - 1, move.node, operations.at(-1)!, undefined);
    } else happen(world, move);
  }
  const asked = operations.map((operation, i) => ({
    operation,
    completion: world.answers.get(i)?.completion,
  }));
  return { world, asked };
}

/** All nodes boot, all mail in flight is lost, and every node compares itself with peers until all is quiet. */
export function settle<M>(world: World<M>): void {
  world.mail = [];
  for (const host of world.hosts.values()) if (host.replica === undefined) world.boot(host.id, 'restart');
  for (let round = 0; round < 12; round += 1) {
    for (const host of world.hosts.values()) for (const timer of host.timers) world.fire(host.id, timer);
    while (world.mail.length > 0) world.deliver(world.mail.shift()!);
  }
}

/** What each node holds, by node. */
export function holdings<M>(world: World<M>): readonly (readonly (readonly [Key, Value])[])[] {
  return [...world.hosts.keys()].map((id) => world.contents(id));
}

function happen<M>(world: World<M>, { type, node, pick }: Move): void {
  const alive = world.host(node).replica !== undefined;
  const at = world.mail.length === 0 ? -1 : pick % world.mail.length;
  if (type === 'deliver' && at >= 0) world.deliver(world.mail.splice(at, 1)[0]!);
  else if (type === 'duplicate' && at >= 0) world.deliver(world.mail[at]!);
  else if (type === 'drop' && at >= 0) world.mail.splice(at, 1);
  else if (type === 'fire' && alive) for (const timer of world.host(node).timers) world.fire(node, timer);
  else if (type === 'crash' && alive) world.crash(node);
  else if ((type === 'restart' || type === 'replace') && !alive) {
    world.boot(node, type === 'restart' ? 'restart' : 'replaced');
  } else if (type === 'jump') world.host(node).wallOffset += (pick - 500) * 100;
}
