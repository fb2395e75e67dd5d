import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { createDoorbells } from '../../src/runtimes/threads/doorbell.ts';
import { createRing } from '../../src/runtimes/threads/ring.ts';
import { loadSince, readLoad } from '../support/load.ts';
import { sideAnswers, sideInput } from '../support/side.ts';
import type { Side } from './carriers.ts';
import type { NodeInput } from './node.ts';
import { countsStride, createBoard, nodes, type Totals } from './traffic.ts';

export interface SideInput {
  readonly side: Side;
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

export interface SideAnswer {
  readonly messagesPerSecond: number;
  readonly processorMicrosPerMessage: number;
  readonly otherCores: number;
}

const boot = new URL('../../test/support/tsx-worker.mjs', import.meta.url);
const module = new URL('./node.ts', import.meta.url).href;
const { side, warmUpMs, measuredMs } = sideInput<SideInput>();
const board = createBoard();
const counts = new Float64Array(board.counts);
const workers = startNodes();

await Promise.all(workers.map((worker) => once(worker, 'message')));
for (const worker of workers) worker.postMessage('go');
await sleep(warmUpMs);
const answer = await measure();
Atomics.store(new Int32Array(board.stop), 0, 1);
await quiet();
check(await Promise.all(workers.map(totalsOf)));
sideAnswers(answer);

function startNodes(): Worker[] {
  const rings = Array.from({ length: nodes * nodes }, () => createRing());
  const bells = createDoorbells(nodes);
  const ports: (MessagePort | null)[][] = Array.from({ length: nodes }, () => new Array(nodes).fill(null));
  for (let a = 0; a < nodes; a += 1) {
    for (let b = a + 1; b < nodes; b += 1) {
      const { port1, port2 } = new MessageChannel();
      ports[a]![b] = port1;
      ports[b]![a] = port2;
    }
  }
  return ports.map((portsOfNode, node) => {
    const input: NodeInput & { module: string } = {
      module,
      side,
      node,
      board,
      rings,
      bells,
      ports: portsOfNode,
    };
    const transferList = portsOfNode.filter((port) => port !== null);
    return new Worker(boot, { workerData: input, transferList });
  });
}

async function measure(): Promise<SideAnswer> {
  const receivedBefore = received();
  const before = readLoad();
  await sleep(measuredMs);
  const load = loadSince(before);
  const perSecond = (received() - receivedBefore) / load.seconds;
  return {
    messagesPerSecond: perSecond,
    processorMicrosPerMessage: (load.ownCores * 1e6) / perSecond,
    otherCores: load.otherCores,
  };
}

function received(): number {
  return sumOf(0);
}

function sumOf(place: 0 | 1): number {
  let sum = 0;
  for (let node = 0; node < nodes; node += 1) sum += counts[node * countsStride + place]!;
  return sum;
}

/** Waits until nothing is under way any more, seen twice in a row. What never arrives is reported by `check`. */
async function quiet(): Promise<void> {
  for (let waited = 0, seen = 0; waited < 1000 && seen < 2; waited += 1) {
    await sleep(20);
    seen = sumOf(0) === sumOf(1) ? seen + 1 : 0;
  }
}

async function totalsOf(worker: Worker): Promise<Totals> {
  worker.postMessage('totals');
  const [totals] = await once(worker, 'message');
  return totals as Totals;
}

/** A transport that loses or changes messages has no speed worth printing. */
function check(totals: readonly Totals[]): void {
  for (const [to, { checksum, expected }] of totals.entries()) {
    if (checksum !== expected) throw new Error(`node ${to} received changed messages`);
    for (const [from, { sent }] of totals.entries()) {
      const arrived = totals[to]!.received[from];
      if (sent[to] !== arrived) throw new Error(`${sent[to]} sent from ${from} to ${to}, ${arrived} arrived`);
    }
  }
}
