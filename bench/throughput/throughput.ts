import { interleave, median } from '../support/interleave.ts';
import { printRatio, printTable, readableRate } from '../support/print.ts';
import { runSide } from '../support/side.ts';
import { type LoadCost, ratePerSecond } from '../support/threads.ts';
import type { SideInput } from './side.ts';

/**
 * What a strategy's own code costs: its write throughput on real threads beside that of the runtime alone, which takes
 * each write to every peer and stores nothing.
 *
 *     npm run bench:throughput               three rounds of three seconds
 *     npm run bench:throughput -- 5 10       five rounds of ten seconds
 */
const rounds = Number(process.argv[2] ?? 3);
const measuredSeconds = Number(process.argv[3] ?? 3);
const bar = 0.1;

const sides = ['raw', 'gossip', 'crdt', 'quorum', 'lock'] as const;
const answers = await interleave(sides, rounds, (strategy) =>
  runSide<SideInput, LoadCost>(new URL('./side.ts', import.meta.url), { strategy, measuredSeconds }),
);
const middle = (side: (typeof sides)[number], what: (cost: LoadCost) => number) =>
  median(answers.get(side)!.map(what));
const ratio = (side: (typeof sides)[number]) => middle(side, ratePerSecond) / middle('raw', ratePerSecond);

console.log(`writes, 3 nodes, 10 clients a node, 1,000 keys, no delay; median of ${rounds}:\n`);
printTable(
  ['strategy', 'writes/s', 'ratio to raw', 'messages/write', 'processor µs/write'],
  sides.map((side) => [
    side,
    readableRate(middle(side, ratePerSecond)),
    ratio(side).toFixed(2),
    middle(side, ({ messages, operations }) => messages / operations).toFixed(1),
    middle(side, ({ processorMicros, operations }) => processorMicros / operations).toFixed(1),
  ]),
);
printRatio('throughput', Math.min(...sides.map(ratio)), bar);
