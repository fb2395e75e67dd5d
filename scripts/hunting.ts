/**
 * Hunts through seeds of every strategy and writes the table of docs/hunting.md: which guarantee holds on how many of them, and
 * which seed breaks it first. Fails when a promise is broken.
 *
 *     npm run hunting -- [--seeds 300]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { hunt } from '../src/hunting/hunt.ts';
import { type TallyRow, tallyOf } from '../src/hunting/tally.ts';
import { type Guarantee, guarantees } from '../src/kernel/guarantee.ts';
import { strategies } from '../src/strategies/index.ts';

const page = 'docs/hunting.md';
const marked = /(<!-- hunted -->\n)[\s\S]*(\n<!-- end of hunted -->)/;

const { seeds: given } = parseArgs({ options: { seeds: { type: 'string', default: '300' } } }).values;
const count = Number(given);
if (!Number.isSafeInteger(count) || count < 1) {
  process.stderr.write(`--seeds ${given}: allowed is a whole number above 0\n`);
  process.exit(64);
}
const text = readFileSync(page, 'utf8');
if (!marked.test(text)) throw new Error(`${page} lacks the marks of its table`);

const words = Object.keys(strategies);
const seeds = Array.from({ length: count }, (_, i) => String(i + 1));
let told = 0;
const reports = await hunt({
  order: { wanted: {}, modules: {} },
  words,
  seeds,
  workers: availableParallelism(),
  onProgress: ({ runs, of }) => {
    if (runs - told < of / 20 && runs < of) return;
    told = runs;
    process.stdout.write(`${runs} of ${of}\n`);
  },
});
const rows = tallyOf(reports);

const table = [
  `| ${['guarantee', ...words.map((word) => `\`${word}\``)].join(' | ')} |`,
  `|${'---|'.repeat(words.length + 1)}`,
  ...guarantees.map(
    (guarantee) => `| ${[guarantee, ...words.map((word) => cell(word, guarantee))].join(' | ')} |`,
  ),
  '',
  `Seeds 1 to ${count} of each strategy; a number of seeds is of those whose questions could show it.`,
].join('\n');
writeFileSync(
  page,
  text.replace(marked, (_, before, after) => before + table + after),
);
const broken = rows.filter((row) => row.claimed && row.broken.length > 0);
for (const { word, subject, broken: by, sentence } of broken) {
  process.stderr.write(`${word} broke ${subject} on ${by.length} seeds, first on ${by[0]}: ${sentence}\n`);
}
process.exitCode = broken.length > 0 ? 1 : 0;

/** `promised; held on 300`, `broken on 17 of 300, first by 6`, `holds on 300, not promised`. */
function cell(word: string, guarantee: Guarantee): string {
  const { strategy } = strategies[word]!;
  const own = rows.filter((row) => row.word === word && row.subject === guarantee);
  const knobs = Object.fromEntries(strategy.knobs.map((knob) => [knob.name, knob.default]));
  const promised = own.find(({ claimed }) => claimed);
  if (promised !== undefined) {
    const how = strategy.guarantees(knobs).includes(guarantee) ? 'promised' : 'implied';
    return `${how}; ${promised.broken.length > 0 ? brokenWords(promised) : `held on ${promised.held}`}`;
  }
  const row = own[0];
  if (row === undefined) return 'not asked: it refuses what would show it';
  return row.broken.length > 0 ? brokenWords(row) : `holds on ${row.held}, not promised`;
}

function brokenWords({ broken: by, held }: TallyRow): string {
  return `broken on ${by.length} of ${by.length + held}, first by seed ${by[0]}`;
}
