import { parentPort, workerData } from 'node:worker_threads';
import { createCarrier, type Side, type Wiring } from './carriers.ts';
import { type Board, nodes, Traffic } from './traffic.ts';

/** One node of the benchmark, on its own thread. */
export interface NodeInput extends Wiring {
  readonly side: Side;
  readonly node: number;
  readonly board: Board;
}

const input = workerData as NodeInput;
const carrier = createCarrier(input.side, input.node, nodes, input);
const traffic = new Traffic(input.node, input.board, (to, message) => carrier.send(to, message));

// The first message starts the load, once all nodes are there; the second asks for the totals.
parentPort!.postMessage('ready');
parentPort!.once('message', () => {
  carrier.run(traffic);
  parentPort!.once('message', () => {
    parentPort!.postMessage(traffic.totals());
    process.exit(0);
  });
});
