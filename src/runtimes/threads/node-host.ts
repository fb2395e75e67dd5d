import type { Completion, Context, NodeId, Operation, Plain, RequestId } from '../../kernel/operation.ts';
import { randomStream } from '../../kernel/random.ts';
import type { Env, Membership, Note, Outbox, Replica, TimerId } from '../../kernel/replica.ts';
import type { AnyStrategy } from '../../kernel/strategy.ts';
import type { Micros } from '../../kernel/time.ts';
import { type Endpoint, regionOfEndpoint } from '../../topology/topology.ts';
import { clusterErrors } from '../cluster.ts';
import { refuseToWait, refuseUnlessCompletion, refuseUnlessReplica } from '../refusals.ts';
import { RequestTable } from '../request-table.ts';
import { digestsOf } from './digest.ts';
import { DueHeap } from './due-heap.ts';
import { HostThread } from './host.ts';
import { Journal } from './journal.ts';
import { Machine } from './machines.ts';
import { type Mail, mailKind } from './mail.ts';
import type { Answer, FromNode, NodeTask, Question, TimedNote, ToNode } from './protocol.ts';

/** A word that nobody ever changes, to wait on. */
const stillness = new Int32Array(new SharedArrayBuffer(4));

/** Of each type of note, a life of a node keeps this many; commits are posted only where they are wanted, and then all. */
const notesKept = 10_000;

const refused: Completion = { type: 'fail', error: clusterErrors.connectionRefused };

/** Runs one life of one node. The thread ends with it: by an abort from outside, or by what the strategy throws. */
export function runNode(task: NodeTask, strategy: AnyStrategy): void {
  new NodeHost(task, strategy).boot();
}

/**
 * One node on its thread. A turn of the loop is one transaction: effects gather while the replica steps, and then
 * what was persisted is committed before any mail of the turn is seen. A turn that throws leaves nothing behind.
 */
class NodeHost implements Outbox<Plain> {
  readonly #task: NodeTask;
  readonly #strategy: AnyStrategy;
  readonly #journal: Journal;
  readonly #machine: Machine;
  readonly #thread: HostThread;
  readonly #timers = new DueHeap<Plain>();
  /** The sites of requests that wait for an answer. */
  readonly #open = new RequestTable<Endpoint>();
  readonly #noteCounts = new Map<string, number>();
  #notes: TimedNote[] = [];
  #replica: Replica<Plain> | undefined;
  #membership: Membership;
  /** What the replica has not been told yet. */
  #news: Membership | undefined;

  constructor(task: NodeTask, strategy: AnyStrategy) {
    this.#task = task;
    this.#strategy = strategy;
    this.#membership = task.membership;
    this.#journal = new Journal(task.journal);
    this.#machine = new Machine(task.memory.machines, task.host);
    this.#thread = new HostThread(
      task,
      strategy,
      {
        step: () => this.#step(),
        commit: () => this.#commit(),
        nextDue: () => (this.#news === undefined ? this.#timers.nextDue : 0),
        control: (message) => this.#control(message as ToNode),
      },
      (mail, from) => this.#deliver(mail, from),
    );
  }

