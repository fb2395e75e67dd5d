import { printRatio, printTable, readableRate } from '../support/print.ts';
import { runSide } from '../support/side.ts';
import type { SideAnswer, SideInput } from './side.ts';

/**
 * How long does an hour of the world take? Three regions of five nodes, 1,000 operations a second by open loops, a tenth
 * of them writes, zipfian over 10,000 keys; everything recorded, one process and so one core for each strategy. The
 * ratio is that of the time and the memory allowed to the most that was needed.
 *
 *     npm run bench:world              an hour
 *     npm run bench:world -- 5         five minutes, in a twelfth of the time
 */
const minutes = Number(process.argv[2] ?? 60);
const mostSeconds = (120 * minutes) / 60;
const mostMegabytes = 2_048;
const strategies = ['gossip', 'quorum'] as const;

const answers: SideAnswer[] = [];
for (const strategy of strategies) {
  process.stderr.write(`${minutes} minutes of ${strategy}\n`);
  answers.push(
    await runSide<SideInput, SideAnswer>(new URL('./side.ts', import.meta.url), { strategy, minutes }),
  );
}

printTable(
  ['strategy', 'seconds', 'processor seconds', 'MB', 'operations', 'answered', 'events', 'events/s'],
  answers.map((answer, i) => [
    strategies[i]!,
    answer.elapsedSeconds.toFixed(1),
    answer.processorSeconds.toFixed(1),
    answer.megabytes.toFixed(0),
    readableRate(answer.operations),
    readableRate(answer.answered),
    readableRate(answer.events),
    readableRate(answer.events / answer.elapsedSeconds),
  ]),
);
const slowest = Math.max(...answers.map((answer) => answer.elapsedSeconds));
const largest = Math.max(...answers.map((answer) => answer.megabytes));
console.log(`allowed: ${mostSeconds} s and ${mostMegabytes} MB for each strategy`);
printRatio('world', Math.min(mostSeconds / slowest, mostMegabytes / largest), 1);
