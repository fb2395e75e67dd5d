import { interleave, median } from '../support/interleave.ts';
import { printRatio, printTable, readableRate } from '../support/print.ts';
import { runSide } from '../support/side.ts';
import type { SideAnswer, SideInput } from './side.ts';

/**
 * How much of its time does the simulator spend on what it cannot do without? Beside it, a flat loop that takes events
 * from the same heap, draws the same delays, and does nothing else. The ratio is that of the plain majority register,
 * with driver, workload, recording and counting of costs; the strategies that ship follow, each with what it does
 * itself.
 *
 *     npm run bench:sim            five rounds
 *     npm run bench:sim -- 9       nine rounds
 */
const rounds = Number(process.argv[2] ?? 5);
const bar = 0.7;
const sides = ['flat loop', 'register', 'gossip', 'quorum'] as const;

const answers = await interleave(sides, rounds, (side) =>
  runSide<SideInput, SideAnswer>(new URL('./side.ts', import.meta.url), { side }),
);

const rate = (side: (typeof sides)[number]) =>
  median(answers.get(side)!.map((answer) => answer.eventsPerSecond));
printTable(
  ['side', 'events/s', 'ns/event', 'events/operation', 'of the flat loop'],
  sides.map((side) => [
    side,
    readableRate(rate(side)),
    (1e9 / rate(side)).toFixed(0),
    answers.get(side)![0]!.eventsPerOperation?.toFixed(1) ?? '',
    (rate(side) / rate('flat loop')).toFixed(2),
  ]),
);
printRatio('sim', rate('register') / rate('flat loop'), bar);
