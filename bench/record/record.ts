import { Recorder, rowsPerChunk } from '../../src/history/recorder.ts';
import type { Completion, Operation } from '../../src/kernel/operation.ts';
import { seconds } from '../../src/kernel/time.ts';
import { median } from '../support/interleave.ts';
import { printRatio, printTable } from '../support/print.ts';
import { openThreads, runClosedLoop } from '../support/threads.ts';

/**
 * What does it cost to record an operation, beside the operation itself? One process measures both: an operation of
 * the cheapest strategy of the threads runtime (whatever else runs costs more), and a row of a history.
 *
 *     npm run bench:record
 */
const rounds = Number(process.argv[2] ?? 5);
const rowsPerRound = 2_000_000;
/** Recording may cost a twentieth of an operation. */
const bar = 20;
const load = { nodes: 3, clientsPerNode: 10, keys: 1_000, writes: 0.5 };

const operations: readonly Operation[] = Array.from({ length: 1_024 }, (_, i) =>
  i % 2 === 0
    ? { type: 'write', key: `user${String(i % 1_000).padStart(8, '0')}`, value: i }
    : { type: 'read', key: `user${String(i % 1_000).padStart(8, '0')}` },
);
const done: Completion = { type: 'ok', value: 7 };

const cluster = await openThreads('gossip', 'ring', load.nodes, { type: 'constant', value: 0 });
await runClosedLoop(cluster, { ...load, measured: seconds(3) });
recordRows();
const perOperation: number[] = [];
const perRow: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const { operations: answered, lasted } = await runClosedLoop(cluster, { ...load, measured: seconds(2) });
  perOperation.push((lasted * 1_000) / answered);
  perRow.push(recordRows());
}
await cluster.stop();

printTable(
  ['what', 'ns'],
  [
    ['an operation (gossip, 3 nodes, 10 clients a node)', median(perOperation).toFixed(0)],
    ['a row of the history', median(perRow).toFixed(0)],
  ],
);
console.log(
  `recording costs ${((100 * median(perRow)) / median(perOperation)).toFixed(1)} % of an operation`,
);
printRatio('record', median(perOperation) / median(perRow), bar);

/** Nanoseconds a row, opened and closed, growth of the columns included. */
function recordRows(): number {
  const recorder = new Recorder(rowsPerRound + rowsPerChunk);
  const from = performance.now();
  for (let i = 0; i < rowsPerRound; i += 1) {
    const row = recorder.begin(
      i & 31,
      i,
      i & 31,
      0,
      i % 3,
      2,
      operations[i & 1_023] as Operation,
      Number.NaN,
      i,
    );
    recorder.end(row, done, i + 1);
  }
  return ((performance.now() - from) * 1e6) / rowsPerRound;
}
