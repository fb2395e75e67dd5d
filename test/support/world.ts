import type {
  Completion,
  Context,
  Key,
  NodeId,
  Operation,
  Plain,
  RequestId,
  Value,
} from '../../src/kernel/operation.ts';
import { randomStream } from '../../src/kernel/random.ts';
import type { Boot, Env, Knobs, Membership, Outbox, Replica, TimerId } from '../../src/kernel/replica.ts';
import type { Strategy } from '../../src/kernel/strategy.ts';
import type { Micros } from '../../src/kernel/time.ts';
import { render, renderDuration } from './render.ts';

export interface Mail<M> {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: M;
}

interface Timer {
  readonly id: TimerId;
  readonly due: Micros;
  readonly data: Plain;
}

interface Host<M> {
  readonly id: NodeId;
  readonly durable: Map<string, Plain>;
  incarnation: number;
  joining: boolean;
  /** Absent while the node is down. */
  replica: Replica<M> | undefined;
  timers: Timer[];
  wallOffset: Micros;
}

interface Effects<M> {
  readonly persists: [string, Plain][];
  readonly mail: Mail<M>[];
  readonly replies: [RequestId, Completion, Context][];
  readonly others: (() => string)[];
}

const startOfTime: Micros = 1_000_000;

/**
 * Replicas of one strategy with no runtime around them: mail and timers wait until somebody moves them, and every
 * effect becomes a line of text for `tell`, if there is somebody to tell. Whatever a replica hands over is frozen, so that changing it later throws.
 */
export class World<M> {
  readonly hosts = new Map<NodeId, Host<M>>();
  readonly answers = new Map<RequestId, { readonly completion: Completion; readonly context: Context }>();
  mail: Mail<M>[] = [];
  now: Micros = startOfTime;
  readonly #strategy: Strategy<M>;
  readonly #knobs: Knobs;
  readonly #regions: readonly string[];
  readonly #tell: ((line: string) => void) | undefined;
  #nextTimer = 1;
  #membership: Membership;

  constructor(
    strategy: Strategy<M>,
    setup: {
      readonly nodes: number;
      readonly knobs: Knobs;
      readonly regions: readonly string[];
      readonly standby?: readonly NodeId[];
    },
    tell?: (line: string) => void,
  ) {
    this.#strategy = strategy;
    this.#knobs = { ...Object.fromEntries(strategy.knobs.map((k) => [k.name, k.default])), ...setup.knobs };
    this.#regions = setup.regions;
    this.#tell = tell;
    for (let id = 0; id < setup.nodes; id += 1) this.hosts.set(id, hostOf(id));
    const members = [...this.hosts.keys()].filter((id) => !(setup.standby ?? []).includes(id));
    this.#membership = { epoch: 1, members };
  }

  host(id: NodeId): Host<M> {
    const host = this.hosts.get(id);
    if (host === undefined) throw new Error(`there is no node ${id}; nodes are ${[...this.hosts.keys()]}`);
    return host;
  }

