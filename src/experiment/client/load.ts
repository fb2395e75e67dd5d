import { phaseCode } from '../../history/history.ts';
import { HistoryFullError, type Recorder } from '../../history/recorder.ts';
import type { Completion } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Gateway } from '../../runtimes/cluster.ts';
import { Arrivals } from '../../workloads/arrivals.ts';
import { createWorkload } from '../../workloads/index.ts';
import type { Workload } from '../../workloads/workload.ts';
import type { ClosedLoad, OpenLoad } from '../spec.ts';
import type { Dispatcher } from './dispatcher.ts';
import { type ClientResult, type LoadInput, openDesk, resultOf } from './programs.ts';

/** How often the program tells how far it is. */
const progressEvery: Micros = 250_000;

/** What the program publishes while it runs. */
export interface LoadProgress {
  readonly [field: string]: number;
  /** From 0 to 1. */
  readonly fraction: number;
  readonly issued: number;
  readonly ok: number;
  readonly refused: number;
  readonly fail: number;
  readonly info: number;
}

/** The load of a trial: asks a workload's questions, each when it is due or as soon as its client is free. */
export function load(gateway: Gateway<ClientResult>, input: LoadInput): void {
  const workload = createWorkload(input.workload, input.seed);
  const { recorder, dispatcher } = openDesk(gateway, input);
  new LoadRun(gateway, input, workload, recorder, dispatcher).start();
}

/** One running load, from its start to the last answer. */
class LoadRun {
  readonly #gateway: Gateway<ClientResult>;
  readonly #input: LoadInput;
  readonly #workload: Workload;
  readonly #recorder: Recorder;
  readonly #dispatcher: Dispatcher;
  readonly #endAt: Micros;
  #stopped: ClientResult['stopped'] = 'complete';
  #ended = false;
  #finished = false;
  #asked = 0;

  constructor(
    gateway: Gateway<ClientResult>,
    input: LoadInput,
    workload: Workload,
    recorder: Recorder,
    dispatcher: Dispatcher,
  ) {
    this.#gateway = gateway;
    this.#input = input;
    this.#workload = workload;
    this.#recorder = recorder;
    this.#dispatcher = dispatcher;
    this.#endAt = input.startAt + input.duration;
  }

  start(): void {
    const { load } = this.#input;
    this.#gateway.onCancel(() => this.#stop('cancelled'));
    this.#gateway.at(this.#endAt, () => this.#end());
    this.#gateway.at(this.#input.startAt + progressEvery, () => this.#publish());
    if (load.type === 'open') this.#startOpen(load);
    else this.#startClosed(load);
  }

  /** One stream per region; its requests come when they are due, answered or not. */
  #startOpen(load: OpenLoad): void {
    const { seed, startAt } = this.#input;
    load.shares.forEach((part, site) => {
      const { arrivals, rate } = load;
      this.#followArrivals(site, new Arrivals({ seed, stream: site, arrivals, rate, part }), startAt);
    });
  }

  #followArrivals(site: number, due: Arrivals, startAt: Micros): void {
    let index = 0;
    let next = due.next();
    const issueDue = () => {
      const now = this.#gateway.now();
      while (next !== null && startAt + next <= now && !this.#ended) {
        this.#ask(site, index, site, startAt + next, ignore);
        index += 1;
        next = due.next();
      }
      if (next !== null && !this.#ended) this.#gateway.at(startAt + next, issueDue);
    };
    if (next !== null) this.#gateway.at(startAt + next, issueDue);
  }

  /** One stream per client; it asks again as soon as it was answered and has thought. */
  #startClosed(load: ClosedLoad): void {
    const sites = this.#input.topology.regions.length;
    for (let stream = 0; stream < load.clientsPerRegion * sites; stream += 1) {
      this.#gateway.at(this.#input.startAt, () => this.#followAnswers(load, stream, stream % sites));
    }
  }

  #followAnswers(load: ClosedLoad, stream: number, site: number): void {
    let index = 0;
    const askNext = () => {
      if (this.#ended) return;
      if (load.operations !== null && this.#asked >= load.operations) return this.#end();
      index += 1;
      this.#ask(stream, index - 1, site, Number.NaN, answered);
    };
    const answered = (completion: Completion) => {
      // Whoever was turned away at once waits a little, or a dead cluster would be asked in a hot loop.
      const pause = completion.type === 'fail' ? Math.max(load.think, 1_000) : load.think;
      if (pause === 0) askNext();
      else this.#gateway.at(this.#gateway.now() + pause, askNext);
    };
    askNext();
  }

  #ask(
    stream: number,
    index: number,
    site: number,
    dueAt: Micros,
    answered: (completion: Completion) => void,
  ): void {
    const moment = Number.isNaN(dueAt) ? this.#gateway.now() : dueAt;
    const warm = moment >= this.#input.startAt + this.#input.warmUp;
    const done = (completion: Completion) => {
      answered(completion);
      this.#finishWhenQuiet();
    };
    this.#asked += 1;
    try {
      this.#dispatcher.ask({
        stream,
        index,
        site,
        operation: this.#workload.operation(stream, index),
        phase: warm ? phaseCode.measured : phaseCode.warmUp,
        dueAt,
        done,
      });
    } catch (error) {
      if (!(error instanceof HistoryFullError)) throw error;
      this.#stop('history-full');
    }
  }

  #stop(why: 'cancelled' | 'history-full'): void {
    this.#stopped = why;
    this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#finishWhenQuiet();
  }

  #finishWhenQuiet(): void {
    const quiet = this.#dispatcher.outstanding === 0 || this.#stopped === 'cancelled';
    if (!this.#ended || !quiet || this.#finished) return;
    this.#finished = true;
    this.#gateway.finish(resultOf(this.#input, this.#recorder, this.#dispatcher, this.#stopped));
  }

  #publish(): void {
    if (this.#finished) return;
    const now = this.#gateway.now();
    const fraction = Math.min(1, (now - this.#input.startAt) / this.#input.duration);
    this.#gateway.publish({ fraction, ...this.#dispatcher.counts } satisfies LoadProgress);
    this.#gateway.at(now + progressEvery, () => this.#publish());
  }
}

function ignore(): void {}