  boot(): void {
    this.#post({ type: 'loaded' });
    const { boot, host, life } = this.#task;
    const replica = this.#strategy.create(this.#env(), boot, this.#journal.durable());
    refuseUnlessReplica(host, replica);
    this.#replica = replica;
    this.#thread.state.setLife(host, life);
    this.#thread.guarded(() => {
      refuseToWait(host, 'onStart', replica.onStart(this));
      this.#thread.publish();
    });
    this.#post({ type: 'up' });
    this.#thread.start();
  }

  send(to: NodeId, message: Plain): void {
    this.#thread.office.sendMessage(this.#task.host, to, message);
  }

  reply(request: RequestId, completion: Completion, context?: Context): void {
    const { host } = this.#task;
    refuseUnlessCompletion(host, request, completion);
    const site = this.#open.take(request);
    if (site === undefined) {
      throw new Error(
        `node ${host} answers request ${request}, which does not wait here: was it answered before?`,
      );
    }
    this.#thread.office.sendClient(mailKind.reply, host, site, request, completion, context);
  }

  setTimer(after: Micros, data: Plain): TimerId {
    if (!(after >= 0)) throw new RangeError(`node ${this.#task.host} sets a timer ${after} µs ahead`);
    return this.#timers.push(this.#thread.clock.now() + Math.round(after), data);
  }

  cancelTimer(timer: TimerId): void {
    this.#timers.remove(timer);
  }

  persist(key: string, value: Plain): void {
    this.#journal.put(key, value);
  }

  note(event: Note): void {
    if (event.type === 'committed') {
      if (this.#task.commits)
        this.#notes.push({ at: this.#thread.clock.now(), node: this.#task.host, note: event });
      return;
    }
    const count = this.#noteCounts.get(event.type) ?? 0;
    if (count === notesKept) return this.#thread.state.countDroppedNote(this.#task.host);
    this.#noteCounts.set(event.type, count + 1);
    this.#notes.push({ at: this.#thread.clock.now(), node: this.#task.host, note: event });
  }

  #env(): Env {
    const { host, life, topology, seed, strategy } = this.#task;
    const { now } = this.#thread.clock;
    const { membership, joining } = this.#task;
    return {
      id: host,
      incarnation: life,
      peers: membership.members.filter((peer) => peer !== host),
      membership,
      joining,
      knobs: strategy.knobs,
      random: randomStream(seed, `node/${host}/replica/${life}`),
      region: (of) => regionOfEndpoint(topology, of),
      wallClock: () => this.#machine.wallClock(now()),
      monotonic: now,
    };
  }

  #deliver(mail: Mail, from: Endpoint): void {
    const replica = this.#replica!;
    const { host } = this.#task;
    if (mail.kind === mailKind.message) {
      refuseToWait(host, 'onMessage', replica.onMessage(from, mail.body as Plain, this));
    } else {
      this.#open.set(mail.request, from);
      // What a leaver holds as it begins to hand over is all that it ever holds.
      if (!this.#membership.members.includes(host)) return this.reply(mail.request, refused);
      const returned: unknown = replica.onRequest(mail.request, mail.body as Operation, mail.context, this);
      refuseToWait(host, 'onRequest', returned);
    }
  }

  #step(): void {
    const news = this.#news;
    this.#news = undefined;
    if (news !== undefined && news.epoch > this.#membership.epoch) {
      this.#membership = news;
      refuseToWait(this.#task.host, 'onMembership', this.#replica!.onMembership?.(news, this));
    }
    this.#runTimers();
  }

  #runTimers(): void {
    const timers = this.#timers;
    if (timers.length === 0) return;
    const now = this.#thread.clock.now();
    // Timers that these set are left for the next turn, so that mail gets its turn too.
    while (timers.nextDue <= now) {
      refuseToWait(this.#task.host, 'onTimer', this.#replica!.onTimer(timers.pop(), this));
    }
  }

  #commit(): void {
    if (this.#journal.isWaiting) this.#waitForDisk();
    const window = this.#machine.syncWindow;
    if (window > 0) this.#journal.pretend(this.#thread.clock.now(), window);
    else {
      this.#journal.catchUp();
      this.#journal.commit();
    }
    if (this.#notes.length === 0) return;
    this.#post({ type: 'notes', notes: this.#notes });
    this.#notes = [];
  }

  /** A slow disk: the node stands still until what the turn persisted is durable. What comes meanwhile is its next batch. */
  #waitForDisk(): void {
    const delay = this.#machine.syncDelay;
    if (delay === 0) return;
    Atomics.wait(stillness, 0, 0, delay / 1000);
    this.#thread.office.excuse();
  }

  #control(message: ToNode): void {
    if (message.type === 'members') this.#news = message.membership;
    else if (message.type === 'ask') {
      this.#post({ type: 'answer', id: message.id, answer: this.#answer(message.question) });
    }
  }

  #answer(question: Question): Answer {
    const replica = this.#replica!;
    switch (question.type) {
      case 'role':
        return { type: 'role', role: replica.role?.(question.key) };
      case 'contents':
        return { type: 'contents', entries: [...replica.contents()] };
      case 'digests':
        return { type: 'digests', digests: digestsOf(replica, this.#task.host) };
      case 'sync':
        this.#journal.catchUp();
        return { type: 'sync' };
    }
  }

  #post(message: FromNode): void {
    this.#task.control.postMessage(message);
  }
}
