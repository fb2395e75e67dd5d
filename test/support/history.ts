import { type History, type Phase, phases } from '../../src/history/history.ts';
import { Recorder } from '../../src/history/recorder.ts';
import type { Completion, Operation, Value } from '../../src/kernel/operation.ts';

/**
 * Draws a history as bars, one column per millisecond:
 *
 *     draw(`
 *       1:         |-- write x 1 --|
 *       2@europe:                     |- read x 0 -|
 *       final 3:                                      |- read x 1 -|
 *     `)
 *
 * A line is a process: its number, a region behind `@` (the first of `regions` otherwise), a phase before it
 * (`measured` otherwise). Its time is its column in the line. A bar begins
 * with `|` and ends with `|` (ok), `/` (refused), `!` (fail), `?` (info), or `~` (still open when the history ends).
 * In it stand `read KEY [VALUE]`, `write KEY VALUE`, `add KEY DELTA [FLOOR]`, `cas KEY EXPECTED VALUE` or
 * `transfer KEY TO AMOUNT [FLOOR]`, among dashes. Values are numbers, `null`, or words.
 */
export function draw(drawing: string, options: DrawOptions = {}): History {
  const regions = options.regions ?? ['asia', 'america', 'europe'];
  const bars = drawing.split('\n').flatMap((line) => barsOf(line, regions));
  return record(bars, regions, options);
}

export interface DrawOptions {
  readonly regions?: readonly string[];
  readonly nodes?: readonly string[];
  /** How long before its invocation each operation was due, in milliseconds; closed loop if absent. */
  readonly late?: number;
  readonly microsPerColumn?: number;
}

/** One operation as tests without a drawing write it. Times are in milliseconds. */
export interface Told {
  readonly process?: number;
  readonly site?: number;
  readonly node?: number;
  readonly phase?: Phase;
  readonly dueAt?: number;
  readonly from: number;
  /** Absent while open. */
  readonly to?: number;
  readonly operation: Operation;
  readonly completion?: Completion;
}

/** A history of rows in any order; they are recorded in the order of invocation. */
export function tell(
  rows: readonly Told[],
  regions: readonly string[] = ['asia', 'america', 'europe'],
  nodes: readonly string[] = ['asia-1', 'america-1', 'europe-1'],
): History {
  const recorder = new Recorder(rows.length);
  const ordered = rows.map((row, i) => ({ row, i })).sort((a, b) => a.row.from - b.row.from || a.i - b.i);
  for (const { row, i } of ordered) {
    const phase = phases.indexOf(row.phase ?? 'measured');
    const due = row.dueAt === undefined ? Number.NaN : micros(row.dueAt);
    const process = row.process ?? i;
    const site = row.site ?? 0;
    const node = row.node ?? 0;
    const at = recorder.begin(process, i, process, site, node, phase, row.operation, due, micros(row.from));
    if (row.to !== undefined) recorder.end(at, row.completion ?? { type: 'ok' }, micros(row.to));
  }
  return recorder.history(nodes, regions);
}

interface Bar {
  readonly process: number;
  readonly site: number;
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
  readonly end: string;
  readonly words: readonly string[];
}

const label = /^\s*(?:(setup|warm-up|measured|cool-down|final)\s+)?(\d+)(?:@(\S+))?:/;

function barsOf(line: string, regions: readonly string[]): Bar[] {
  if (line.trim() === '') return [];
  const head = label.exec(line);
  if (head === null) throw new Error(`no label like "measured 1@asia:" in "${line}"`);
  const [text, phase, process, region] = head;
  const site = region === undefined ? 0 : regions.indexOf(region);
  if (site < 0) throw new Error(`no region "${region}" among ${regions.join(', ')}`);
  const bars = line.slice(text.length).matchAll(/\|([^|/!?~]*)([|/!?~])/g);
  return [...bars].map((match) => ({
    process: Number(process),
    site,
    phase: (phase ?? 'measured') as Phase,
    from: text.length + match.index,
    to: text.length + match.index + match[0].length - 1,
    end: match[2]!,
    words: match[1]!
      .replace(/^-+|-+$/g, '')
      .trim()
      .split(/\s+/),
  }));
}

function record(bars: readonly Bar[], regions: readonly string[], options: DrawOptions): History {
  const scale = (options.microsPerColumn ?? 1_000) / 1_000;
  const rows = bars.map((bar): Told => {
    const from = bar.from * scale;
    return {
      process: bar.process,
      site: bar.site,
      phase: bar.phase,
      from,
      ...(bar.end === '~' ? {} : { to: bar.to * scale, completion: completionOf(bar) }),
      ...(options.late === undefined ? {} : { dueAt: from - options.late }),
      operation: operationOf(bar),
    };
  });
  return tell(rows, regions, options.nodes ?? ['asia-1', 'america-1', 'europe-1']);
}

function operationOf({ words }: Bar): Operation {
  const [type, key, first, second, third] = words as [string, string, string, string, string];
  switch (type) {
    case 'read':
      return { type, key };
    case 'write':
      return { type, key, value: wordAsValue(first) };
    case 'add':
      return { type, key, delta: Number(first), floor: floorOf(second) };
    case 'cas':
      return { type, key, expected: wordAsValue(first), value: wordAsValue(second) };
    case 'transfer':
      return { type, key, to: first, amount: Number(second), floor: floorOf(third) };
    default:
      throw new Error(`no operation "${words.join(' ')}"`);
  }
}

function completionOf({ end, words }: Bar): Completion {
  switch (end) {
    case '|':
      return words[0] === 'read' ? { type: 'ok', value: wordAsValue(words[2]) } : { type: 'ok' };
    case '/':
      return { type: 'refused', because: 'mismatch' };
    case '!':
      return { type: 'fail', error: 'unavailable' };
    default:
      return { type: 'info', error: 'timed out' };
  }
}

function wordAsValue(word: string | undefined): Value {
  if (word === undefined || word === 'null') return null;
  return Number.isNaN(Number(word)) ? word : Number(word);
}

function floorOf(word: string | undefined): number | null {
  return word === undefined ? null : Number(word);
}

function micros(milliseconds: number): number {
  return Math.round(milliseconds * 1_000);
}
