import type { FaultAction, ProcessAction } from '../../faults/fault.ts';
import { CommitLog } from '../../history/commits.ts';
import type {
  Completion,
  Context,
  Key,
  NodeId,
  Operation,
  Plain,
  RequestId,
  Value,
} from '../../kernel/operation.ts';
import { randomStream } from '../../kernel/random.ts';
import type { Boot, Env, Note, TimerId } from '../../kernel/replica.ts';
import type { AnyStrategy } from '../../kernel/strategy.ts';
import { type Micros, seconds } from '../../kernel/time.ts';
import type { Endpoint } from '../../topology/topology.ts';
import { type ClusterRecord, type ClusterSetup, clusterErrors, noNodeLeft } from '../cluster.ts';
import { refuseToWait, refuseUnlessReplica } from '../refusals.ts';
import { Network } from './network.ts';
import { type Request, SimNode, type World } from './node.ts';
import { EventQueue, eventKind } from './queue.ts';

/** Nodes' wall clocks start here, so that nobody mistakes them for the shared clock. */
const wallClockStart = seconds(1_000);
const notesKept = 100_000;
/** More events than this at one instant mean that a strategy or a program goes round in a circle. */
const eventsPerInstant = 5_000_000;

/** The world in virtual time, synchronous throughout: the same calls in the same order give the same history. */
export class Simulation implements World {
  readonly #strategy: AnyStrategy;
  readonly #setup: ClusterSetup;
  readonly #queue = new EventQueue();
  readonly #network: Network;
  readonly #nodes: readonly SimNode[];
  readonly #clockOffsets: readonly Micros[];
  readonly #notes: { at: Micros; node: NodeId; note: Note }[] = [];
  readonly #failures: { node: NodeId; at: Micros; stack: string }[] = [];
  readonly #commits: CommitLog | null;
  #notesDropped = 0;
  #now: Micros = 0;
  #events = 0;
  #eventsAtThisInstant = 0;

