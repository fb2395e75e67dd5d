import type { Draft } from '../../hunting/draft.ts';
import type { SeedReport } from '../../hunting/protocol.ts';
import { countsOf } from '../../hunting/shrink/size.ts';
import { stayedUnknown, type TallyRow } from '../../hunting/tally.ts';
import type { TerminalStyle } from '../../report/terminal.ts';
import { wrapped } from '../../report/wrap.ts';
import type { HuntPlan } from './plan.ts';
import { nameOf, type WrittenScenario } from './scenarios.ts';

/** Raised whenever the meaning of a field of the JSON changes. */
export const huntSchemaVersion = 1;

/** All that a hunt has to tell. */
export interface HuntClosing {
  readonly plan: HuntPlan;
  readonly reports: readonly SeedReport[];
  readonly rows: readonly TallyRow[];
  readonly written: readonly WrittenScenario[];
  /** The hunt was interrupted. */
  readonly partial: boolean;
}

/** Of each broken promise so many seeds are named; JSON names all. */
const namedSeeds = 5;

/** A paragraph for each broken promise with the commands that repeat it, then the table. */
export function huntText(closing: HuntClosing, style: TerminalStyle): string {
  const { plan, reports, rows, written, partial } = closing;
  const shown = rows.filter(({ claimed }) => claimed || plan.unclaimed);
  const operations = reports.reduce((sum, report) => sum + report.operations, 0);
  const first = plan.seeds[0];
  const seeds = plan.seeds.length === 1 ? `seed ${first}` : `seeds ${first} to ${plan.seeds.at(-1)}`;
  const interrupted = partial ? ' (interrupted)' : '';
  const summary = `${count(reports.length)} runs of ${seeds}, ${count(operations)} operations${interrupted}.\n`;
  const promised = shown.filter(({ claimed }) => claimed);
  const paragraphs = [
    ...promised.filter(({ broken }) => broken.length > 0).map((row) => paragraphOf(row, closing, style)),
    ...promised.filter(stayedUnknown).map((row) => undecidedText(row, style)),
  ];
  const others = written
    .filter(({ report }) => !report.finding.claimed)
    .map(({ repeat }) => `Repeat: ${repeat}\n`);
  return [...paragraphs, tableOf(shown), ...(others.length === 0 ? [] : [others.join('')]), summary].join(
    '\n',
  );
}

function undecidedText({ word, subject, because }: TallyRow, { width }: TerminalStyle): string {
  return `${wrapped(`${nameOf(word)}: no seed could decide "${subject}" (${because}).`, width)}\n`;
}

function tableOf(rows: readonly TallyRow[]): string {
  const head = ['strategy', 'guarantee', 'promised', 'held', 'broken', 'undecided', 'first seed'];
  const cells = rows.map(({ word, subject, claimed, held, broken, undecided }) => [
    nameOf(word),
    subject,
    claimed ? 'yes' : 'no',
    count(held),
    count(broken.length),
    count(undecided),
    broken[0] ?? '',
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)]
    .map((text) => `${text}\n`)
    .join('');
}

function paragraphOf(row: TallyRow, { plan, written }: HuntClosing, { width }: TerminalStyle): string {
  const { word, subject, broken, sentence } = row;
  const [first, ...others] = broken;
  const small = written.find(({ report }) => report.task.word === word && report.task.subject === subject);
  const seeds = `${count(broken.length)} ${broken.length === 1 ? 'seed' : 'seeds'}`;
  const intro = `${nameOf(word)} broke its promise "${subject}" on ${seeds}, first on ${first}: ${sentence}`;
  const lines = [wrapped(intro, width)];
  if (small !== undefined && small.report.task.seed === first) {
    const { before, after, runs, exhausted } = small.report;
    const until = exhausted ? ', when its budget was used up' : '';
    lines.push(
      wrapped(
        `Made smaller in ${runs} runs${until}: ${sizeInWords(before)} became ${sizeInWords(after)}.`,
        width,
      ),
    );
    // What people copy stays on one line, whatever the width.
    lines.push(`Repeat: ${small.repeat}`);
  }
  lines.push(`As drawn: ${plan.repeat(word, first!)}`);
  for (const seed of others.slice(0, namedSeeds)) lines.push(`Also:     ${plan.repeat(word, seed)}`);
  const rest = others.length - namedSeeds;
  if (rest > 0) lines.push(`and ${count(rest)} more seeds (--json names all)`);
  return `${lines.join('\n')}\n`;
}

function sizeInWords(draft: Draft): string {
  return Object.entries(countsOf(draft))
    .map(([what, number]) => `${count(number)} ${number === 1 ? what.replace(/s$/, '') : what}`)
    .join(', ');
}

/** The same for programs: one JSON document. */
export function huntJson({ plan, reports, rows, written, partial }: HuntClosing): string {
  const shown = rows.filter(({ claimed }) => claimed || plan.unclaimed);
  const document = {
    schemaVersion: huntSchemaVersion,
    partial,
    firstSeed: plan.seeds[0],
    seeds: plan.seeds.length,
    runs: reports.length,
    leftOut: plan.leftOut,
    guarantees: shown.map(({ word, subject, claimed, held, undecided, broken, because }) => ({
      strategy: word,
      guarantee: subject,
      claimed,
      held,
      undecided,
      broken: broken.length,
      seeds: broken,
      ...(undecided === 0 ? {} : { because }),
    })),
    violations: shown.flatMap((row) => violationsOf(row, reports, plan, written)),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function violationsOf(
  { word, subject, claimed, broken }: TallyRow,
  reports: readonly SeedReport[],
  plan: HuntPlan,
  written: readonly WrittenScenario[],
) {
  return broken.map((seed) => {
    const report = reports.find((one) => one.word === word && one.seed === seed);
    const finding = report?.findings.find((one) => one.subject === subject);
    const small = written.find(
      ({ report: { task } }) => task.word === word && task.subject === subject && task.seed === seed,
    );
    return {
      strategy: word,
      guarantee: subject,
      claimed,
      seed,
      trouble: report?.trouble,
      sentence: finding?.sentence,
      repeat: plan.repeat(word, seed),
      ...(small === undefined
        ? {}
        : {
            scenario: small.file,
            replay: small.repeat,
            shrinkingRuns: small.report.runs,
            before: countsOf(small.report.before),
            after: countsOf(small.report.after),
          }),
    };
  });
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
