import { atSecond } from '../../checkers/words.ts';
import { type History, rowOf } from '../../history/history.ts';
import type { Finding } from '../../hunting/play.ts';
import type { Replayed } from '../../hunting/replay.ts';
import type { Completion, Operation } from '../../kernel/operation.ts';
import type { TerminalStyle } from '../../report/terminal.ts';
import { wrapped } from '../../report/wrap.ts';
import type { ToReplay } from './to-replay.ts';

/** Raised whenever the meaning of a field of the JSON changes. */
export const replaySchemaVersion = 1;

/** Of a witness the last lines are shown, where the contradiction is; JSON has all of them. */
const shownRows = 24;

const verdictWords = { holds: 'kept', violated: 'violated', unknown: 'undecided' } as const;

/** A paragraph for each trial: verdicts, what shows a violation, and whether all came out as recorded. */
export function replayText(asked: ToReplay, replayed: readonly Replayed[], { width }: TerminalStyle): string {
  if (replayed.length === 0) return `${asked.source}: there is no finished trial in it to repeat\n`;
  return replayed.map((one) => trialText(asked, one, width)).join('\n');
}

function trialText({ spec }: ToReplay, replayed: Replayed, width: number): string {
  const { choice, trial, played, hash } = replayed;
  const { findings, outcome } = played;
  const shown = findings.filter((finding) => isShown(finding, spec.expect ?? {}));
  const which = spec.trials > 1 ? `, trial ${trial}` : '';
  const operations = outcome.record.history.length.toLocaleString('en-US');
  const broken = shown.filter(({ verdict }) => verdict === 'violated');
  return [
    wrapped(`${choice.label}${which}, seed ${spec.seed}, ${operations} operations: ${inWords(shown)}`, width),
    ...broken.flatMap((finding) => violationText(finding, replayed, width)),
    ...comparisonText(replayed).map((line) => wrapped(line, width)),
    `History: sha256 ${hash}`,
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** What was promised or is expected, and what nobody promised where it is broken beside the promises that are not. */
function isShown({ subject, claimed, verdict }: Finding, expect: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(expect, subject) || (claimed && (isPromise(subject) || verdict !== 'holds'));
}

/** What every strategy must keep is told where it is broken only. */
function isPromise(subject: string): boolean {
  return !['runs', 'recovers', 'no-phantoms'].includes(subject);
}

/** `linearizable violated; convergent kept` */
function inWords(findings: readonly Finding[]): string {
  const types = [...new Set(findings.map(({ verdict }) => verdict))];
  const words = types.map((type) => {
    const named = findings.filter(({ verdict }) => verdict === type);
    return `${named.map(({ subject }) => subject).join(', ')} ${verdictWords[type]}`;
  });
  return words.length === 0 ? 'nothing promised' : words.join('; ');
}

function violationText(
  { subject, claimed, sentence }: Finding,
  { played }: Replayed,
  width: number,
): readonly string[] {
  const promise = claimed ? '' : ' (not promised)';
  const rows = witnessOf(played, subject);
  const hidden = rows.length - shownRows;
  const { history } = played.outcome.record;
  return [
    wrapped(`${subject}${promise}: ${sentence}`, width),
    ...(hidden > 0 ? [`  after ${hidden} earlier operations`] : []),
    ...rows.slice(-shownRows).map((row) => `  ${rowInWords(history, row)}`),
  ];
}

function witnessOf({ judgements }: Replayed['played'], subject: string): readonly number[] {
  const verdict = judgements.find(({ guarantee }) => guarantee === subject)?.verdict;
  return verdict?.type === 'violated' ? verdict.witness : [];
}

function comparisonText({ missed, sameHistory }: Replayed): readonly string[] {
  return [
    ...missed.map(({ expected, found }) => {
      const came =
        found === undefined ? 'this run asks nothing that shows it' : `it is ${verdictWords[found.verdict]}`;
      return `Not as expected: "${expected.guarantee}" was to be ${verdictWords[expected.verdict]}, and ${came}.`;
    }),
    ...(missed.length === 0 && sameHistory === true ? ['The same as recorded: verdicts and history.'] : []),
    ...(sameHistory === false ? ['Not as recorded: the history is another one.'] : []),
  ];
}

/** `0.102 s to 0.105 s, process 3 at asia-1: write of 5 to register:0 → ok` */
function rowInWords(history: History, number: number): string {
  const { process, node, invokedAt, completedAt, operation, completion } = rowOf(history, number);
  const ended = completedAt === null ? 'open' : atSecond(completedAt);
  const where = history.nodes[node] ?? `node ${node}`;
  return `${atSecond(invokedAt)} to ${ended}, process ${process} at ${where}: ${asked(operation)} → ${told(completion)}`;
}

function asked(operation: Operation): string {
  switch (operation.type) {
    case 'read':
      return `read ${operation.key}`;
    case 'write':
      return `write ${operation.key} = ${JSON.stringify(operation.value)}`;
    case 'add':
      return `add ${operation.delta} to ${operation.key}${floorOf(operation.floor)}`;
    case 'cas':
      return `change ${operation.key} from ${JSON.stringify(operation.expected)} to ${JSON.stringify(operation.value)}`;
    case 'transfer':
      return `move ${operation.amount} from ${operation.key} to ${operation.to}${floorOf(operation.floor)}`;
  }
}

function floorOf(floor: number | null): string {
  return floor === null ? '' : `, not below ${floor}`;
}

function told(completion: Completion | null): string {
  switch (completion?.type) {
    case undefined:
      return 'no answer';
    case 'ok':
      return completion.value === undefined ? 'ok' : JSON.stringify(completion.value);
    case 'refused':
      return `refused (${completion.because})`;
    case 'fail':
      return `failed (${completion.error})`;
    case 'info':
      return `unknown (${completion.error})`;
  }
}

/** The same for programs: one JSON document. */
export function replayJson(
  { spec, source }: ToReplay,
  replayed: readonly Replayed[],
  drawing: string | null = null,
): string {
  const trials = replayed.map(({ choice, trial, played, hash, missed, sameHistory }) => ({
    strategy: choice.label,
    trial,
    seed: spec.seed,
    operations: played.outcome.record.history.length,
    history: hash,
    sameHistory,
    asExpected: missed.length === 0,
    verdicts: played.findings.map(({ subject, ...finding }) => ({
      guarantee: subject,
      ...finding,
      witness: witnessOf(played, subject).map((row) => rowInWords(played.outcome.record.history, row)),
    })),
    missed: missed.map(({ expected, found }) => ({ ...expected, found: found?.verdict ?? null })),
  }));
  const drawn = drawing === null ? {} : { drawing };
  return `${JSON.stringify({ schemaVersion: replaySchemaVersion, source, ...drawn, trials }, null, 2)}\n`;
}
