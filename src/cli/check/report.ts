import { atSecond } from '../../checkers/words.ts';
import { ednText } from '../../history/codecs/edn-text.ts';
import { HistoryFileError, shown } from '../../history/codecs/file-error.ts';
import type { RecordedCall } from '../../history/recorded.ts';
import { plainWidth } from '../../report/terminal.ts';
import { wrapped } from '../../report/wrap.ts';
import type { CountedJudgement, FileJudgement, WitnessCall } from './judge.ts';

/** Raised whenever the meaning of a field of the JSON changes. */
export const checkSchemaVersion = 1;

/** Of a witness the last lines are shown, where the contradiction is; JSON has all of them. */
const shownCalls = 24;

const words = { holds: 'kept', violated: 'violated', unknown: 'undecided' } as const;

/**
 * One line a file, and below it what shows a violation. Sentences break as all prose does here; lines with the names of files break
 * only where a person looks, so that programs find in one line what belongs together.
 */
export function asText(file: FileJudgement, { width, isTerminal }: TextStyle = plainText): string {
  const about = [
    ...(file.label === null ? [] : [file.label]),
    ...(file.model === null ? [] : [file.model]),
    counted(file.operations),
  ].join(', ');
  const counting = inWords(file.verdicts.filter(({ counts }) => counts));
  const others = inWords(file.verdicts.filter(({ counts }) => !counts));
  const lines = (text: string) => (isTerminal ? wrapped(text, width, '  ') : text);
  const rest = others === '' ? '' : `; not promised: ${others}`;
  const first = lines(`${file.file}: ${counting || 'nothing promised'} (${about})${rest}`);
  const details = file.verdicts.flatMap((judgement) => detailsOf(file, judgement));
  const below = details.map(({ text, isProse }) => {
    const narrow = width - margin.length;
    const broken = isProse || isTerminal ? wrapped(text, narrow, '  ') : text;
    return margin + broken.replaceAll('\n', `\n${margin}`);
  });
  return [first, ...below].map((line) => `${line}\n`).join('');
}

const margin = '  ';

/** How wide a line may be, and whether a person looks at it. */
interface TextStyle {
  readonly width: number;
  readonly isTerminal: boolean;
}

const plainText: TextStyle = { width: plainWidth, isTerminal: false };

/** What stands below the first line. */
interface Detail {
  readonly text: string;
  readonly isProse: boolean;
}

function counted(operations: number): string {
  return operations === 1 ? '1 operation' : `${operations.toLocaleString('en-US')} operations`;
}

/** `linearizable, convergent kept; no-lost-adds violated` */
function inWords(judgements: readonly CountedJudgement[]): string {
  const types = [...new Set(judgements.map(({ verdict }) => verdict.type))];
  return types
    .map((type) => {
      const named = judgements.filter(({ verdict }) => verdict.type === type);
      return `${named.map(({ guarantee }) => guarantee).join(', ')} ${words[type]}`;
    })
    .join('; ');
}

/** What was not promised is no news: its verdict is on the first line, its witness is not shown. */
function detailsOf(file: FileJudgement, { guarantee, counts, verdict }: CountedJudgement): readonly Detail[] {
  if (!counts || verdict.type === 'holds') return [];
  const prose = (text: string): Detail => ({ text, isProse: true });
  if (verdict.type === 'unknown') return [prose(`${guarantee}: ${verdict.because}`)];
  const calls = verdict.witness.slice(-shownCalls).map((number) => file.callAt(number));
  const rest = verdict.witness.length - calls.length;
  return [
    prose(`${guarantee}: ${verdict.sentence}`),
    ...(rest > 0 ? [prose(`after ${rest} earlier ${rest === 1 ? 'operation' : 'operations'}`)] : []),
    ...calls.map((witness) => ({
      text: `${file.file}:${witness.line}: ${callInWords(witness)}`,
      isProse: false,
    })),
  ];
}

/** All verdicts as one document, and why files could not be read. */
export function asJson(files: readonly (FileJudgement | HistoryFileError)[]): string {
  const entries = files.map((file) =>
    file instanceof HistoryFileError
      ? { error: file.message }
      : {
          file: file.file,
          format: file.format,
          model: file.model,
          label: file.label,
          operations: file.operations,
          verdicts: file.verdicts.map((judgement) => verdictAsJson(file, judgement)),
        },
  );
  return `${JSON.stringify({ schemaVersion: checkSchemaVersion, files: entries }, null, 2)}\n`;
}

function verdictAsJson(file: FileJudgement, { guarantee, claimed, counts, verdict }: CountedJudgement) {
  const { type, ...rest } = verdict;
  const witness = verdict.type === 'violated' ? verdict.witness.map((number) => file.callAt(number)) : [];
  return {
    guarantee,
    claimed,
    counts,
    verdict: type,
    ...rest,
    witness: witness.map((found) => ({ line: found.line, operation: callInWords(found) })),
  };
}

/** `process 3: write "x" 5 → ok, 2.071 s to 2.103 s` */
function callInWords({ call, timed }: WitnessCall): string {
  const asks = call.input === null || call.input === undefined ? '' : ` ${shown(ednText(call.input))}`;
  const key = call.key === null ? '' : ` ${shown(ednText(call.key))}`;
  return `process ${shown(call.process)}: ${shown(call.function)}${key}${asks} → ${answerInWords(call)}${timed ? spanOf(call) : ''}`;
}

function answerInWords({ input, output, outcome }: RecordedCall): string {
  if (outcome === 'fail') return 'failed';
  if (outcome === 'info') return 'unknown';
  const [asked, told] = [ednText(input), ednText(output)];
  const repeated = asked === told && input !== null && input !== undefined;
  return repeated ? 'ok' : shown(told);
}

const nanosPerMicro = 1_000;

function spanOf({ invokedAt, completedAt }: RecordedCall): string {
  const begun = atSecond(Math.floor(invokedAt / nanosPerMicro));
  const ended = Number.isFinite(completedAt) ? atSecond(Math.ceil(completedAt / nanosPerMicro)) : 'open';
  return `, ${begun} to ${ended}`;
}
