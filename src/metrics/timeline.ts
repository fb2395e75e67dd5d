import { completionCode, type History } from '../history/history.ts';
import type { TrialRecord } from '../history/trial.ts';
import { type Micros, milliseconds, seconds } from '../kernel/time.ts';
import { type Tally, tallyOf } from './availability.ts';
import { type Distribution, distributionOf } from './percentile.ts';
import { askedAt, type Groups, groupRows, isAnswered, isLoad, isOk, isRead, rowsOfGroup } from './rows.ts';
import type { StalenessColumns } from './staleness-columns.ts';

/** The windows that a timeline may have; the shortest that keeps it short enough to draw. */
const windowLengths: readonly Micros[] = [
  milliseconds(250),
  milliseconds(500),
  ...[1, 2, 5, 10, 30, 60, 300, 600, 3_600].map(seconds),
];
const mostWindows = 1_200;

/** What was asked in one window of time, and what became of it. */
export interface TimelineWindow {
  readonly site: number | null;
  readonly from: Micros;
  readonly tally: Tally;
  readonly okReads: number;
  readonly okWrites: number;
  /** Completed `ok` within the window, whenever asked. */
  readonly completedReads: number;
  readonly completedWrites: number;
  readonly readLatency: Distribution | null;
  readonly writeLatency: Distribution | null;
  readonly staleness: WindowStaleness;
}

/** What a timeline shows of the reads of one window; null where none was judged. */
export interface WindowStaleness {
  readonly judged: number;
  readonly stale: number;
  readonly ageP99: Micros | null;
  readonly ageMaximum: Micros | null;
  /** Null where no counter was read. */
  readonly incrementsMaximum: number | null;
}

export interface Timeline {
  readonly window: Micros;
  /** For all regions together and then for each, window after window from the start of the load. */
  readonly windows: readonly TimelineWindow[];
}

export function timelineOf(record: TrialRecord, staleness: StalenessColumns): Timeline {
  const { loadFrom, loadTo } = record.window;
  const span = Math.max(0, loadTo - loadFrom);
  const window = windowLengths.find((length) => span / length <= mostWindows) ?? seconds(86_400);
  const count = Math.ceil(span / window);
  const sites = record.history.regions.length > 1 ? [null, ...record.history.regions.keys()] : [null];
  const windows = sites.flatMap((site) => windowsOf(record, staleness, { site, window, count, loadFrom }));
  return { window, windows };
}

interface Grid {
  readonly site: number | null;
  readonly window: Micros;
  readonly count: number;
  readonly loadFrom: Micros;
}

function windowsOf(record: TrialRecord, staleness: StalenessColumns, grid: Grid): TimelineWindow[] {
  const { columns } = record.history;
  const asked = groupRows(record.history, grid.count, (row) => {
    if (!isLoad(columns, row)) return -1;
    if (grid.site !== null && columns.site[row] !== grid.site) return -1;
    return indexOf(grid, askedAt(columns, row));
  });
  const completed = completionsOf(record.history, grid);
  const windows: TimelineWindow[] = [];
  for (let index = 0; index < grid.count; index += 1) {
    windows.push(windowOf(record.history, staleness, grid, index, asked, completed));
  }
  return windows;
}

/** −1 outside the load. */
function indexOf(grid: Grid, at: Micros): number {
  const index = Math.floor((at - grid.loadFrom) / grid.window);
  return index >= 0 && index < grid.count ? index : -1;
}

function completionsOf(
  { columns, length }: History,
  grid: Grid,
): { reads: Uint32Array; writes: Uint32Array } {
  const reads = new Uint32Array(grid.count);
  const writes = new Uint32Array(grid.count);
  for (let row = 0; row < length; row += 1) {
    if (!isLoad(columns, row) || !isOk(columns, row)) continue;
    if (grid.site !== null && columns.site[row] !== grid.site) continue;
    const index = indexOf(grid, columns.completedAt[row]!);
    if (index < 0) continue;
    const counts = isRead(columns, row) ? reads : writes;
    counts[index]! += 1;
  }
  return { reads, writes };
}

function windowOf(
  history: History,
  staleness: StalenessColumns,
  grid: Grid,
  index: number,
  asked: Groups,
  completed: { reads: Uint32Array; writes: Uint32Array },
): TimelineWindow {
  const { columns } = history;
  const rows = rowsOfGroup(asked, index);
  const counts = new Uint32Array(Object.keys(completionCode).length);
  const ok = { reads: 0, writes: 0 };
  const latencies = { reads: new Float64Array(rows.length), writes: new Float64Array(rows.length) };
  const answered = { reads: 0, writes: 0 };
  for (const row of rows) {
    const kind = isRead(columns, row) ? 'reads' : 'writes';
    counts[columns.completion[row]!]! += 1;
    if (isOk(columns, row)) ok[kind] += 1;
    if (!isAnswered(columns, row)) continue;
    latencies[kind][answered[kind]] = columns.completedAt[row]! - askedAt(columns, row);
    answered[kind] += 1;
  }
  return {
    site: grid.site,
    from: index * grid.window,
    tally: tallyOf(counts),
    okReads: ok.reads,
    okWrites: ok.writes,
    completedReads: completed.reads[index]!,
    completedWrites: completed.writes[index]!,
    readLatency: distributionOf(latencies.reads.subarray(0, answered.reads)),
    writeLatency: distributionOf(latencies.writes.subarray(0, answered.writes)),
    staleness: stalenessIn(staleness, rows),
  };
}

function stalenessIn({ age, increments }: StalenessColumns, rows: Uint32Array): WindowStaleness {
  const ages = new Float64Array(rows.length);
  let judged = 0;
  let stale = 0;
  let incrementsMaximum: number | null = null;
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i]!;
    if (Number.isNaN(age[row]!)) continue;
    ages[judged] = age[row]!;
    judged += 1;
    if (age[row]! > 0) stale += 1;
    if (!Number.isNaN(increments[row]!))
      incrementsMaximum = Math.max(incrementsMaximum ?? 0, increments[row]!);
  }
  const distribution = distributionOf(ages.subarray(0, judged));
  const ageP99 = distribution?.p99 ?? null;
  return { judged, stale, ageP99, ageMaximum: distribution?.maximum ?? null, incrementsMaximum };
}
