import type { Completion, Context, NodeId, Operation, Plain, RequestId } from '../../kernel/operation.ts';
import type { AnyStrategy } from '../../kernel/strategy.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Endpoint } from '../../topology/topology.ts';
import { clusterErrors, type Gateway, type ProgramReference } from '../cluster.ts';
import { loadProgram } from '../load-strategy.ts';
import { RequestTable } from '../request-table.ts';
import { DueHeap } from './due-heap.ts';
import { HostThread } from './host.ts';
import { type Mail, mailKind } from './mail.ts';
import type { ClientsTask, FromClients, ToClients } from './protocol.ts';

/** Hosts the clients of all regions on one thread, for as long as the cluster is open. */
export function runClients(task: ClientsTask, strategy: AnyStrategy): void {
  new ClientHost(task, strategy).boot();
}

interface Outstanding {
  readonly site: Endpoint;
  readonly node: NodeId;
  /** The life of the node that was asked. */
  readonly life: number;
  readonly complete: (completion: Completion, context: Context) => void;
}

const refused: Completion = { type: 'fail', error: clusterErrors.connectionRefused };
const lost: Completion = { type: 'info', error: clusterErrors.connectionLost };

class ClientHost implements Gateway<unknown> {
  readonly now: () => Micros;
  readonly #task: ClientsTask;
  readonly #thread: HostThread;
  readonly #callbacks = new DueHeap<() => void>();
  readonly #outstanding = new RequestTable<Outstanding>();
  /** The lives of the nodes when we last looked. */
  readonly #lives: number[];
  #cancelListeners: (() => void)[] = [];
  #servingListeners: ((nodes: readonly NodeId[]) => void)[] = [];
  #serving: readonly NodeId[];
  #running = false;
  /** A program is on its way: modules load in Node's own loop, which must not sleep. */
  #loading = false;

  constructor(task: ClientsTask, strategy: AnyStrategy) {
    this.#task = task;
    this.#serving = task.serving;
    this.#thread = new HostThread(
      task,
      strategy,
      {
        step: () => this.#step(),
        commit: () => {},
        nextDue: () => (this.#loading ? 0 : this.#callbacks.nextDue),
        control: (message) => this.#control(message as ToClients),
      },
      (mail) => this.#receive(mail),
    );
    this.now = this.#thread.clock.now;
    this.#lives = task.topology.nodes.map(() => 0);
  }

  boot(): void {
    this.#post({ type: 'loaded' });
    this.#thread.state.setLife(this.#task.host, this.#task.life);
    this.#post({ type: 'up' });
    this.#thread.start();
  }

  at(at: Micros, callback: () => void): void {
    this.#callbacks.push(at, callback);
  }

  invoke(
    request: RequestId,
    site: Endpoint,
    node: NodeId,
    operation: Operation,
    context: Context,
    complete: (completion: Completion, context: Context) => void,
  ): void {
    const { office, state } = this.#thread;
    const life = this.#serving.includes(node) ? state.life(node) : 0;
    this.#outstanding.set(request, { site, node, life, complete });
    if (life > 0) office.sendClient(mailKind.request, site, node, request, operation, context);
    else if (!state.isCut(site, node)) this.#answerFor(request, refused, office.draw(site, node, site));
  }

  forget(request: RequestId): void {
    this.#outstanding.take(request);
  }

  publish(progress: Plain): void {
    this.#post({ type: 'progress', progress });
  }

  onServing(listener: (nodes: readonly NodeId[]) => void): void {
    this.#servingListeners.push(listener);
    listener(this.#serving);
  }

  onCancel(listener: () => void): void {
    this.#cancelListeners.push(listener);
  }

  finish(result: unknown): void {
    if (!this.#running) return;
    this.#end();
    this.#post({ type: 'finished', result });
  }

  #receive(mail: Mail): void {
    this.#complete(mail.request, mail.body as Completion, mail.context);
  }

  #complete(request: RequestId, completion: Completion, context: Context): void {
    const waiting = this.#outstanding.take(request);
    if (waiting === undefined) return;
    this.#calling(() => waiting.complete(completion, context));
  }

  #step(): void {
    for (let node = 0; node < this.#lives.length; node += 1) {
      const life = this.#thread.state.life(node);
      if (life !== this.#lives[node]) this.#notice(node, life);
    }
    const callbacks = this.#callbacks;
    if (callbacks.length === 0) return;
    const now = this.now();
    while (callbacks.nextDue <= now) this.#calling(callbacks.pop());
  }

  /** The node died or came back: whatever was asked of an earlier life stays without an answer. */
  #notice(node: NodeId, life: number): void {
    this.#lives[node] = life;
    for (const [request, waiting] of this.#outstanding.entries()) {
      if (waiting.node === node && waiting.life !== life && waiting.life > 0) {
        this.#answerFor(request, lost, 0);
      }
    }
  }

  /** The system of a dead node answers for it, over the same link. Behind a cut there is silence. */
  #answerFor(request: RequestId, completion: Completion, after: Micros): void {
    const { office, state } = this.#thread;
    const { site, node } = this.#outstanding.get(request)!;
    const back = office.draw(node, site, site);
    this.at(this.now() + after + back, () => {
      if (!state.isCut(node, site)) this.#complete(request, completion, undefined);
    });
  }

  /** What the program throws ends the program, not the clients' thread. */
  #calling(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!this.#running) return;
    this.#end();
    this.#post({ type: 'broken', stack: error instanceof Error ? (error.stack ?? '') : String(error) });
  }

  #end(): void {
    this.#running = false;
    this.#outstanding.clear();
    this.#cancelListeners = [];
    this.#servingListeners = [];
    while (this.#callbacks.length > 0) this.#callbacks.pop();
  }

  #control(message: ToClients): void {
    switch (message.type) {
      case 'launch':
        this.#launch(message.program, message.input);
        return;
      case 'serving':
        this.#serving = message.nodes;
        for (const listener of this.#servingListeners) this.#calling(() => listener(message.nodes));
        return;
      case 'cancel':
        for (const listener of this.#cancelListeners) this.#calling(listener);
    }
  }

  #launch(program: ProgramReference, input: unknown): void {
    this.#running = true;
    this.#loading = true;
    const loaded = loadProgram(program).finally(() => {
      this.#loading = false;
    });
    loaded.then(
      (start) => {
        this.#calling(() => start(this, input));
        this.#thread.wake();
      },
      (error) => this.#fail(error),
    );
  }

  #post(message: FromClients): void {
    this.#task.control.postMessage(message);
  }
}
