import { randomStream } from '../../src/kernel/random.ts';
import type { AnyStrategy } from '../../src/kernel/strategy.ts';
import { EventQueue, eventKind } from '../../src/runtimes/sim/queue.ts';
import { strategies } from '../../src/strategies/index.ts';
import { drawDelay, medianDelay } from '../../src/topology/delay.ts';
import { sideAnswers, sideInput } from '../support/side.ts';
import { runSimulated } from '../support/simulated.ts';
import { clients, delay, duration, nodes, topology } from './load.ts';
import { register } from './register.ts';

export interface SideInput {
  /** The name of a strategy, `register`, or `flat loop`. */
  readonly side: string;
}

export interface SideAnswer {
  readonly eventsPerSecond: number;
  readonly eventsPerOperation: number | null;
}

const flatEvents = 5_000_000;
/** Each operation of the register has so many messages under way at once, most of the time. */
const underWayPerClient = 4;

const { side } = sideInput<SideInput>();
sideAnswers<SideAnswer>(side === 'flat loop' ? flatLoop() : await simulator());

async function simulator(): Promise<SideAnswer> {
  const run = await runSimulated({
    strategy: side === 'register' ? (register as unknown as AnyStrategy) : strategies[side]!.strategy,
    topology,
    registers: { keys: 100, writes: 0.5, cas: 0, skew: 0.5 },
    load: { type: 'closed', clientsPerRegion: clients, think: 0, operations: null },
    duration,
    maximumRows: 8_000_000,
  });
  return {
    eventsPerSecond: run.events / run.elapsedSeconds,
    eventsPerOperation: run.events / run.operations,
  };
}

/** Takes the next event, draws a delay as its node would, and schedules another one: all that a simulation cannot do without. */
function flatLoop(): SideAnswer {
  const queue = new EventQueue();
  const streams = Array.from({ length: nodes }, (_, node) => randomStream('bench', `node/${node}/net`));
  const post = (from: number, to: number, now: number): void => {
    const slot = queue.take();
    queue.kind[slot] = eventKind.mail;
    queue.to[slot] = to;
    queue.schedule(slot, now + drawDelay(delay, streams[from]!));
  };
  for (let i = 0; i < clients * underWayPerClient; i += 1) post(i % nodes, (i + 1) % nodes, 0);
  let now = 0;
  const from = performance.now();
  for (let event = 0; event < flatEvents; event += 1) {
    now = queue.nextAt;
    const slot = queue.pop();
    const node = queue.to[slot]!;
    queue.release(slot);
    post(node, (node + 1) % nodes, now);
  }
  const elapsed = (performance.now() - from) / 1_000;
  if (now < medianDelay(delay)) throw new Error('time stood still');
  return { eventsPerSecond: flatEvents / elapsed, eventsPerOperation: null };
}
