import type { Completion, Context, NodeId, Operation, Plain, RequestId } from '../../kernel/operation.ts';
import type { Note, Outbox, Replica, TimerId } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Endpoint } from '../../topology/topology.ts';
import { refuseUnlessCompletion } from '../refusals.ts';
import { RequestTable } from '../request-table.ts';
import { Disk, type Writes } from './disk.ts';
import { deepFreeze } from './freeze.ts';

/** A client's request on its way to a node, inside it, and back. */
export interface Request {
  readonly id: RequestId;
  readonly site: Endpoint;
  readonly node: NodeId;
  readonly operation: Operation;
  readonly context: Context;
  readonly complete: (completion: Completion, context: Context) => void;
  /** The client was answered, or waits no longer. */
  forgotten: boolean;
}

/** What a node, or the world in its stead, answers to a request. */
export interface Answer {
  readonly request: Request;
  readonly completion: Completion;
  readonly context: Context;
}

/** What a node needs of the world around it. */
export interface World {
  now(): Micros;
  callAt(at: Micros, callback: () => void): void;
  post(node: SimNode, to: NodeId, message: Plain): void;
  answer(request: Request, completion: Completion, context: Context): void;
  setTimer(node: SimNode, after: Micros, data: Plain): TimerId;
  cancelTimer(node: SimNode, timer: TimerId): void;
  note(node: SimNode, event: Note): void;
  /** What a step persisted is on the disk. */
  stored(node: SimNode, key: string, value: Plain): void;
}

/** A step that is over and that nobody may know of yet, because what it persisted is not safe. */
interface Gated {
  readonly writes: Writes;
  readonly mail: readonly (readonly [to: NodeId, message: Plain])[];
  readonly answers: readonly Answer[];
  isSafe: boolean;
}

/** One node: its present replica, what outlives it, and the outbox that collects the effects of a step. */
export class SimNode implements Outbox<Plain> {
  readonly id: NodeId;
  /** The disk: it outlives the replica. */
  readonly durable = new Map<string, Plain>();
  /** Requests inside the replica. */
  readonly pending = new RequestTable<Request>();
  /** While paused: the slots of the events that wait, in the order in which they were due. */
  readonly held: number[] = [];
  readonly disk = new Disk(this.durable);
  replica: Replica<Plain> | undefined;
  incarnation = 0;
  paused = false;

  readonly #world: World;
  readonly #freeze: boolean;
  #inStep = false;
  /** In the order of the steps. */
  #gated: Gated[] = [];
  // Lists of which the first so many count: to empty an array costs more than a message.
  #kept = 0;
  #sent = 0;
  #replied = 0;
  readonly #keys: string[] = [];
  readonly #values: Plain[] = [];
  readonly #receivers: NodeId[] = [];
  readonly #messages: Plain[] = [];
  readonly #answered: Request[] = [];
  readonly #completions: Completion[] = [];
  readonly #contexts: Context[] = [];

  constructor(id: NodeId, world: World, freeze: boolean) {
    this.id = id;
    this.#world = world;
    this.#freeze = freeze;
  }

  /** Opens a step: the caller runs the replica and then calls `commit` or, if the replica threw, `abandon`. */
  begin(): void {
    this.#inStep = true;
  }

