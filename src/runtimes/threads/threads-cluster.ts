import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { type FaultAction, type MachineAction, nodesOf } from '../../faults/fault.ts';
import { CommitLog } from '../../history/commits.ts';
import type { Key, NodeId, Value } from '../../kernel/operation.ts';
import type { Boot } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import {
  type ClientJob,
  type Cluster,
  type ClusterRecord,
  type ClusterSetup,
  type Cost,
  type FaultStamp,
  noNodeLeft,
  type ProgramReference,
} from '../cluster.ts';
import { orAborted } from '../or-aborted.ts';
import { brokenProgram, ThreadJob } from './client-job.ts';
import { Cuts } from './cuts.ts';
import { Degraded } from './degraded.ts';
import { digestsAgree } from './digest.ts';
import { Doorbells } from './doorbell.ts';
import { HostLife } from './host-life.ts';
import { Machine } from './machines.ts';
import { Member, type Surroundings } from './member.ts';
import { ThreadsMembership } from './membership.ts';
import { createMemory, transportOf } from './memory.ts';
import { Patience } from './patience.ts';
import { Pool } from './pool.ts';
import type {
  Answer,
  Digests,
  FromClients,
  FromNode,
  Host,
  JournalMemory,
  LinkPort,
  Question,
  SharedMemory,
  TimedNote,
  ToClients,
  TransportName,
} from './protocol.ts';
import { deliveryLatenessOf, realisedDelaysOf } from './record.ts';
import { SharedClock } from './shared-clock.ts';
import { SharedState } from './shared-state.ts';

const notesKept = 100_000;

/** The main thread's side of a cluster of worker threads. */
export class ThreadsCluster implements Cluster, Surroundings {
  readonly #setup: ClusterSetup;
  readonly #transport: TransportName;
  readonly #clock = new SharedClock();
  readonly #state: SharedState;
  readonly #memory: SharedMemory;
  readonly #doorbells: Doorbells;
  readonly #cuts: Cuts;
  readonly #degraded: Degraded;
  readonly #pool: Pool;
  readonly patience: Patience;
  readonly #startPatience: Patience;
  readonly #members: readonly Member[];
  readonly #membership: ThreadsMembership;
  readonly #notes: TimedNote[] = [];
  readonly #commits: CommitLog | null;
  readonly #failures: { node: NodeId; at: Micros; stack: string }[] = [];
  #notesDropped = 0;
  #clients: HostLife<FromClients> | undefined;
  #job: ThreadJob<unknown> | undefined;
  readonly #sleepers = new AbortController();
  #stopping: Promise<ClusterRecord> | undefined;
  /** What dies from now on dies of its own fault no more. */
  #destroying = false;

