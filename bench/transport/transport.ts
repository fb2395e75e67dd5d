import { interleave, median } from '../support/interleave.ts';
import { printRatio, printTable, readableRate } from '../support/print.ts';
import { runSide } from '../support/side.ts';
import { sides } from './carriers.ts';
import type { SideAnswer, SideInput } from './side.ts';

/**
 * What does our transport gain over the ones that the platform offers? Five threads, all to all, 16 requests under way
 * on each directed pair; every message is a fresh object on arrival, and every field of it is read.
 *
 *     npm run bench:transport            five rounds
 *     npm run bench:transport -- 9       nine rounds
 */
const rounds = Number(process.argv[2] ?? 5);
const bar = 5;

const answers = await interleave(sides, rounds, (side) =>
  runSide<SideInput, SideAnswer>(new URL('./side.ts', import.meta.url), {
    side,
    warmUpMs: 2000,
    measuredMs: 2000,
  }),
);

const rates = (side: (typeof sides)[number]) => answers.get(side)!.map((answer) => answer.messagesPerSecond);
const base = median(rates(sides[0]));
printTable(
  ['transport', 'messages/s', 'lowest', 'highest', 'processor µs/message', 'ratio'],
  sides.map((side) => [
    side,
    readableRate(median(rates(side))),
    readableRate(Math.min(...rates(side))),
    readableRate(Math.max(...rates(side))),
    median(answers.get(side)!.map((answer) => answer.processorSecondsPerMillion)).toFixed(2),
    `${(median(rates(side)) / base).toFixed(2)}×`,
  ]),
);
printRatio('transport', median(rates('ring and codec')) / base, bar);
