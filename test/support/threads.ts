import type { Completion, Key, NodeId, Operation, Value } from '../../src/kernel/operation.ts';
import type { ClientJob, Cluster, ClusterRecord, ProgramReference } from '../../src/runtimes/cluster.ts';
import { threadsRuntime } from '../../src/runtimes/threads/runtime.ts';
import type { Topology } from '../../src/topology/topology.ts';
import type { Question, Reply, TurnInput } from './ask-in-turn.ts';
import { smallTopology } from './topologies.ts';

export const transports = ['ring', 'port'] as const;

export const noDelay = { type: 'constant', value: 0 } as const;
export const undelayed = smallTopology(3, 1, noDelay, noDelay);

const module = new URL('./ask-in-turn.ts', import.meta.url).href;
export const askInTurn: ProgramReference = { module, name: 'askInTurn' };
export const breakDown: ProgramReference = { module, name: 'breakDown' };

const obedient = {
  name: 'obedient',
  module: new URL('./obedient.ts', import.meta.url).href,
  knobs: {},
};

/** A cluster of threads whose strategy does what keys say, and clients that ask it in turn. */
export class ObedientCluster {
  readonly cluster: Cluster;
  readonly topology: Topology;
  #nextRequest = 0;

  private constructor(cluster: Cluster, topology: Topology) {
    this.cluster = cluster;
    this.topology = topology;
  }

  static async open(transport: string, topology = undelayed): Promise<ObedientCluster> {
    const setup = { topology, strategy: obedient, seed: '1', options: { transport } };
    return new ObedientCluster(await threadsRuntime.open(setup), topology);
  }

  launch(...questions: Question[]): ClientJob<Reply[]> {
    const input: TurnInput = { firstRequest: this.#nextRequest, questions };
    this.#nextRequest += questions.length;
    return this.cluster.launch(askInTurn, input);
  }

  async ask(...questions: Question[]): Promise<(Completion | null)[]> {
    const replies = await this.launch(...questions).result();
    return replies.map((reply) => reply?.completion ?? null);
  }

  /** A question of the clients in the first region. */
  to(node: NodeId, operation: Operation): Question {
    return { site: this.topology.nodes.length, node, operation };
  }

  write(node: NodeId, key: Key, value: Value = null): Question {
    return this.to(node, { type: 'write', key, value });
  }

  read(node: NodeId, key: Key): Question {
    return this.to(node, { type: 'read', key });
  }

  crash(...nodes: NodeId[]) {
    return this.cluster.apply({ type: 'crash', nodes });
  }

  restart(...nodes: NodeId[]) {
    return this.cluster.apply({ type: 'restart', nodes, disk: 'kept' });
  }

  /** Resolves once what a live node stores under a key is `value`. */
  async holds(node: NodeId, key: Key, value: Value): Promise<void> {
    while ((await this.cluster.contents()).get(node)?.get(key) !== value);
  }

  stop(): Promise<ClusterRecord> {
    return this.cluster.stop();
  }
}

/** Asks without waiting for the answer. */
export function unawaited(question: Question): Question {
  return { ...question, unawaited: true };
}