  constructor(setup: ClusterSetup) {
    const { topology } = setup;
    this.#setup = setup;
    this.#transport = transportOf(setup);
    this.#state = new SharedState(topology);
    this.#memory = createMemory(this.#state, this.#transport);
    this.#doorbells = new Doorbells(this.#memory.doorbells);
    this.#cuts = new Cuts(topology, this.#state);
    this.#degraded = new Degraded(topology, this.#state);
    this.#members = topology.nodes.map(({ id }) => new Member(id, this));
    const { standby = [] } = setup;
    this.#membership = new ThreadsMembership(topology, standby, this.#members, this.#state, this);
    const { startPatienceMs, patienceMs, commits } = setup.options ?? {};
    this.#commits = commits === true ? new CommitLog() : null;
    this.patience = new Patience(patienceMs, this.#state.hosts);
    this.#startPatience = new Patience(startPatienceMs, this.#state.hosts);
    this.#pool = new Pool(this.#state.hosts);
  }

  /**
   * Starts every node and the clients' thread. Where one of them cannot load its modules, or where the strategy fails
   * on every node, nothing is left behind.
   */
  async start(): Promise<void> {
    try {
      const members = this.#membership.current();
      const starts = members.map((member) => member.start());
      this.#clients = this.#startClients();
      await orAborted(Promise.all([...starts, this.#clients.up]), this.#setup.signal);
      if (this.#failures.length === members.length) throw noNodeLeft(this.#failures[0]!.stack);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  now(): Micros {
    return this.#clock.now();
  }

  /** Whoever sleeps when the cluster is stopped is woken, so that no timer outlives it. */
  async sleepUntil(at: Micros): Promise<void> {
    const { signal } = this.#sleepers;
    for (let left = at - this.now(); left > 0 && !signal.aborted; left = at - this.now()) {
      await sleep(Math.ceil(left / 1000), undefined, { signal }).catch(() => {});
    }
  }

  launch<Input, Result>(program: ProgramReference, input: Input): ClientJob<Result> {
    if (this.stopping) throw new Error('the cluster was stopped');
    if (this.#job?.running) throw new Error('a program runs already: one at a time');
    const job = new ThreadJob<Result>(() => this.#postClients({ type: 'cancel' }));
    this.#job = job as ThreadJob<unknown>;
    this.#clients?.ended.then((ending) => {
      if (ending.type === 'failed') job.fail(brokenProgram(ending.stack));
    });
    this.#postClients({ type: 'launch', program, input });
    return job;
  }

  async apply(action: FaultAction): Promise<FaultStamp> {
    const began = this.now();
    const nodes = nodesOf(action);
    await this.#strike(action);
    return { nodes, began, done: this.now() };
  }

  async serving(): Promise<readonly NodeId[]> {
    return this.#membership.administrator.serving();
  }

  async playing(role: string, key?: Key): Promise<readonly NodeId[]> {
    const roles = await this.#askAll('role', { type: 'role', key });
    return [...roles].filter(([, answer]) => answer.role === role).map(([id]) => id);
  }

  async contents(): Promise<ReadonlyMap<NodeId, ReadonlyMap<Key, Value>>> {
    const answers = await this.#askAll('contents', { type: 'contents' });
    return new Map([...answers].map(([id, { entries }]) => [id, new Map(entries)]));
  }

  async agrees(): Promise<boolean> {
    if (!this.#membership.administrator.idle) return false;
    const answers = await this.#askAll('digests', { type: 'digests' });
    return digestsAgree(new Map<NodeId, Digests>([...answers].map(([id, { digests }]) => [id, digests])));
  }

  async cost(): Promise<Cost> {
    return this.#state.cost();
  }

  stop(): Promise<ClusterRecord> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  // What members need of their cluster.

  get stopping(): boolean {
    return this.#stopping !== undefined;
  }

  startLife(
    id: NodeId,
    life: number,
    boot: Boot,
    journal: JournalMemory,
    receive: (message: FromNode) => void,
  ): HostLife<FromNode> {
    const links = this.#linkWithAll(id, life);
    const commits = this.#commits !== null;
    const task = {
      ...this.#task(id, life, links),
      type: 'node',
      boot,
      journal,
      commits,
      ...this.#membership.knownTo(id),
    } as const;
    return new HostLife(this.#pool, task, this.#startPatience, receive);
  }

  ring(id: NodeId): void {
    this.#state.countPost(id);
    this.#doorbells.ring(id);
  }

  lives(id: NodeId): boolean {
    return this.#state.life(id) > 0;
  }

  bury(id: NodeId): void {
    this.#state.setLife(id, 0);
    for (let host = 0; host < this.#state.hosts; host += 1) this.#doorbells.ring(host);
  }

  setPaused(id: NodeId, paused: boolean): void {
    this.#state.setPaused(id, paused);
    this.#doorbells.ring(id);
  }

  keepNotes(notes: readonly TimedNote[]): void {
    for (const timed of notes) {
      this.#membership.heed(timed);
      if (timed.note.type === 'committed') this.#commits?.add(timed.at, timed.note);
      else if (this.#notes.length < notesKept) this.#notes.push(timed);
      else this.#notesDropped += 1;
    }
  }

  failed(node: NodeId, stack: string): void {
    if (!this.#destroying) this.#failures.push({ node, at: this.now(), stack });
  }

  #strike(action: FaultAction): Promise<unknown> {
    switch (action.type) {
      case 'crash':
        return this.#each(action.nodes, (member) => member.crash());
      case 'restart':
        return this.#each(
          action.nodes.filter((id) => this.#membership.administrator.hosts(id)),
          (member) => member.restart(action.disk),
        );
      case 'join':
      case 'leave':
        return Promise.resolve(this.#membership.ask(action.type, action.nodes));
      case 'pause':
        return this.#each(action.nodes, (member) => member.pause());
      case 'resume':
        return this.#each(action.nodes, (member) => member.resume());
      case 'cut':
        return Promise.resolve(this.#cuts.cut(action.cuts));
      case 'heal':
        return Promise.resolve(this.#cuts.heal(action.cuts));
      case 'degrade':
        return Promise.resolve(this.#degraded.degrade(action.links, action.degradation));
      case 'restore':
        return Promise.resolve(this.#degraded.restore(action.links, action.degradation));
      case 'skew':
      case 'unskew':
      case 'jump':
      case 'sync-takes':
      case 'sync-lags':
        return this.#strikeMachines(action);
    }
  }

  /** A disk that stops lying writes down first what it has not yet. */
  async #strikeMachines(action: MachineAction): Promise<void> {
    for (const id of action.nodes) new Machine(this.#memory.machines, id).strike(action, this.now());
    if (action.type !== 'sync-lags' || action.window > 0) return;
    await Promise.all(action.nodes.map((id) => this.#members[id]!.ask({ type: 'sync' })));
  }

  #each(nodes: readonly NodeId[], act: (member: Member) => Promise<void>): Promise<unknown> {
    return Promise.all(nodes.map((id) => act(this.#members[id]!)));
  }

  async #askAll<Type extends Answer['type']>(
    type: Type,
    question: Question & { readonly type: Type },
  ): Promise<ReadonlyMap<NodeId, Extract<Answer, { type: Type }>>> {
    const members = this.#membership.current();
    const answers = await Promise.all(members.map((member) => member.ask(question)));
    const given = new Map<NodeId, Extract<Answer, { type: Type }>>();
    answers.forEach((answer, place) => {
      if (answer?.type === type) given.set(members[place]!.id, answer as Extract<Answer, { type: Type }>);
    });
    return given;
  }

  #startClients(): HostLife<FromClients> {
    const host = this.#members.length;
    const task = {
      ...this.#task(host, 1, this.#linkWithAll(host, 1)),
      type: 'clients',
      serving: this.#membership.administrator.serving(),
    } as const;
    return new HostLife<FromClients>(this.#pool, task, this.#startPatience, (message) =>
      this.#job?.receive(message),
    );
  }

  #task(host: Host, life: number, links: readonly LinkPort[]) {
    const { topology, seed, strategy } = this.#setup;
    return {
      host,
      life,
      topology,
      seed,
      strategy,
      transport: this.#transport,
      memory: this.#memory,
      openedAt: this.#clock.openedAt,
      startedAt: this.now(),
      links,
    };
  }

  /** Makes a channel to each host that lives, gives it its end, and returns the ends of the newcomer. */
  #linkWithAll(newcomer: Host, life: number): readonly LinkPort[] {
    const links: LinkPort[] = [];
    const link = (host: Host, hostLife: number, at: HostLife<never>) => {
      const { port1, port2 } = new MessageChannel();
      links.push({ host, life: hostLife, port: port1 });
      at.post({ type: 'link', link: { host: newcomer, life, port: port2 } }, [port2]);
      this.ring(host);
    };
    for (const member of this.#members) {
      if (member.id !== newcomer && member.host) link(member.id, member.life, member.host);
    }
    if (this.#clients) link(this.#members.length, 1, this.#clients);
    return links;
  }

  tellClients(message: ToClients): void {
    this.#postClients(message);
  }

  #postClients(message: unknown): void {
    this.#clients?.post(message);
    this.ring(this.#members.length);
  }

  async #stop(): Promise<ClusterRecord> {
    this.#sleepers.abort();
    await Promise.all(this.#members.map((member) => member.settled()));
    this.#job?.fail(new Error('the cluster was stopped'));
    const hosts = [...this.#members.map((member) => member.host), this.#clients];
    this.#destroying = true;
    await this.#pool.destroy();
    await Promise.all(hosts.map((host) => host?.gone));
    // What the threads said last is still on its way.
    await nextTurn();
    return {
      cost: this.#state.cost(),
      notes: this.#notes.sort((a, b) => a.at - b.at),
      notesDropped: this.#notesDropped + this.#state.notesDropped(),
      commits: this.#commits?.commits() ?? null,
      deliveryLateness: deliveryLatenessOf(this.#state),
      realisedDelays: realisedDelaysOf(this.#state, this.#setup.topology),
      failures: this.#failures,
      membership: this.#membership.changes(),
    };
  }
}
