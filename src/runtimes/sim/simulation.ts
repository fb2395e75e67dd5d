import type { FaultAction } from '../../faults/fault.ts';
import type { Completion, Context, NodeId, Operation, Plain, RequestId } from '../../kernel/operation.ts';
import { randomStream } from '../../kernel/random.ts';
import type { Boot, Env, Note, TimerId } from '../../kernel/replica.ts';
import type { AnyStrategy } from '../../kernel/strategy.ts';
import { type Micros, seconds } from '../../kernel/time.ts';
import type { Endpoint } from '../../topology/topology.ts';
import { type ClusterRecord, type ClusterSetup, clusterErrors, noNodeLeft } from '../cluster.ts';
import { refuseToWait, refuseUnlessReplica } from '../refusals.ts';
import { never } from '../rough-link.ts';
import { WallClock } from '../wall-clock.ts';
import { envOf } from './env.ts';
import { type Ground, Members } from './members.ts';
import { Network } from './network.ts';
import { type Answer, type Request, SimNode, type World } from './node.ts';
import { Notebook } from './notebook.ts';
import { EventQueue, eventKind } from './queue.ts';
import { type Counter, Servers } from './servers.ts';
import { step } from './step.ts';
import { type Stricken, strike } from './strike.ts';
import { happening, type Trace } from './trace.ts';

/** Nodes' wall clocks start here, so that nobody mistakes them for the shared clock. */
const wallClockStart = seconds(1_000);
/** More events than this at one instant mean that a strategy or a program goes round in a circle. */
const eventsPerInstant = 5_000_000;

/** The world in virtual time, synchronous throughout: the same calls in the same order give the same history. */
export class Simulation implements World, Counter, Ground, Stricken {
  readonly #strategy: AnyStrategy;
  readonly #setup: ClusterSetup;
  readonly #queue = new EventQueue();
  readonly network: Network;
  readonly #trace: Trace | undefined;
  readonly nodes: readonly SimNode[];
  readonly members: Members;
  readonly clocks: readonly WallClock[];
  readonly #notebook: Notebook;
  /** Absent where work takes no time. */
  readonly #servers: Servers | undefined;
  readonly #failures: { node: NodeId; at: Micros; stack: string }[] = [];
  #now: Micros = 0;
  #events = 0;
  #eventsAtThisInstant = 0;