  /** What the step persisted becomes durable as one unit, and only then do its mail and its replies leave. */
  commit(): void {
    if (this.disk.wasStruck) return this.#commitToStruckDisk();
    for (let i = 0; i < this.#kept; i += 1) this.#store(this.#keys[i]!, this.#values[i]);
    for (let i = 0; i < this.#sent; i += 1) {
      this.#world.post(this, this.#receivers[i]!, this.#messages[i]);
    }
    for (let i = 0; i < this.#replied; i += 1) {
      this.#world.answer(this.#answered[i]!, this.#completions[i]!, this.#contexts[i]);
    }
    this.abandon();
  }

  /** Lets steps be known, in their order, whose writes are safe. A node that is paused does it once it goes on. */
  release(): void {
    while (!this.paused && this.#gated[0]?.isSafe === true) this.#publish(this.#gated.shift()!);
  }

  /** The node dies. Whoever was to get an answer that had not left is given back, for they will hear nothing. */
  lose(): readonly Request[] {
    this.disk.crash(this.#world.now());
    return this.#gated.splice(0).flatMap((step) => step.answers.map(({ request }) => request));
  }

  #commitToStruckDisk(): void {
    const now = this.#world.now();
    const at = this.disk.knownAt(now, this.#kept > 0);
    const step = this.#gate();
    this.abandon();
    this.#gated.push(step);
    // One that is due now waits all the same behind earlier ones that are: the disk keeps the order of the steps.
    if (at <= now && this.#gated.length === 1) this.#makeSafe(step);
    else this.#world.callAt(at, () => this.#makeSafe(step));
  }

  #gate(): Gated {
    return {
      writes: this.#keys.slice(0, this.#kept).map((key, i) => [key, this.#values[i]] as const),
      mail: this.#receivers.slice(0, this.#sent).map((to, i) => [to, this.#messages[i]] as const),
      answers: this.#answered.slice(0, this.#replied).map((request, i) => {
        return { request, completion: this.#completions[i]!, context: this.#contexts[i] };
      }),
      isSafe: false,
    };
  }

  /** The disk is done with a step, unless the node died first. */
  #makeSafe(step: Gated): void {
    if (!this.#gated.includes(step)) return;
    step.isSafe = true;
    this.disk.store(step.writes, this.#world.now());
    for (const [key, value] of step.writes) this.#world.stored(this, key, value);
    this.release();
  }

  #publish({ mail, answers }: Gated): void {
    for (const [to, message] of mail) this.#world.post(this, to, message);
    for (const { request, completion, context } of answers) this.#world.answer(request, completion, context);
  }

  /** Closes the step and forgets what it wanted to do. */
  abandon(): void {
    this.#inStep = false;
    this.#kept = 0;
    this.#sent = 0;
    this.#replied = 0;
  }

  send(to: NodeId, message: Plain): void {
    this.#check(message);
    this.#receivers[this.#sent] = to;
    this.#messages[this.#sent] = message;
    this.#sent += 1;
  }

  reply(id: RequestId, completion: Completion, context?: Context): void {
    this.#check(completion);
    refuseUnlessCompletion(this.id, id, completion);
    if (this.#freeze) deepFreeze(context);
    const request = this.pending.take(id);
    if (request === undefined) {
      throw new Error(
        `node ${this.id} answers request ${id}, which does not wait here: was it answered before?`,
      );
    }
    this.#answered[this.#replied] = request;
    this.#completions[this.#replied] = completion;
    this.#contexts[this.#replied] = context;
    this.#replied += 1;
  }

  setTimer(after: Micros, data: Plain): TimerId {
    this.#check(data);
    if (!(after >= 0)) throw new RangeError(`node ${this.id} sets a timer ${after} µs ahead`);
    return this.#world.setTimer(this, Math.round(after), data);
  }

  cancelTimer(timer: TimerId): void {
    this.#world.cancelTimer(this, timer);
  }

  persist(key: string, value: Plain): void {
    this.#check(value);
    this.#keys[this.#kept] = key;
    this.#values[this.#kept] = value;
    this.#kept += 1;
  }

  note(event: Note): void {
    this.#world.note(this, event);
  }

  #store(key: string, value: Plain): void {
    if (value === undefined) this.durable.delete(key);
    else this.durable.set(key, value);
    this.#world.stored(this, key, value);
  }

  #check(handedOver: unknown): void {
    if (!this.#inStep) throw new Error(`node ${this.id} uses its outbox outside of a step`);
    if (this.#freeze) deepFreeze(handedOver);
  }
}
