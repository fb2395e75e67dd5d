import type { Completion, NodeId, Operation, Value } from '../../src/kernel/operation.ts';
import type { Cluster, ProgramReference } from '../../src/runtimes/cluster.ts';
import { threadsRuntime } from '../../src/runtimes/threads/runtime.ts';
import type { Topology } from '../../src/topology/topology.ts';
import type { Question, Reply, TurnInput } from './ask-in-turn.ts';
import { smallTopology } from './topologies.ts';

export const transports = ['ring', 'port'] as const;

const none = { type: 'constant', value: 0 } as const;
export const undelayed = smallTopology(3, 1, none, none);

export const program: ProgramReference = {
  module: new URL('./ask-in-turn.ts', import.meta.url).href,
  name: 'askInTurn',
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
    const module = new URL('./obedient.ts', import.meta.url).href;
    const strategy = { name: 'obedient', module, knobs: {} };
    const cluster = await threadsRuntime.open({ topology, strategy, seed: '1', options: { transport } });
    return new ObedientCluster(cluster, topology);
  }

  launch(questions: readonly Question[]) {
    const input: TurnInput = { firstRequest: this.#nextRequest, questions };
    this.#nextRequest += questions.length;
    return this.cluster.launch<TurnInput, Reply[]>(program, input);
  }

  async ask(...questions: Question[]): Promise<(Completion | null)[]> {
    const replies = await this.launch(questions).result();
    return replies.map((reply) => reply?.completion ?? null);
  }

  /** A question of the clients in the first region. */
  to(node: NodeId, operation: Operation): Question {
    return { site: this.topology.nodes.length, node, operation };
  }

  write(node: NodeId, key: string, value: Value): Question {
    return this.to(node, { type: 'write', key, value });
  }

  read(node: NodeId, key: string): Question {
    return this.to(node, { type: 'read', key });
  }
}
