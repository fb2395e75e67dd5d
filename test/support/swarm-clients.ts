import { type History, phaseCode } from '../../src/history/history.ts';
import { Recorder } from '../../src/history/recorder.ts';
import type { Completion, Context, Key, NodeId, Operation, Value } from '../../src/kernel/operation.ts';
import { type Random, randomStream } from '../../src/kernel/random.ts';
import { milliseconds } from '../../src/kernel/time.ts';
import type { Gateway } from '../../src/runtimes/cluster.ts';
import { nodesByDistance, type Topology } from '../../src/topology/topology.ts';
import type { KeyUse, Questions } from './swarm-draws.ts';
import type { Drain } from './swarm-profiles.ts';

export interface LoadInput {
  readonly seed: string;
  readonly topology: Topology;
  readonly questions: Questions;
  /** Nodes that clients leave alone for a while. */
  readonly drains?: readonly Drain[];
  /** The nodes that are asked in the end; all of them where nobody comes or goes. */
  readonly serving?: readonly NodeId[];
  /** What the load left behind; given, the program reads every key at every node once more. */
  readonly after?: LoadResult;
}

export interface LoadResult {
  readonly history: History;
  readonly recorder: Recorder;
  readonly nextRequest: number;
  readonly nextProcess: number;
  readonly unanswered: readonly string[];
}

const openingBalance = 10;
const finalAttempts = 20;
const retryAfter = milliseconds(200);
const finalDeadline = milliseconds(3_000);

/** The clients of a seed: first the load, and launched again with `after`, the final reads. */
export function clients(gateway: Gateway<LoadResult>, input: LoadInput): void {
  const crowd = new Crowd(gateway, input);
  if (input.after === undefined) crowd.startLoad();
  else crowd.startFinalReads();
}

interface Client {
  readonly stream: number;
  readonly site: number;
  readonly random: Random;
  process: number;
  context: Context;
  asked: number;
  /** What it last saw of each key, on which a cas builds. */
  readonly seen: Map<Key, Value>;
}

class Crowd {
  readonly #gateway: Gateway<LoadResult>;
  readonly #input: LoadInput;
  readonly #recorder: Recorder;
  readonly #unanswered: string[] = [];
  #nextRequest: number;
  #nextProcess: number;
  #nextValue = 1_000;
  #busy = 0;

  constructor(gateway: Gateway<LoadResult>, input: LoadInput) {
    this.#gateway = gateway;
    this.#input = input;
    this.#recorder = input.after?.recorder ?? new Recorder(1);
    this.#nextRequest = input.after?.nextRequest ?? 0;
    this.#nextProcess = input.after?.nextProcess ?? 0;
  }

  startLoad(): void {
    const accounts = this.#input.questions.keys.filter(({ use }) => use === 'account');
    const banker = this.#newClient(0);
    const openNext = (): void => {
      const account = accounts.pop();
      if (account === undefined) return this.#startClients();
      const write: Operation = { type: 'write', key: account.key, value: openingBalance };
      this.#insist(banker, [...this.#nodes()], write, phaseCode.setup, openNext);
    };
    openNext();
  }

  startFinalReads(): void {
    const { keys } = this.#input.questions;
    for (const node of this.#nodes()) {
      const client = this.#newClient(this.#siteOf(node));
      const left = keys.map(({ key }) => key);
      const next = (): void => {
        const key = left.pop();
        if (key === undefined) return this.#leave();
        this.#insist(client, [node], { type: 'read', key }, phaseCode.final, next);
      };
      this.#busy += 1;
      next();
    }
  }

