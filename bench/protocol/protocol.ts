import type { Lateness } from '../../src/runtimes/cluster.ts';
import { interleave, median } from '../support/interleave.ts';
import { printRatio, printTable, readableRate } from '../support/print.ts';
import { runSide } from '../support/side.ts';
import { type LoadCost, ratePerSecond } from '../support/threads.ts';
import type { LatenessInput } from './lateness-side.ts';
import type { SideInput } from './side.ts';

/**
 * What the transport is worth to a whole protocol: reads and writes of `quorum` on 5 nodes, once over rings and once
 * with one postMessage per message; and how late the rings deliver mail that is to be delayed.
 *
 *     npm run bench:protocol                three rounds of five seconds, 10 clients a node
 *     npm run bench:protocol -- 5 10 100    five rounds of ten seconds, 100 clients a node
 */
const rounds = Number(process.argv[2] ?? 3);
const measuredSeconds = Number(process.argv[3] ?? 5);
const clientsPerNode = Number(process.argv[4] ?? 10);
const bar = 5;
const latenessBarMicros = 200;

const sides = ['ring', 'port-each'] as const;
const answers = await interleave(sides, rounds, (transport) =>
  runSide<SideInput, LoadCost>(new URL('./side.ts', import.meta.url), {
    transport,
    clientsPerNode,
    measuredSeconds,
  }),
);
const middle = (side: (typeof sides)[number], what: (cost: LoadCost) => number) =>
  median(answers.get(side)!.map(what));

console.log(
  `quorum, 5 nodes, ${clientsPerNode} clients a node, half writes, 1,000 keys, no delay; median of ${rounds}:\n`,
);
printTable(
  ['transport', 'operations/s', 'messages/operation', 'processor µs/operation'],
  sides.map((side) => [
    side,
    readableRate(middle(side, ratePerSecond)),
    middle(side, ({ messages, operations }) => messages / operations).toFixed(1),
    middle(side, ({ processorMicros, operations }) => processorMicros / operations).toFixed(1),
  ]),
);

const lateness = await runSide<LatenessInput, Lateness>(new URL('./lateness-side.ts', import.meta.url), {
  measuredSeconds,
});
console.log(
  `\ndelivery of delayed mail: ${lateness.p50} µs late at p50 (bar ${latenessBarMicros}), ` +
    `${lateness.p99} µs at p99, ${lateness.count} pieces`,
);
if (lateness.p50 >= latenessBarMicros) process.exitCode = 1;
printRatio('protocol', middle('ring', ratePerSecond) / middle('port-each', ratePerSecond), bar);
