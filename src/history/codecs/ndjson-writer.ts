import type { Guarantee } from '../../kernel/guarantee.ts';
import { completionTypes, type Key, type NodeId, sameValue, type Value } from '../../kernel/operation.ts';
import { completionCode, type History, kindCode, noText, phases, valueKind } from '../history.ts';
import type { TrialRecord } from '../trial.ts';

/** What a file says beside the history: the trial that it records and what its strategy promised. All of it may be missing. */
export interface HistoryContext {
  readonly record?: Omit<TrialRecord, 'history'>;
  readonly claimed?: readonly Guarantee[];
}

/** Lines are handed over in pieces of about this many characters. */
const pieceLength = 1 << 20;

/**
 * A history as newline-delimited JSON, in pieces: a line that says what it is, then a line an operation, in the order of
 * invocation and with the fields of `Row` in a fixed order. So the same history gives the same bytes.
 */
export function* ndjsonPieces(history: History, context: HistoryContext = {}): Iterable<string> {
  const line = rowWriter(history);
  let piece = `${JSON.stringify(headerOf(history, context))}\n`;
  for (let row = 0; row < history.length; row += 1) {
    piece += line(row);
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function headerOf(history: History, { record, claimed }: HistoryContext): Readonly<Record<string, unknown>> {
  const { schemaVersion, length, nodes, regions } = history;
  const {
    contents,
    history: _,
    commits: __,
    ...facts
  } = {
    contents: undefined,
    history,
    commits: null,
    ...record,
  };
  return {
    schemaVersion,
    operations: length,
    nodes,
    regions,
    ...facts,
    ...(claimed === undefined ? {} : { claimed }),
    ...(contents === undefined ? {} : { contents: differences(contents) }),
  };
}

/** Of what each node stored in the end, the keys that not all of them hold the same: all that judging it needs. */
function differences(contents: ReadonlyMap<NodeId, ReadonlyMap<Key, Value>>) {
  const stored = [...contents.values()];
  const differs = (key: Key) =>
    stored.some((held) => !sameValue(held.get(key) ?? null, stored[0]!.get(key) ?? null));
  const keys = [...new Set(stored.flatMap((held) => [...held.keys()]))].filter(differs);
  return [...contents].map(([node, held]) => [
    node,
    keys.flatMap((key) => (held.has(key) ? [[key, held.get(key)]] : [])),
  ]);
}

/** Writes line after line; texts become JSON once, however often they stand in the history. */
function rowWriter(history: History): (row: number) => string {
  const { columns: c, texts } = history;
  const quoted: string[] = [];
  const text = (id: number) => {
    quoted[id] ??= JSON.stringify(texts[id]);
    return quoted[id];
  };
  const value = (kind: number, number: number) => valueText(kind, number, texts);
  const operation = (row: number) => {
    const head = `{"type":"${kindNames[c.kind[row]!]}","key":${text(c.key[row]!)}`;
    const argument = value(c.argumentKind[row]!, c.argument[row]!);
    const condition = value(c.conditionKind[row]!, c.condition[row]!);
    switch (c.kind[row]) {
      case kindCode.write:
        return `${head},"value":${argument}}`;
      case kindCode.add:
        return `${head},"delta":${argument},"floor":${condition}}`;
      case kindCode.cas:
        return `${head},"expected":${condition},"value":${argument}}`;
      case kindCode.transfer:
        return `${head},"to":${text(c.to[row]!)},"amount":${argument},"floor":${condition}}`;
      default:
        return `${head}}`;
    }
  };
  const completion = (row: number) => {
    const code = c.completion[row]!;
    if (code === completionCode.open) return 'null';
    const name = code === completionCode.refused ? 'because' : 'error';
    const words = c.reason[row] === noText ? '' : `,"${name}":${text(c.reason[row]!)}`;
    const seen = value(c.valueKind[row]!, c.value[row]!);
    return `{"type":"${completionTypes[code - 1]}"${words}${seen === '' ? '' : `,"value":${seen}`}}`;
  };
  return (row) =>
    `{"stream":${c.stream[row]},"index":${c.index[row]},"process":${c.process[row]},"site":${c.site[row]}` +
    `,"node":${c.node[row]},"attempts":${c.attempts[row]},"phase":"${phases[c.phase[row]!]}"` +
    `,"operation":${operation(row)},"dueAt":${timeText(c.dueAt[row]!)},"invokedAt":${c.invokedAt[row]}` +
    `,"completedAt":${timeText(c.completedAt[row]!)},"completion":${completion(row)}}\n`;
}

const kindNames = Object.keys(kindCode);

function timeText(time: number): string {
  return Number.isNaN(time) ? 'null' : String(time);
}

/** Texts stand as JSON in the history. JSON has no infinities and no negative zero that every writer keeps. */
function valueText(kind: number, number: number, texts: readonly string[]): string {
  switch (kind) {
    case valueKind.absent:
      return '';
    case valueKind.null:
      return 'null';
    case valueKind.text:
      return texts[number]!;
    default:
      if (Object.is(number, -0)) return '-0';
      return Number.isFinite(number) ? String(number) : `{"number":"${number}"}`;
  }
}