  constructor(setup: ClusterSetup, strategy: AnyStrategy, trace?: Trace) {
    const { topology, seed, options = {} } = setup;
    this.#setup = setup;
    this.#trace = trace;
    this.#strategy = strategy;
    this.#notebook = new Notebook(options.commits === true);
    this.network = new Network(topology, seed, options.countBytes !== false);
    const skew = typeof options.skew === 'number' ? options.skew : 0;
    const ahead = (id: NodeId) => Math.round(randomStream(seed, `node/${id}/clock`).unit() * skew);
    this.clocks = topology.nodes.map(({ id }) => new WallClock(wallClockStart + ahead(id)));
    this.nodes = topology.nodes.map(({ id }) => new SimNode(id, this, options.freeze === true));
    const { serviceTime } = topology;
    if (serviceTime) this.#servers = new Servers(serviceTime, seed, this.nodes, this.#queue, this);
    this.members = new Members(setup, this.nodes, this);
    const members = this.nodes.filter((node) => this.members.serves(node.id));
    // All members exist before the first one speaks, or its mail would be meant for nobody.
    for (const node of members) node.incarnation = 1;
    for (const node of members) {
      this.boot(node, 'first');
      trace?.ends();
    }
    if (this.#failures.length === members.length) throw noNodeLeft(this.#failures[0]!.stack);
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
    this.#trace?.ends();
    if (until !== Number.POSITIVE_INFINITY) this.#now = Math.max(this.#now, until);
    return true;
  }

  record(): ClusterRecord {
    return {
      cost: this.network.cost(),
      ...this.#notebook.record(),
      deliveryLateness: null,
      realisedDelays: this.network.realisedDelays(),
      failures: this.#failures,
      membership: this.members.changes(),
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
    const at = this.network.arrival(site, node, this.#now, operation, context);
    const invoked = this.#trace?.invokes(this.#now, site, node, request);
    if (at === never) this.#trace?.loses(this.#now, node, site, invoked, this.network.fate(site, node));
    else this.#schedule(eventKind.request, site, node, request, at, invoked);
    return request;
  }

  callAt(at: Micros, callback: () => void): void {
    const due = Math.max(Math.ceil(at), this.#now);
    this.#schedule(eventKind.callback, 0, 0, callback, due, this.#trace?.current);
  }

  // What replicas do.

  post(node: SimNode, to: NodeId, message: Plain): void {
    const { id } = node;
    this.members.countMail(id, to, this.network.countMessage(id, to, message));
    const at = this.network.arrival(id, to, this.#now, message);
    const sent = this.#trace?.sends(this.#now, id, to, message);
    if (at !== never) return this.#mail(node, to, message, at, sent);
    const arrivals = this.network.arrivals(id, to);
    for (const each of arrivals) this.#mail(node, to, message, each, sent);
    if (arrivals.length === 0) this.#trace?.loses(this.#now, to, id, sent, this.network.fate(id, to));
  }

  #mail(
    { id, incarnation }: SimNode,
    to: NodeId,
    message: Plain,
    at: Micros,
    sent: number | undefined,
  ): void {
    this.network.countDelay(id, to, at - this.#now);
    const slot = this.#schedule(eventKind.mail, id, to, message, at, sent);
    this.#queue.fromLife[slot] = incarnation;
    this.#queue.toLife[slot] = this.nodes[to]!.incarnation;
  }

  answer(request: Request, completion: Completion, context: Context): void {
    const { node, site } = request;
    const at = this.network.arrival(node, site, this.#now, completion, context);
    const answer: Answer = { request, completion, context };
    const replied = this.#trace?.replies(this.#now, node, site, answer);
    if (at === never)
      return this.#trace?.loses(this.#now, site, node, replied, this.network.fate(node, site));
    this.#schedule(eventKind.answer, node, site, answer, at, replied);
  }

  setTimer(node: SimNode, after: Micros, data: Plain): TimerId {
    const set = this.#trace?.setsTimer(this.#now, node.id, after, data);
    const slot = this.#schedule(eventKind.timer, node.id, node.id, data, this.#now + after, set);
    this.#queue.toLife[slot] = node.incarnation;
    return this.#queue.ticketOf(slot);
  }

  cancelTimer(node: SimNode, timer: TimerId): void {
    this.#trace?.cancelsTimer(this.#now, node.id, timer);
    this.#queue.cancelTimer(timer, node.id);
    this.#servers?.cancel(node.id, timer);
  }

  stored(node: SimNode, key: string, value: Plain): void {
    this.#trace?.persists(this.#now, node.id, key, value);
  }

  note(node: SimNode, event: Note): void {
    this.#trace?.notes(this.#now, node.id, event);
    this.members.heed(event);
    this.#notebook.add(this.#now, node.id, event);
  }

  // What faults do.

  /** Carries out a step of a fault schedule and says which nodes it concerned. */
  strike(action: FaultAction): readonly NodeId[] {
    this.#trace?.strikes(this.#now, action);
    const struck = strike(action, this, this.#now);
    this.#trace?.ends();
    return struck;
  }

  guarded(node: SimNode, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#die(node, error);
    }
  }

  boot(node: SimNode, boot: Boot): void {
    if (boot === 'replaced') node.durable.clear();
    if (boot !== 'first') node.incarnation += 1;
    this.#trace?.boots(this.#now, node.id, boot);
    this.guarded(node, () => {
      node.begin();
      const replica = this.#strategy.create(this.#envOf(node), boot, new Map(node.durable));
      refuseUnlessReplica(node.id, replica);
      node.replica = replica;
      refuseToWait(node.id, 'onStart', replica.onStart(node));
      node.commit();
    });
  }

  /** Clients with a request inside learn of the death; mail and timers of this life are found stale when they are due. */
  end(node: SimNode): void {
    node.abandon();
    node.replica = undefined;
    node.paused = false;
    const held = [...(this.#servers?.clear(node.id) ?? []), ...node.held.splice(0)];
    const pending = [...node.pending.entries().map(([, request]) => request), ...node.lose()];
    node.pending.clear();
    for (const slot of held) {
      if (this.#queue.kind[slot] === eventKind.request) pending.push(this.#queue.payload[slot] as Request);
      this.#queue.release(slot);
    }
    const lost: Completion = { type: 'info', error: clusterErrors.connectionLost };
    for (const request of pending) this.answer(request, lost, undefined);
  }

  resume(node: SimNode): void {
    node.paused = false;
    node.release();
    for (const slot of node.held.splice(0)) this.#queue.schedule(slot, this.#now);
    this.members.tell(node);
  }

  /** A strategy that throws kills its node, and the run goes on without it. */
  #die(node: SimNode, error: unknown): void {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#failures.push({ node: node.id, at: this.#now, stack });
    this.#trace?.crashes(this.#now, node.id, error);
    this.end(node);
  }

  #envOf(node: SimNode): Env {
    return envOf(node, this.#setup, this.members, this.clocks[node.id]!, () => this.#now);
  }

  // The loop.

  /** `origin` is the entry of the trace that led to this, where there is one. */
  #schedule(
    kind: number,
    from: Endpoint,
    to: Endpoint,
    payload: unknown,
    at: Micros,
    origin: number | undefined,
  ): number {
    const queue = this.#queue;
    const slot = queue.take();
    this.#trace?.waits(slot, origin);
    queue.kind[slot] = kind;
    queue.from[slot] = from;
    queue.to[slot] = to;
    queue.payload[slot] = payload;
    queue.schedule(slot, at);
    return slot;
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
      this.#trace?.begins(eventKind.callback, this.#now, -1, -1, this.#trace.originOf(slot));
      callback();
    } else if (kind === eventKind.answer) {
      const answer = queue.payload[slot] as Answer;
      queue.release(slot);
      this.#complete(answer, this.#trace?.originOf(slot));
    } else {
      const node = this.nodes[queue.to[slot]!]!;
      if (!node.paused) this.#receive(node, slot);
      else if (this.#meetsCut(node, slot)) {
        this.#trace?.loses(this.#now, node.id, queue.from[slot]!, this.#trace.originOf(slot), 'cut');
        queue.release(slot);
      } else {
        this.#trace?.holds(this.#now, node.id, this.#trace.originOf(slot));
        node.held.push(slot);
      }
    }
  }

  /** What arrives over a cut link is lost even when nobody is awake to notice. */
  #meetsCut(node: SimNode, slot: number): boolean {
    const { kind, from } = this.#queue;
    return kind[slot] !== eventKind.timer && this.network.blocked(from[slot]!, node.id);
  }

  #complete({ request, completion, context }: Answer, origin: number | undefined): void {
    const { node, site } = request;
    if (request.forgotten) return this.#trace?.loses(this.#now, site, node, origin, 'late');
    if (this.network.blocked(node, site)) return this.#trace?.loses(this.#now, site, node, origin, 'cut');
    this.#trace?.begins(eventKind.answer, this.#now, site, node, origin);
    request.forgotten = true;
    request.complete(completion, context);
  }

  #receive(node: SimNode, slot: number): void {
    if (this.#servers !== undefined) return this.#servers.receive(node, slot);
    const kind = this.#queue.kind[slot]!;
    const from = this.#queue.from[slot]!;
    if (this.#welcomes(node, slot, kind, from)) this.#perform(node, slot, kind, from);
    else this.#turnAway(node, slot, kind, from);
  }

  serveUntil(node: NodeId, at: Micros): number {
    return this.#schedule(eventKind.served, node, node, undefined, at, this.#trace?.current);
  }

  admits(node: SimNode, slot: number): boolean {
    const kind = this.#queue.kind[slot]!;
    const from = this.#queue.from[slot]!;
    const welcome = this.#welcomes(node, slot, kind, from);
    if (!welcome) this.#turnAway(node, slot, kind, from);
    return welcome;
  }

  perform(node: SimNode, slot: number): void {
    this.#perform(node, slot, this.#queue.kind[slot]!, this.#queue.from[slot]!);
  }

  #perform(node: SimNode, slot: number, kind: number, from: Endpoint): void {
    const payload = this.#queue.payload[slot];
    this.#trace?.begins(kind, this.#now, node.id, from, this.#trace.originOf(slot));
    this.#queue.release(slot);
    try {
      step(node, kind, from, payload);
    } catch (error) {
      this.#die(node, error);
    }
  }

  #welcomes(node: SimNode, slot: number, kind: number, from: Endpoint): boolean {
    const serves = kind === eventKind.request ? this.members.serves(node.id) : this.#passes(node, slot);
    const cut = kind !== eventKind.timer && this.network.blocked(from, node.id);
    return node.replica !== undefined && serves && !cut;
  }

  #turnAway(node: SimNode, slot: number, kind: number, from: Endpoint): void {
    const cut = kind !== eventKind.timer && this.network.blocked(from, node.id);
    const origin = this.#trace?.originOf(slot);
    const payload = this.#queue.payload[slot];
    this.#queue.release(slot);
    if (kind === eventKind.request && !cut) {
      this.#trace?.begins(happening.refusal, this.#now, node.id, from, origin);
      this.answer(payload as Request, { type: 'fail', error: clusterErrors.connectionRefused }, undefined);
    } else {
      this.#trace?.loses(this.#now, node.id, from, origin, cut ? 'cut' : 'dead');
    }
  }

  /** Mail and timers of another life are dropped. */
  #passes(node: SimNode, slot: number): boolean {
    const { kind, from, fromLife, toLife } = this.#queue;
    if (toLife[slot] !== node.incarnation) return false;
    const sender = this.nodes[from[slot]!]!;
    return (
      kind[slot] === eventKind.timer ||
      (sender.replica !== undefined && sender.incarnation === fromLife[slot])
    );
  }
}
