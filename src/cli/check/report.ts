import { atSecond } from '../../checkers/words.ts';
import { ednText } from '../../history/codecs/edn-text.ts';
import { HistoryFileError, shown } from '../../history/codecs/file-error.ts';
import type { RecordedCall } from '../../history/recorded.ts';
import type { CountedJudgement, FileJudgement, WitnessCall } from './judge.ts';

/** Raised whenever the meaning of a field of the JSON changes. */
export const checkSchemaVersion = 1;

/** Of a witness the last lines are shown, where the contradiction is; JSON has all of them. */
const shownCalls = 24;

const words = { holds: 'kept', violated: 'violated', unknown: 'undecided' } as const;

/** One line a file, and below it what shows a violation. */
export function asText(file: FileJudgement): string {
  const about = [
    ...(file.label === null ? [] : [file.label]),
    ...(file.model === null ? [] : [file.model]),
    counted(file.operations),
  ].join(', ');
  const counting = inWords(file.verdicts.filter(({ counts }) => counts));
  const others = inWords(file.verdicts.filter(({ counts }) => !counts));
  const details = file.verdicts.map((judgement) => detailsOf(file, judgement)).join('');
  const rest = others === '' ? '' : `; not promised: ${others}`;
  return `${file.file}: ${counting || 'nothing promised'} (${about})${rest}\n${details}`;
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
function detailsOf(file: FileJudgement, { guarantee, counts, verdict }: CountedJudgement): string {
  if (!counts || verdict.type === 'holds') return '';
  if (verdict.type === 'unknown') return `  ${guarantee}: ${verdict.because}\n`;
  const calls = verdict.witness.slice(-shownCalls).map((number) => file.callAt(number));
  const rest = verdict.witness.length - calls.length;
  return [
    `  ${guarantee}: ${verdict.sentence}`,
    ...(rest > 0 ? [`  after ${rest} earlier ${rest === 1 ? 'operation' : 'operations'}`] : []),
    ...calls.map((witness) => `  ${file.file}:${witness.line}: ${callInWords(witness)}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
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
