import { judge } from '../../checkers/index.ts';
import {
  checkRecorded,
  guessModel,
  type ModelName,
  modelNames,
  UnknownCallsError,
} from '../../checkers/recorded.ts';
import type { Judgement, Verdict } from '../../checkers/verdict.ts';
import { callOf } from '../../history/calls.ts';
import { HistoryFileError, Mistakes, shown } from '../../history/codecs/file-error.ts';
import type { ReadHistory } from '../../history/codecs/index.ts';
import { lineOfRow, type OwnHistory } from '../../history/codecs/ndjson-reader.ts';
import type { HistoryFormat } from '../../history/codecs/sniff.ts';
import { rowOf } from '../../history/history.ts';
import type { RecordedCall, RecordedHistory } from '../../history/recorded.ts';
import type { Guarantee } from '../../kernel/guarantee.ts';

/** What a file was found to be. */
export interface FileJudgement {
  readonly file: string;
  readonly format: HistoryFormat;
  /** What the functions were taken to mean; null for our own histories, which say it themselves. */
  readonly model: ModelName | null;
  /** The strategy that was recorded, where the file says so. */
  readonly label: string | null;
  readonly operations: number;
  readonly verdicts: readonly CountedJudgement[];
  /** The operation behind a number in a witness. */
  callAt(witness: number): WitnessCall;
}

/** A verdict, and whether the exit code depends on it. */
export type CountedJudgement = Judgement & { readonly counts: boolean };

/** A call, at the line of the file that tells it. */
export interface WitnessCall {
  readonly line: number;
  readonly call: RecordedCall;
  /** Whether its times are nanoseconds of a clock, and not the order of lines. */
  readonly timed: boolean;
}

/** What the command line asks of every file. */
export interface JudgeOptions {
  readonly model?: ModelName;
  readonly budget?: number;
  readonly guarantees?: readonly Guarantee[];
}

/** The verdicts on a history. Throws `HistoryFileError` for what no model knows. */
export function judgeHistory(read: ReadHistory, options: JudgeOptions, file: string): FileJudgement {
  if (read.format === 'ndjson') return judgeOwn(read.own, options, file);
  return judgeForeign(read.recorded, read.format, options, file);
}

function judgeOwn(own: OwnHistory, options: JudgeOptions, file: string): FileJudgement {
  if (options.model !== undefined) {
    throw new HistoryFileError(
      file,
      null,
      '--model is for histories of others; this one says itself what its operations mean',
    );
  }
  const { history } = own;
  return {
    file,
    format: 'ndjson',
    model: null,
    label: own.record.strategy === '' ? null : own.record.label,
    operations: history.length,
    verdicts: countedVerdicts(own, options),
    callAt: (row) => ({ line: lineOfRow(row), call: callOf(rowOf(history, row)), timed: true }),
  };
}

/** Promises count, or what is asked for; without either, whether the history is linearizable. */
function countedVerdicts(
  { record, claimed }: OwnHistory,
  options: JudgeOptions,
): readonly CountedJudgement[] {
  const { guarantees, budget } = options;
  const counts = ({ guarantee, claimed: promised }: Judgement) =>
    guarantees?.includes(guarantee) ?? (claimed === null ? guarantee === 'linearizable' : promised);
  const found = judge(record, claimed ?? [], budget).filter(
    ({ guarantee }) => guarantees === undefined || guarantees.includes(guarantee),
  );
  return [...found, ...notJudged(guarantees ?? [], found)].map((judgement) => ({
    ...judgement,
    counts: counts(judgement),
  }));
}

function notJudged(asked: readonly Guarantee[], found: readonly Judgement[]): readonly Judgement[] {
  const because = 'the history has no operation that could show it';
  return asked
    .filter((guarantee) => found.every((judgement) => judgement.guarantee !== guarantee))
    .map((guarantee) => ({ guarantee, claimed: false, verdict: { type: 'unknown', because } }));
}

function judgeForeign(
  { source, calls, timed }: RecordedHistory,
  format: HistoryFormat,
  options: JudgeOptions,
  file: string,
): FileJudgement {
  const other = options.guarantees?.find((guarantee) => guarantee !== 'linearizable');
  if (other !== undefined) {
    throw new HistoryFileError(
      source,
      null,
      `histories of others are judged by linearizable only, not by ${other}`,
    );
  }
  const model = options.model ?? guessModel(calls) ?? unknownModel(source, calls);
  const verdict = verdictOn(source, calls, model, options.budget);
  return {
    file,
    format,
    model,
    label: null,
    operations: calls.length,
    verdicts: [{ guarantee: 'linearizable', claimed: false, counts: true, verdict }],
    callAt: (index) => ({ line: calls[index]!.line, call: calls[index]!, timed }),
  };
}

function verdictOn(
  source: string,
  calls: readonly RecordedCall[],
  model: ModelName,
  budget: number | undefined,
): Verdict {
  try {
    return checkRecorded(calls, model, budget);
  } catch (error) {
    if (!(error instanceof UnknownCallsError)) throw error;
    const mistakes = new Mistakes(source);
    for (const { line, message } of error.errors) {
      mistakes.note(new HistoryFileError(source, line, message));
    }
    mistakes.throwIfAny();
    throw error;
  }
}

/** Each function is told with the first line that has it: one of them is most likely a slip. */
function unknownModel(source: string, calls: readonly RecordedCall[]): never {
  const firsts = new Map<string, number>();
  for (const { function: name, line } of calls) if (!firsts.has(name)) firsts.set(name, line);
  const names = [...firsts].slice(0, 10).map(([name, line]) => `${shown(name)} in line ${line}`);
  throw new HistoryFileError(
    source,
    null,
    `no model knows all of its functions (${names.join(', ')}); name one with --model ${modelNames.join('|')}`,
  );
}
