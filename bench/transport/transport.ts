import { interleave, median } from '../support/interleave.ts';
import { printRatio, printTable, readableRate } from '../support/print.ts';
import { runSide } from '../support/side.ts';
import { type Side, sides } from './carriers.ts';
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

const ofSide = (side: Side, what: keyof SideAnswer) => answers.get(side)!.map((answer) => answer[what]);
const rate = (side: Side) => median(ofSide(side, 'messagesPerSecond'));
const [first, , ours] = sides;

printTable(
  ['transport', 'messages/s', 'lowest', 'highest', 'processor µs/message', 'cores used by others', 'ratio'],
  sides.map((side) => [
    side,
    readableRate(rate(side)),
    readableRate(Math.min(...ofSide(side, 'messagesPerSecond'))),
    readableRate(Math.max(...ofSide(side, 'messagesPerSecond'))),
    median(ofSide(side, 'processorMicrosPerMessage')).toFixed(2),
    median(ofSide(side, 'otherCores')).toFixed(2),
    `${(rate(side) / rate(first)).toFixed(2)}×`,
  ]),
);
printRatio('transport', rate(ours) / rate(first), bar);
