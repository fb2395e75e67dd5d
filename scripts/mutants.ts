import { readFileSync, writeFileSync } from 'node:fs';
import { huntDown, type Mutant } from '../test/mutants/mutant.ts';
import { loadShelf } from '../test/mutants/shelf.ts';

/**
 * Measures how many seeds it takes to find out each known-wrong strategy, from several first seeds, and writes the table of
 * docs/mutants.md. Fails when one is not found out within the number of seeds that it states.
 *
 *     npm run mutants -- [name…]      only these are measured; the rows of the others stay
 */
const page = 'docs/mutants.md';
const starts = Array.from({ length: 10 }, (_, i) => i * 1_000 + 1);
const marked = /(<!-- mutants -->\n)[\s\S]*(\n<!-- end of mutants -->)/;

const text = readFileSync(page, 'utf8');
if (!marked.test(text)) throw new Error(`${page} lacks the marks of its table`);

const shelf = await loadShelf();
const named = process.argv.slice(2);
const stray = named.find((name) => !shelf.has(name));
if (stray !== undefined) {
  process.stderr.write(`no mutant "${stray}"; there are ${[...shelf.keys()].join(', ')}\n`);
  process.exit(64);
}
const rows: string[] = [];
const escaped: string[] = [];
for (const [name, mutant] of shelf) {
  const before = text.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
  if (named.length > 0 && !named.includes(name) && before !== undefined) {
    rows.push(before);
    continue;
  }
  const counts = await measure(mutant);
  if (counts.includes(null)) escaped.push(`${name}: not found out within ${mutant.within} seeds`);
  rows.push(rowOf(name, mutant, counts));
  process.stdout.write(
    `${name}: ${counts.map((count) => count ?? 'never').join(', ')} (bound ${mutant.within})\n`,
  );
}
const head = [
  '| mutant | what it does wrong | stands for | checker | trouble | first | median | worst | bound |',
  '|---|---|---|---|---|---|---|---|---|',
];
const table = [...head, ...rows].join('\n');
writeFileSync(
  page,
  text.replace(marked, (_, before, after) => before + table + after),
);
for (const line of escaped) process.stderr.write(`${line}\n`);
process.exitCode = escaped.length > 0 ? 1 : 0;

/** The number of seeds until it is found out, for each first seed; null where it never was. */
async function measure(mutant: Mutant): Promise<(number | null)[]> {
  const counts: (number | null)[] = [];
  for (const start of starts) counts.push((await huntDown(mutant, start))?.seeds ?? null);
  return counts;
}

function rowOf(name: string, mutant: Mutant, counts: readonly (number | null)[]): string {
  const { wrong, standsFor, original, caughtBy, swarm, within } = mutant;
  const sorted = counts.map((count) => count ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const median = (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2;
  const inWords = (count: number | null) =>
    count === null || count === Number.POSITIVE_INFINITY ? 'never' : count;
  const cells = [
    `\`${name}\` (of \`${original.name}\`)`,
    wrong,
    standsFor,
    caughtBy,
    swarm.profile,
    inWords(counts[0]!),
    inWords(median),
    inWords(sorted.at(-1)!),
    within,
  ];
  return `| ${cells.join(' | ')} |`;
}