  /** Boots a newcomer, which the members do not know before they are told. */
  join(id: NodeId): void {
    const host = this.host(id);
    this.decide([...new Set([...this.#membership.members, id])].sort((a, b) => a - b));
    host.joining = true;
    this.boot(id, 'first');
  }

  boot(id: NodeId, boot: Boot): void {
    const host = this.host(id);
    if (host.replica !== undefined) throw new Error(`node ${id} is already up`);
    if (boot === 'replaced') host.durable.clear();
    host.incarnation += 1;
    const replica = this.#strategy.create(this.#env(host), boot, new Map(host.durable));
    host.replica = replica;
    this.#step(host, (out) => replica.onStart(out));
  }

  /** The process dies: its timers, and all mail from it and to it, are gone. */
  crash(id: NodeId): void {
    const host = this.host(id);
    host.replica = undefined;
    host.timers = [];
    this.mail = this.mail.filter(({ from, to }) => from !== id && to !== id);
  }

  request(request: RequestId, id: NodeId, operation: Operation, context: Context): void {
    const host = this.host(id);
    this.#step(host, (out) => this.#live(host).onRequest(request, operation, context, out));
  }

  /** Mail to a node that is down is lost. */
  deliver({ from, to, message }: Mail<M>): void {
    const host = this.host(to);
    if (host.replica === undefined) this.#tell?.(`${to} is down, lost: ${render(message)}`);
    else this.#step(host, (out) => this.#live(host).onMessage(from, message, out));
  }

  fire(id: NodeId, timer: Timer): void {
    const host = this.host(id);
    host.timers = host.timers.filter((other) => other !== timer);
    this.now = Math.max(this.now, timer.due);
    this.#step(host, (out) => this.#live(host).onTimer(timer.data, out));
  }

  /** Decides that these are the members from now on; nodes that run are told one by one. */
  decide(members: readonly NodeId[]): void {
    this.#membership = { epoch: this.#membership.epoch + 1, members };
  }

  /** Tells a node who the members are. */
  announce(id: NodeId): void {
    const host = this.host(id);
    this.#step(host, (out) => this.#live(host).onMembership?.(this.#membership, out));
  }

  /** The live node and timer that come due first. */
  nextTimer(): { readonly host: Host<M>; readonly timer: Timer } | undefined {
    const all = [...this.hosts.values()].flatMap((host) => host.timers.map((timer) => ({ host, timer })));
    return all.sort((a, b) => a.timer.due - b.timer.due || a.timer.id - b.timer.id)[0];
  }

  contents(id: NodeId): readonly (readonly [Key, Value])[] {
    return [...this.#live(this.host(id)).contents()].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #live(host: Host<M>): Replica<M> {
    if (host.replica === undefined) throw new Error(`node ${host.id} is down`);
    return host.replica;
  }

  #env(host: Host<M>): Env {
    return {
      id: host.id,
      peers: this.#membership.members.filter((id) => id !== host.id),
      membership: this.#membership,
      joining: host.joining,
      incarnation: host.incarnation,
      knobs: this.#knobs,
      random: randomStream('conversation', `node/${host.id}/${host.incarnation}`),
      region: (of) => this.#regions[of] ?? 'nowhere',
      wallClock: () => this.now + host.wallOffset,
      monotonic: () => this.now,
    };
  }

  #step(host: Host<M>, act: (out: Outbox<M>) => void): void {
    const effects: Effects<M> = { persists: [], mail: [], replies: [], others: [] };
    act(this.#outbox(host, effects));
    for (const [key, value] of effects.persists) {
      if (value === undefined) host.durable.delete(key);
      else host.durable.set(key, value);
    }
    this.mail.push(...effects.mail);
    for (const [request, completion, context] of effects.replies) {
      if (this.answers.has(request)) throw new Error(`request ${request} was answered twice`);
      this.answers.set(request, { completion, context });
    }
    if (this.#tell !== undefined) for (const line of linesOf(host.id, effects)) this.#tell(line);
  }

  #outbox(host: Host<M>, effects: Effects<M>): Outbox<M> {
    return {
      send: (to, message) => effects.mail.push({ from: host.id, to, message: frozen(message) }),
      reply: (request, completion, context) => effects.replies.push([request, completion, frozen(context)]),
      persist: (key, value) => effects.persists.push([key, frozen(value)]),
      // Commits are many, and show in what is answered.
      note: (event) => {
        if (event.type !== 'committed') effects.others.push(() => `notes ${render(event)}`);
      },
      setTimer: (after, data) => {
        const id = this.#nextTimer++;
        host.timers.push({ id, due: this.now + after, data: frozen(data) });
        effects.others.push(() => `sets t${id} in ${renderDuration(after)}: ${render(data)}`);
        return id;
      },
      cancelTimer: (id) => {
        host.timers = host.timers.filter((timer) => timer.id !== id);
        effects.others.push(() => `cancels t${id}`);
      },
    };
  }
}

function linesOf<M>(id: NodeId, { persists, mail, replies, others }: Effects<M>): readonly string[] {
  return [
    ...persists.map(([key, value]) =>
      value === undefined ? `${id} forgets ${key}` : `${id} persists ${key}: ${render(value)}`,
    ),
    ...mail.map(({ from, to, message }) => `${from}→${to} ${render(message)}`),
    ...replies.map(([request, completion, context]) => {
      const carried = context === undefined ? '' : ` context=${render(context)}`;
      return `${id} answers r${request}: ${render(completion)}${carried}`;
    }),
    ...others.map((line) => `${id} ${line()}`),
  ];
}

/** The same value, unchangeable: what a replica handed over belongs to the runtime. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const field of Object.values(value)) frozen(field);
  return Object.freeze(value);
}

function hostOf<M>(id: NodeId): Host<M> {
  return {
    id,
    durable: new Map(),
    incarnation: 0,
    joining: false,
    replica: undefined,
    timers: [],
    wallOffset: 0,
  };
}
