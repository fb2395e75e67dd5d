import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { createLinkCodec } from '../../kernel/link-codec.ts';
import type { AnyStrategy } from '../../kernel/strategy.ts';
import { Doorbells } from './doorbell.ts';
import { EventLoop, type LoopBody, NapLoop } from './nap-loop.ts';
import { PortEachTransport } from './port-each-transport.ts';
import { PortTransport } from './port-transport.ts';
import { type Deliver, PostOffice } from './post-office.ts';
import type { ClientsTask, FromNode, LinkMessage, NodeTask } from './protocol.ts';
import { RingTransport } from './ring-transport.ts';
import { SharedClock } from './shared-clock.ts';
import { SharedState } from './shared-state.ts';
import type { Transport } from './transport.ts';

/** What a host does with its turns and its control messages. */
export interface Work {
  /** Does what is due, after mail was taken in and before it leaves. */
  step(): void;
  /** Makes durable what must be durable before mail leaves. */
  commit(): void;
  /** When `step` next has something to do; Infinity where nothing is planned. */
  nextDue(): number;
  control(message: unknown): void;
}

/** The part that nodes and clients have in common: clock, links, control port and loop of one thread. */
export class HostThread implements LoopBody {
  readonly clock: SharedClock;
  readonly state: SharedState;
  readonly doorbells: Doorbells;
  readonly office: PostOffice;
  readonly control: MessagePort;
  readonly pending: () => boolean;
  readonly #task: NodeTask | ClientsTask;
  readonly #transport: Transport;
  readonly #loop: NapLoop | EventLoop;
  readonly #work: Work;

  constructor(task: NodeTask | ClientsTask, strategy: AnyStrategy, work: Work, deliver: Deliver) {
    this.#task = task;
    this.#work = work;
    this.clock = new SharedClock(task.openedAt);
    if (this.clock.now() < task.startedAt) throw new Error('the clocks of two threads differ');
    this.state = new SharedState(task.topology, task.memory.state);
    this.doorbells = new Doorbells(task.memory.doorbells);
    this.control = task.control;
    this.#transport = this.#createTransport(strategy);
    this.office = this.#createOffice(deliver);
    this.pending = this.office.pending;
    this.#loop = this.#createLoop();
    for (const link of task.links) this.#transport.relink(link);
  }

  start(): void {
    this.control.on('message', this.#receive);
    this.#loop.start();
  }

  get nextDue(): number {
    return Math.min(this.office.nextDue, this.#work.nextDue());
  }

  turn(): void {
    this.guarded(this.#turn);
  }

  /** What throws in `act` kills this host: it is dead for all others at once, and the thread follows. */
  guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.state.endLife(this.#task.host, this.#task.life);
      throw error;
    }
  }

  readonly #turn = (): void => {
    if (this.state.paused(this.#task.host)) this.#standStill();
    this.office.receive();
    this.office.deliverDue();
    this.#work.step();
    this.publish();
  };

  publish(): void {
    this.#work.commit();
    this.office.publish();
  }

  #standStill(): void {
    this.control.postMessage({ type: 'paused' } satisfies FromNode);
    this.state.sleepWhilePaused(this.#task.host);
    this.office.excuse();
  }

  #createTransport(strategy: AnyStrategy): Transport {
    const { host, life, transport, memory } = this.#task;
    const hosts = this.state.hosts;
    const linkCodec = createLinkCodec();
    const codecs = { message: strategy.codec ?? linkCodec, client: linkCodec };
    switch (transport) {
      case 'ring':
        return new RingTransport(host, hosts, memory.rings, codecs, this.doorbells, life > 1, this.#catchUp);
      case 'port':
        return new PortTransport(host, hosts, codecs, this.#posted, this.#catchUp);
      case 'port-each':
        return new PortEachTransport(host, hosts, this.wake, this.#catchUp);
    }
  }

  #createOffice(deliver: Deliver): PostOffice {
    const { host, life, topology, seed } = this.#task;
    return new PostOffice(host, life, topology, seed, this.state, this.clock.now, this.#transport, deliver);
  }

  #createLoop(): NapLoop | EventLoop {
    const { host, transport } = this.#task;
    if (transport === 'port-each') return new EventLoop(this.clock.now, this);
    return new NapLoop(host, this.state, this.doorbells, this.clock.now, this);
  }

  readonly #posted = (host: number): void => {
    this.state.countPost(host);
    this.doorbells.ring(host);
  };

  readonly #receive = (message: LinkMessage): void => {
    if (message.type === 'link') this.#transport.relink(message.link);
    else this.#work.control(message);
    this.wake();
  };

  wakeOthers(): void {
    this.office.wake();
  }

  /** Call when something came up between turns: a loop that naps finds it by itself. */
  readonly wake = (): void => {
    if (this.#loop instanceof EventLoop) this.#loop.wake();
  };

  /** Handles control messages that wait, without leaving the turn. */
  readonly #catchUp = (): void => {
    for (;;) {
      const received = receiveMessageOnPort(this.control);
      if (received === undefined) return;
      this.#receive(received.message as LinkMessage);
    }
  };
}
