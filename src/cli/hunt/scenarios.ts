import { isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Draft, listAt, mapAt } from '../../hunting/draft.ts';
import { isGuarantee } from '../../hunting/play.ts';
import type { ShrinkReport, ShrinkTask } from '../../hunting/protocol.ts';
import { scenarioText } from '../../hunting/scenario-file.ts';
import type { TallyRow } from '../../hunting/tally.ts';
import { implies } from '../../kernel/guarantee.ts';
import { makeFolder, makeFreshFolder, writeWhole } from '../../report/disk.ts';
import { resultFolderName } from '../../report/folder.ts';
import { shellWord } from '../shell.ts';
import type { HuntPlan } from './plan.ts';

/** A scenario that was made smaller, and the file that it was written to. */
export interface WrittenScenario {
  readonly report: ShrinkReport;
  readonly file: string;
  /** The command that repeats it. */
  readonly repeat: string;
}

/**
 * The first seed of each broken promise, but for those that are broken because a stronger one is; of what nobody promised too,
 * where files of it are asked for.
 */
export function targetsOf(plan: HuntPlan, rows: readonly TallyRow[]): readonly ShrinkTask[] {
  const { order, budget, unclaimed, out } = plan;
  const broken = rows.filter((row) => row.broken.length > 0);
  const follows = ({ word, subject }: TallyRow) =>
    broken.some((row) => row.claimed && row.word === word && implies(row.subject, subject));
  return broken
    .filter((row) => (row.claimed ? !follows(row) : unclaimed && out !== undefined))
    .map(({ word, subject, broken }) => ({ order, word, subject, seed: broken[0]!, budget }));
}

/** Where scenarios go. */
export function outFolder({ out }: HuntPlan): string {
  if (out === undefined) return makeFreshFolder('results', resultFolderName(new Date(), 'hunt'));
  makeFolder(resolve(out));
  return out;
}

/** Writes a scenario as a workload file that says what it shows. */
export function writeScenario(folder: string, plan: HuntPlan, report: ShrinkReport): WrittenScenario {
  const { task, finding, after } = report;
  const { word, subject, seed } = task;
  const name = plain(`${nameOf(word)}-${finding.claimed ? '' : 'unclaimed-'}${subject}`);
  const file = join(folder, `${name}.yaml`);
  const repeat = `npx pacelc replay ${shellWord(file)}`;
  const draft: Draft = {
    ...after,
    name: name.slice(0, 50),
    summary: `What seed ${seed} drew against ${nameOf(word)}, made smaller.`,
    strategies: [entryIn(folder, word, plan, after)],
    ...(isGuarantee(subject) ? { expect: { [subject]: 'violated' } } : {}),
  };
  const kind = finding.claimed ? 'breaks its promise' : 'does not promise, and breaks,';
  const sentences = [`${nameOf(word)} ${kind} "${subject}": ${finding.sentence}`, `Repeat: ${repeat}`];
  writeWhole(file, scenarioText(draft, { sentences }));
  return { report, file, repeat };
}

/** A module of the user's own is named as seen from the file. */
function entryIn(folder: string, word: string, { order }: HuntPlan, draft: Draft) {
  const entry = mapAt(listAt(draft.strategies)[0]);
  const module = order.modules[word];
  if (module === undefined) return Object.keys(entry).length === 1 ? word : entry;
  const path = relative(resolve(folder), fileURLToPath(module)).replaceAll('\\', '/');
  return { ...entry, name: isAbsolute(path) || path.startsWith('.') ? path : `./${path}` };
}

/** A path by the name of its file. */
export function nameOf(word: string): string {
  return (word.split(/[\\/]/).at(-1) as string).replace(/\.[cm]?[jt]s$/, '');
}

function plain(name: string): string {
  const letters = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z]+/, '');
  return letters === '' ? 'scenario' : letters;
}
