import type { Recorder } from '../../history/recorder.ts';
import type { Completion, Context, NodeId, Operation, RequestId } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import { clusterErrors, type Gateway } from '../../runtimes/cluster.ts';
import type { Topology } from '../../topology/topology.ts';
import type { ClientPolicy } from '../spec.ts';
import { Router } from './routing.ts';

/** The error of an operation that nobody answered in time. */
export const deadlinePassed = 'deadline passed';

/** One question on its way. */
export interface Question {
  readonly stream: number;
  readonly index: number;
  /** The client's region, as an index. */
  readonly site: number;
  readonly operation: Operation;
  readonly phase: number;
  /** NaN in closed loops. */
  readonly dueAt: Micros;
  readonly done: (completion: Completion) => void;
}

/** A client that does one thing at a time and carries what the strategy gave it from reply to next request. */
interface Session {
  readonly process: number;
  context: Context;
}

interface Pending {
  readonly question: Question;
  readonly session: Session;
  readonly row: number;
  readonly deadline: Micros;
  readonly tried: NodeId[];
  request: RequestId;
  open: boolean;
}

export interface DispatcherSetup {
  readonly topology: Topology;
  readonly policy: ClientPolicy;
  readonly recorder: Recorder;
  /** Numbers already used by earlier programs of this trial. */
  readonly firstProcess: number;
  readonly firstRequest: RequestId;
}

/**
 * Puts questions to the cluster: finds a session and a node, records the row, watches the deadline, and moves on to
 * the next node when a connection is refused. The same for every runtime, since it sees only a `Gateway`.
 */
export class Dispatcher {
  readonly #gateway: Gateway<unknown>;
  readonly #recorder: Recorder;
  readonly #policy: ClientPolicy;
  readonly #routers: readonly Router[];
  /** First in, first out: processes take turns, so that each region's nodes all coordinate. */
  readonly #idle: Session[][];
  readonly #siteEndpoint: number;
  /** In the order of their deadlines, since all have the same time to live. */
  #waiting: (Pending | undefined)[] = [];
  #waitingFrom = 0;
  #alarmSet = false;
  #nextProcess: number;
  #nextRequest: RequestId;
  #outstanding = 0;
  readonly counts = { issued: 0, ok: 0, refused: 0, fail: 0, info: 0 };

  constructor(gateway: Gateway<unknown>, setup: DispatcherSetup) {
    this.#gateway = gateway;
    this.#recorder = setup.recorder;
    this.#policy = setup.policy;
    this.#routers = setup.topology.regions.map((region) => new Router(setup.topology, region, setup.policy));
    gateway.onServing((nodes) => {
      for (const router of this.#routers) router.serve(nodes);
    });
    this.#idle = setup.topology.regions.map(() => []);
    this.#siteEndpoint = setup.topology.nodes.length;
    this.#nextProcess = setup.firstProcess;
    this.#nextRequest = setup.firstRequest;
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  get nextProcess(): number {
    return this.#nextProcess;
  }

  get nextRequest(): RequestId {
    return this.#nextRequest;
  }

  /** Asks; `question.done` is called exactly once, at the latest when the deadline passes. */
  ask(question: Question): void {
    const now = this.#gateway.now();
    const session = this.#idle[question.site]!.shift() ?? this.#newSession();
    const node = this.#routers[question.site]!.choose(now, session.process, []) as NodeId;
    const row = this.#recorder.begin(
      question.stream,
      question.index,
      session.process,
      question.site,
      node,
      question.phase,
      question.operation,
      question.dueAt,
      now,
    );
    const pending: Pending = {
      question,
      session,
      row,
      deadline: now + this.#policy.deadline,
      tried: [node],
      request: -1,
      open: true,
    };
    this.counts.issued += 1;
    this.#outstanding += 1;
    this.#waiting.push(pending);
    this.#dropClosed();
    if (!this.#alarmSet) this.#setAlarm();
    this.#send(pending, node);
  }

  #send(pending: Pending, node: NodeId): void {
    const { question, session } = pending;
    const request = this.#nextRequest;
    this.#nextRequest += 1;
    pending.request = request;
    this.#gateway.invoke(
      request,
      this.#siteEndpoint + question.site,
      node,
      question.operation,
      session.context,
      (completion, context) => this.#answered(pending, node, completion, context),
    );
  }

  #answered(pending: Pending, node: NodeId, completion: Completion, context: Context): void {
    if (!pending.open) return;
    const now = this.#gateway.now();
    const router = this.#routers[pending.question.site]!;
    if (completion.type === 'fail' && completion.error === clusterErrors.connectionRefused) {
      router.troubled(node, now);
      const next = router.choose(now, pending.session.process, pending.tried);
      if (next !== undefined) {
        pending.tried.push(next);
        this.#recorder.redirect(pending.row, next);
        this.#send(pending, next);
        return;
      }
    } else if (completion.type === 'info' && completion.error === clusterErrors.connectionLost) {
      router.troubled(node, now);
    } else {
      router.answered(node);
      if (context !== undefined) pending.session.context = context;
    }
    this.#close(pending, completion, now);
  }

  #close(pending: Pending, completion: Completion, now: Micros): void {
    pending.open = false;
    this.#outstanding -= 1;
    this.counts[completion.type] += 1;
    this.#recorder.end(pending.row, completion, now);
    // After `info` the operation may still be under way, so its process could be doing two things at once: retire it.
    if (completion.type !== 'info') this.#idle[pending.question.site]!.push(pending.session);
    pending.question.done(completion);
  }

  #newSession(): Session {
    const session: Session = { process: this.#nextProcess, context: undefined };
    this.#nextProcess += 1;
    return session;
  }

  #setAlarm(): void {
    const first = this.#waiting[this.#waitingFrom];
    if (first === undefined) return;
    this.#alarmSet = true;
    this.#gateway.at(first.deadline, () => this.#alarm());
  }

  #alarm(): void {
    this.#alarmSet = false;
    const now = this.#gateway.now();
    for (;;) {
      this.#dropClosed();
      const first = this.#waiting[this.#waitingFrom];
      if (first === undefined || first.deadline > now) break;
      this.#gateway.forget(first.request);
      this.#routers[first.question.site]!.troubled(first.tried.at(-1) as NodeId, now);
      this.#close(first, { type: 'info', error: deadlinePassed }, now);
    }
    this.#setAlarm();
  }

  /** Skips what was answered, and now and then gives the skipped part of the queue back. */
  #dropClosed(): void {
    while (this.#waiting[this.#waitingFrom]?.open === false) {
      this.#waiting[this.#waitingFrom] = undefined; // So that the answered one can be collected at once.
      this.#waitingFrom += 1;
    }
    if (this.#waitingFrom > 4_096 && this.#waitingFrom * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#waitingFrom);
      this.#waitingFrom = 0;
    }
  }
}