  constructor(setup: ClusterSetup, strategy: AnyStrategy) {
    const { topology, seed, options = {} } = setup;
    this.#setup = setup;
    this.#strategy = strategy;
    this.#commits = options.commits === true ? new CommitLog() : null;
    this.#network = new Network(topology, seed, options.countBytes !== false);
    const skew = typeof options.skew === 'number' ? options.skew : 0;
    this.#clockOffsets = topology.nodes.map(
      ({ id }) => wallClockStart + Math.round(randomStream(seed, `node/${id}/clock`).unit() * skew),
    );
    this.#nodes = topology.nodes.map(({ id }) => new SimNode(id, this, options.freeze === true));
    // All nodes exist before the first one speaks, or its mail would be meant for nobody.
    for (const node of this.#nodes) node.incarnation = 1;
    for (const node of this.#nodes) this.#boot(node, 'first');
    if (this.#failures.length === this.#nodes.length) throw noNodeLeft(this.#failures[0]!.stack);
  }

  now(): Micros {
    return this.#now;
  }

  /** How many events were handled so far. */
  get events(): number {
    return this.#events;
  }

  /**
   * Handles what is due up to and at `until`, or until `finished` says that it is enough. False where it stopped before
   * that, after `atMost` events.
   */
  run(until: Micros, finished: () => boolean, atMost = Number.POSITIVE_INFINITY): boolean {
    const queue = this.#queue;
    for (let left = atMost; queue.size > 0 && queue.nextAt <= until && !finished(); left -= 1) {
      if (left === 0) return false;
      this.#advance(queue.nextAt);
      this.#handle(queue.pop());
    }
    if (until !== Number.POSITIVE_INFINITY) this.#now = Math.max(this.#now, until);
    return true;
  }

  /** Whoever plays a role now, among the nodes that live. */
  playing(role: string, key?: Key): readonly NodeId[] {
    return this.#nodes.filter((node) => node.replica?.role?.(key) === role).map((node) => node.id);
  }

  contents(): ReadonlyMap<NodeId, ReadonlyMap<Key, Value>> {
    const contents = new Map<NodeId, ReadonlyMap<Key, Value>>();
    for (const { id, replica } of this.#nodes) if (replica) contents.set(id, new Map(replica.contents()));
    return contents;
  }

  /** What tells states of a key apart beside its value; see `Replica.version`. */
  versionAt(node: NodeId, key: Key): number {
    return this.#nodes[node]!.replica?.version?.(key) ?? 0;
  }

  /** The live nodes that store a key, as the live node `asked` says. */
  ownersOf(asked: NodeId, key: Key): readonly NodeId[] {
    const owners = this.#nodes[asked]!.replica?.owners?.(key) ?? this.#nodes.map((node) => node.id);
    return owners.filter((id) => this.#nodes[id]!.replica !== undefined);
  }

  record(): ClusterRecord {
    return {
      cost: this.#network.cost(),
      notes: this.#notes,
      notesDropped: this.#notesDropped,
      commits: this.#commits?.commits() ?? null,
      deliveryLateness: null,
      realisedDelays: this.#network.realisedDelays(),
      failures: this.#failures,
    };
  }

  // What clients do.

  invoke(
    id: RequestId,
    site: Endpoint,
    node: NodeId,
    operation: Operation,
    context: Context,
    complete: (completion: Completion, context: Context) => void,
  ): Request {
    const request: Request = { id, site, node, operation, context, complete, forgotten: false };
    const at = this.#network.arrival(site, node, this.#now);
    if (!this.#network.blocked(site, node)) this.#schedule(eventKind.request, node, request, at);
    return request;
  }

  callAt(at: Micros, callback: () => void): void {
    this.#schedule(eventKind.callback, 0, callback, Math.max(Math.ceil(at), this.#now));
  }

  // What replicas do.

  post(node: SimNode, to: NodeId, message: Plain): void {
    const { id, incarnation } = node;
    this.#network.countMessage(id, to, message);
    const at = this.#network.arrival(id, to, this.#now);
    if (this.#network.blocked(id, to)) return;
    this.#network.countDelay(id, to, at - this.#now);
    const queue = this.#queue;
    const slot = queue.take();
    queue.kind[slot] = eventKind.mail;
    queue.from[slot] = id;
    queue.to[slot] = to;
    queue.fromLife[slot] = incarnation;
    queue.toLife[slot] = this.#nodes[to]!.incarnation;
    queue.payload[slot] = message;
    queue.schedule(slot, at);
  }

  answer(request: Request, completion: Completion, context: Context): void {
    const { node, site } = request;
    const at = this.#network.arrival(node, site, this.#now);
    if (this.#network.blocked(node, site)) return;
    this.#schedule(eventKind.answer, node, { request, completion, context }, at);
  }

  setTimer(node: SimNode, after: Micros, data: Plain): TimerId {
    const queue = this.#queue;
    const slot = queue.take();
    queue.kind[slot] = eventKind.timer;
    queue.to[slot] = node.id;
    queue.toLife[slot] = node.incarnation;
    queue.payload[slot] = data;
    queue.schedule(slot, this.#now + after);
    return queue.ticketOf(slot);
  }

  cancelTimer(node: SimNode, timer: TimerId): void {
    this.#queue.cancelTimer(timer, node.id);
  }

  note(node: SimNode, event: Note): void {
    if (event.type === 'committed') this.#commits?.add(this.#now, event);
    else if (this.#notes.length < notesKept) this.#notes.push({ at: this.#now, node: node.id, note: event });
    else this.#notesDropped += 1;
  }

  // What faults do.

  /** Carries out a step of a fault schedule and says which nodes it concerned. */
  strike(action: FaultAction): readonly NodeId[] {
    switch (action.type) {
      case 'cut':
        this.#network.cut(action.cuts);
        return [...new Set(action.cuts.flat())];
      case 'heal':
        this.#network.heal(action.cuts);
        return [...new Set(action.cuts.flat())];
      case 'crash':
      case 'restart':
      case 'pause':
      case 'resume':
        for (const id of action.nodes) this.#strikeNode(this.#nodes[id]!, action);
        return action.nodes;
      default:
        throw new Error(`the simulation cannot carry out "${action.type}"`);
    }
  }

  #strikeNode(node: SimNode, action: ProcessAction): void {
    switch (action.type) {
      case 'crash':
        return this.#crash(node);
      case 'restart':
        if (node.replica === undefined) this.#boot(node, action.disk === 'lost' ? 'replaced' : 'restart');
        return;
      case 'pause':
        node.paused = node.replica !== undefined;
        return;
      case 'resume':
        return this.#resume(node);
    }
  }

  #boot(node: SimNode, boot: Boot): void {
    if (boot === 'replaced') node.durable.clear();
    if (boot !== 'first') node.incarnation += 1;
    node.begin();
    try {
      const replica = this.#strategy.create(this.#envOf(node), boot, new Map(node.durable));
      refuseUnlessReplica(node.id, replica);
      node.replica = replica;
      refuseToWait(node.id, 'onStart', replica.onStart(node));
      node.commit();
    } catch (error) {
      this.#die(node, error);
    }
  }

  /** Clients with a request inside learn of the death; mail and timers of this life are found stale when they are due. */
  #crash(node: SimNode): void {
    node.abandon();
    node.replica = undefined;
    node.paused = false;
    const held = node.held.splice(0);
    const pending = node.pending.entries().map(([, request]) => request);
    node.pending.clear();
    for (const slot of held) {
      if (this.#queue.kind[slot] === eventKind.request) pending.push(this.#queue.payload[slot] as Request);
      this.#queue.release(slot);
    }
    const lost: Completion = { type: 'info', error: clusterErrors.connectionLost };
    for (const request of pending) this.answer(request, lost, undefined);
  }

  #resume(node: SimNode): void {
    node.paused = false;
    for (const slot of node.held.splice(0)) this.#queue.schedule(slot, this.#now);
  }

  /** A strategy that throws kills its node, and the run goes on without it. */
  #die(node: SimNode, error: unknown): void {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#failures.push({ node: node.id, at: this.#now, stack });
    this.#crash(node);
  }

  #envOf(node: SimNode): Env {
    const { id, incarnation } = node;
    const { topology, seed, strategy } = this.#setup;
    const offset = this.#clockOffsets[id]!;
    return {
      id,
      incarnation,
      peers: topology.nodes.map((place) => place.id).filter((peer) => peer !== id),
      knobs: strategy.knobs,
      random: randomStream(seed, `node/${id}/replica/${incarnation}`),
      region: (of) => topology.nodes[of]!.region,
      wallClock: () => this.#now + offset,
      monotonic: () => this.#now,
    };
  }

  // The loop.

  #schedule(kind: number, node: NodeId, payload: unknown, at: Micros): void {
    const queue = this.#queue;
    const slot = queue.take();
    queue.kind[slot] = kind;
    queue.to[slot] = node;
    queue.payload[slot] = payload;
    queue.schedule(slot, at);
  }

  #advance(to: Micros): void {
    this.#events += 1;
    this.#eventsAtThisInstant = to > this.#now ? 0 : this.#eventsAtThisInstant + 1;
    this.#now = to;
    if (this.#eventsAtThisInstant <= eventsPerInstant) return;
    throw new Error(`time stands still at ${to} µs: more than ${eventsPerInstant} events at one instant`);
  }

  #handle(slot: number): void {
    const queue = this.#queue;
    const kind = queue.kind[slot];
    if (kind === eventKind.callback) {
      const callback = queue.payload[slot] as () => void;
      queue.release(slot);
      callback();
    } else if (kind === eventKind.answer) {
      const answer = queue.payload[slot] as Answer;
      queue.release(slot);
      this.#complete(answer);
    } else {
      const node = this.#nodes[queue.to[slot]!]!;
      if (!node.paused) this.#deliver(node, slot);
      else if (this.#meetsCut(node, slot)) queue.release(slot);
      else node.held.push(slot);
    }
  }

  /** What arrives over a cut link is lost even when nobody is awake to notice. */
  #meetsCut(node: SimNode, slot: number): boolean {
    const kind = this.#queue.kind[slot];
    if (kind === eventKind.timer) return false;
    const from =
      kind === eventKind.mail ? this.#queue.from[slot]! : (this.#queue.payload[slot] as Request).site;
    return this.#network.blocked(from, node.id);
  }

  #complete({ request, completion, context }: Answer): void {
    if (request.forgotten || this.#network.blocked(request.node, request.site)) return;
    request.forgotten = true;
    request.complete(completion, context);
  }

  #deliver(node: SimNode, slot: number): void {
    const queue = this.#queue;
    const kind = queue.kind[slot];
    const from = queue.from[slot]!;
    const payload = queue.payload[slot];
    const welcome =
      kind === eventKind.request
        ? this.#welcomes(node, payload as Request)
        : node.replica !== undefined &&
          queue.toLife[slot] === node.incarnation &&
          (kind === eventKind.timer || this.#passes(from, queue.fromLife[slot]!, node));
    queue.release(slot);
    if (welcome) this.#step(node, kind!, from, payload);
  }

  /** Mail of a dead incarnation is dropped, and so is mail that meets a cut on arrival. */
  #passes(from: NodeId, life: number, node: SimNode): boolean {
    const sender = this.#nodes[from]!;
    return (
      sender.replica !== undefined && sender.incarnation === life && !this.#network.blocked(from, node.id)
    );
  }

  #welcomes(node: SimNode, request: Request): boolean {
    if (this.#network.blocked(request.site, node.id)) return false;
    if (node.replica !== undefined) return true;
    this.answer(request, { type: 'fail', error: clusterErrors.connectionRefused }, undefined);
    return false;
  }

  #step(node: SimNode, kind: number, from: NodeId, payload: unknown): void {
    const replica = node.replica!;
    node.begin();
    try {
      if (kind === eventKind.mail) {
        refuseToWait(node.id, 'onMessage', replica.onMessage(from, payload as Plain, node));
      } else if (kind === eventKind.timer) {
        refuseToWait(node.id, 'onTimer', replica.onTimer(payload as Plain, node));
      } else {
        const request = payload as Request;
        node.pending.set(request.id, request);
        const returned: unknown = replica.onRequest(request.id, request.operation, request.context, node);
        refuseToWait(node.id, 'onRequest', returned);
      }
      node.commit();
    } catch (error) {
      this.#die(node, error);
    }
  }
}

interface Answer {
  readonly request: Request;
  readonly completion: Completion;
  readonly context: Context;
}
