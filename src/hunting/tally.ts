import { guarantees } from '../kernel/guarantee.ts';
import { basics, type Finding, type Subject } from './play.ts';
import type { SeedReport } from './protocol.ts';

/** What all seeds of a strategy together show of one thing that can be broken. */
export interface TallyRow {
  /** The word that names the strategy. */
  readonly word: string;
  readonly subject: Subject;
  /** Knobs decide what is promised, so a strategy may have a row of each kind. */
  readonly claimed: boolean;
  readonly held: number;
  readonly undecided: number;
  /** The seeds that broke it, in order. */
  readonly broken: readonly string[];
  /** Of the first of them: what is broken. */
  readonly sentence: string;
  /** Why it could not be decided, where it could not. */
  readonly because: string;
}

/** Every subject in the order of reports. */
export const subjects: readonly Subject[] = [...guarantees, ...basics];

/** Counts what the seeds of each strategy show, in the order of strategies, subjects, and what is promised first. */
export function tallyOf(reports: readonly SeedReport[]): readonly TallyRow[] {
  const words = [...new Set(reports.map(({ word }) => word))];
  return words.flatMap((word) => {
    const own = reports.filter((report) => report.word === word);
    return subjects.flatMap((subject) =>
      [true, false].flatMap((claimed) => rowOf(word, subject, claimed, own) ?? []),
    );
  });
}

function rowOf(
  word: string,
  subject: Subject,
  claimed: boolean,
  reports: readonly SeedReport[],
): TallyRow | null {
  const found = reports.flatMap(({ seed, findings }) =>
    findings
      .filter((one) => one.subject === subject && one.claimed === claimed)
      .map((finding): { readonly seed: string; readonly finding: Finding } => ({ seed, finding })),
  );
  if (found.length === 0) return null;
  const broken = found.filter(({ finding }) => finding.verdict === 'violated');
  const unknown = found.filter(({ finding }) => finding.verdict === 'unknown');
  return {
    word,
    subject,
    claimed,
    held: found.length - broken.length - unknown.length,
    undecided: unknown.length,
    broken: broken.map(({ seed }) => seed),
    sentence: broken[0]?.finding.sentence ?? '',
    because: unknown[0]?.finding.sentence ?? '',
  };
}

/** Whether every seed that could have shown it left it undecided. */
export function stayedUnknown({ held, undecided, broken }: TallyRow): boolean {
  return held === 0 && broken.length === 0 && undecided > 0;
}