  #startClients(): void {
    const { clients: count } = this.#input.questions;
    for (let i = 0; i < count; i += 1) {
      const client = this.#newClient(i % this.#input.topology.regions.length);
      this.#busy += 1;
      this.#gateway.at(this.#gateway.now() + client.random.below(milliseconds(20)), () =>
        this.#follow(client),
      );
    }
  }

  /** One question after the other, until the client has asked enough and the faults are over. */
  #follow(client: Client): void {
    const { perClient, think, lasts, deadline } = this.#input.questions;
    if (client.asked >= perClient) return this.#gateway.at(lasts, () => this.#leave());
    client.asked += 1;
    const operation = this.#question(client);
    this.#ask(client, this.#nodeFor(client), operation, phaseCode.measured, deadline, (completion) => {
      if (completion.type === 'ok' && completion.value !== undefined) {
        client.seen.set(operation.key, completion.value);
      }
      // Whoever is refused at once waits a little, or it would ask all its questions of a dead cluster.
      const least = completion.type === 'fail' ? milliseconds(5) : 0;
      const pause = Math.max(least, think === 0 ? 0 : Math.round(client.random.exponential(think)));
      this.#gateway.at(this.#gateway.now() + pause, () => this.#follow(client));
    });
  }

  #question(client: Client): Operation {
    const { keys } = this.#input.questions;
    const { key, use } = client.random.pick(keys);
    return client.random.chance(0.4) ? { type: 'read', key } : this.#update(client, key, use);
  }

  #update(client: Client, key: Key, use: KeyUse): Operation {
    const { random } = client;
    switch (use) {
      case 'register':
        return { type: 'write', key, value: this.#unique() };
      case 'counter':
        return this.#add(random, key);
      case 'cas-register':
        if (random.chance(0.3)) return { type: 'write', key, value: this.#unique() };
        return { type: 'cas', key, expected: client.seen.get(key) ?? null, value: this.#unique() };
      case 'account':
        return this.#transfer(random, key);
      case 'stock':
        if (random.chance(0.4)) return { type: 'add', key, delta: 1, floor: null };
        return { type: 'add', key, delta: -1 - random.below(2), floor: 0 };
      case 'anything':
        return this.#update(client, key, random.pick(['register', 'counter', 'cas-register']));
    }
  }

  #add(random: Random, key: Key): Operation {
    if (this.#input.questions.onlyIncrements) return { type: 'add', key, delta: 1, floor: null };
    const delta = random.pick([1, 1, 2, 5, -1, -2]);
    return { type: 'add', key, delta, floor: delta < 0 && random.chance(0.5) ? 0 : null };
  }

  #transfer(random: Random, key: Key): Operation {
    const others = this.#input.questions.keys.filter(
      ({ use, key: other }) => use === 'account' && other !== key,
    );
    const to = random.pick(others).key;
    return { type: 'transfer', key, to, amount: 1 + random.below(6), floor: random.chance(0.8) ? 0 : null };
  }

  #unique(): number {
    this.#nextValue += 1;
    return this.#nextValue;
  }

  #ask(
    client: Client,
    node: NodeId,
    operation: Operation,
    phase: number,
    deadline: number,
    done: (completion: Completion) => void,
  ): void {
    const { stream, site, process, asked } = client;
    const now = this.#gateway.now();
    const row = this.#recorder.begin(stream, asked, process, site, node, phase, operation, Number.NaN, now);
    const request = this.#nextRequest;
    this.#nextRequest += 1;
    let open = true;
    const settle = (completion: Completion, context: Context): void => {
      if (!open) return;
      open = false;
      this.#recorder.end(row, completion, this.#gateway.now());
      client.context = context ?? client.context;
      if (completion.type === 'info') this.#retire(client);
      done(completion);
    };
    this.#gateway.invoke(
      request,
      this.#input.topology.nodes.length + site,
      node,
      operation,
      client.context,
      settle,
    );
    this.#gateway.at(now + deadline, () => {
      if (!open) return;
      this.#gateway.forget(request);
      settle({ type: 'info', error: 'deadline passed' }, undefined);
    });
  }

  /** Asks until it is answered `ok`, at one node after the other. */
  #insist(client: Client, nodes: NodeId[], operation: Operation, phase: number, next: () => void): void {
    let attempts = 0;
    const attempt = (): void => {
      const node = nodes[attempts % nodes.length]!;
      attempts += 1;
      this.#ask(client, node, operation, phase, finalDeadline, (completion) => {
        if (completion.type === 'ok') return next();
        if (attempts < finalAttempts) return this.#gateway.at(this.#gateway.now() + retryAfter, attempt);
        this.#unanswered.push(
          `${operation.type} of ${operation.key} at node ${node}: ${JSON.stringify(completion)}`,
        );
        next();
      });
    };
    attempt();
  }

  /** An unanswered operation may still be under way, so the client goes on as a new process with a new session. */
  #retire(client: Client): void {
    client.process = this.#nextProcess;
    client.context = undefined;
    this.#nextProcess += 1;
  }

  #newClient(site: number): Client {
    const process = this.#nextProcess;
    this.#nextProcess += 1;
    const random = randomStream(this.#input.seed, `swarm/client/${process}`);
    return { stream: process, site, random, process, context: undefined, asked: 0, seen: new Map() };
  }

  #nodeFor(client: Client): NodeId {
    const { topology, questions } = this.#input;
    const now = this.#gateway.now();
    const drained = (this.#input.drains ?? []).filter(({ from, until }) => from <= now && now < until);
    const order = nodesByDistance(topology, topology.regions[client.site]!).filter(
      (node) => !drained.some((drain) => drain.node === node),
    );
    if (questions.nearest && client.random.chance(0.8)) return order[0]!;
    return client.random.pick(order);
  }

  #siteOf(node: NodeId): number {
    const { nodes, regions } = this.#input.topology;
    return regions.indexOf(nodes[node]!.region);
  }

  #nodes(): readonly NodeId[] {
    return this.#input.serving ?? this.#input.topology.nodes.map((node) => node.id);
  }

  #leave(): void {
    this.#busy -= 1;
    if (this.#busy > 0) return;
    const { topology } = this.#input;
    this.#gateway.finish({
      history: this.#recorder.history(
        topology.nodes.map((node) => node.name),
        topology.regions,
      ),
      recorder: this.#recorder,
      nextRequest: this.#nextRequest,
      nextProcess: this.#nextProcess,
      unanswered: this.#unanswered,
    });
  }
}
