import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interleave, median } from '../support/interleave.ts';
import { printRatio, printTable } from '../support/print.ts';
import { runSide } from '../support/side.ts';
import { writeColumns } from './columns-file.ts';
import { fixedHistory, type HistoryShape } from './histories.ts';
import { printRecordedHistories } from './recorded.ts';
import type { SideAnswer, SideInput } from './side.ts';

/**
 * What does it cost to check a history as long as a benchmark's, and how much less is it than a general search? Fixed
 * histories are made once and written to files, and each check runs once in a process of its own that has read the columns, cold.
 *
 *     npm run bench:check
 */
const rounds = Number(process.argv[2] ?? 3);
const operations = 1_000_000;
const clients = 50;
/** What a register of that size may take, cold: processor time of the whole process, since one core must do, and bytes. */
const timeBarMs = 300;
const memoryBarBytes = 200e6;
/** By how many times the general search must be slower, on the longest history that it manages. */
const bar = 1_000;
const searchClients = 10;
const searchPatienceMs = 20_000;
/** The search runs for seconds, most of them compiled; so our side counts when it is compiled too. */
const settledCalls = 101;
const shortestSearched = 2_000;
const searchedGrowth = 1.5;

const module = new URL('./side.ts', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'pacelc-check-'));
try {
  await printLongHistories();
  printRecordedHistories();
  printRatio('check', await ratioToSearch(), bar);
} finally {
  rmSync(folder, { recursive: true });
}

async function printLongHistories(): Promise<void> {
  const shapes = (['register', 'counter', 'cas'] as const).flatMap((kind) =>
    [false, true].map(
      (violated): HistoryShape => ({ kind, operations, clients, unanswered: 0.01, violated }),
    ),
  );
  const paths = new Map(
    shapes.map((shape) => [`${shape.kind}, ${shape.violated ? 'violated' : 'valid'}`, save(shape)]),
  );
  const answers = await interleave([...paths.keys()], rounds, (name) =>
    run({ path: paths.get(name)!, method: 'ours', patienceMs: 0, again: 0 }),
  );
  printTable(
    [
      `${operations} operations by ${clients} clients, 1 % info`,
      'verdict',
      'ms',
      'cpu ms',
      'peak MB',
      'heap MB',
      'arrays MB',
    ],
    [...answers].map(([name, taken]) => [
      name,
      taken[0]!.verdict,
      ...[median(taken.map(({ ms }) => ms)), median(taken.map(({ cpuMs }) => cpuMs))].map((ms) =>
        ms.toFixed(0),
      ),
      ...[taken.map((a) => a.peakBytes), taken.map((a) => a.heapBytes), taken.map((a) => a.arrayBytes)].map(
        (bytes) => (median(bytes) / 1e6).toFixed(0),
      ),
    ]),
  );
  for (const [name, taken] of answers)
    if (taken[0]!.sentence !== '') console.log(`${name}: ${taken[0]!.sentence}`);
  console.log(
    'peak: the largest size of the process (rss) less its size just before; heap, arrays: their growth',
  );
  for (const [name, taken] of answers) {
    if (!name.startsWith('register')) continue;
    const [ms, bytes] = [median(taken.map((a) => a.cpuMs)), median(taken.map((a) => a.peakBytes))];
    const kept = ms < timeBarMs && bytes < memoryBarBytes;
    console.log(
      `${name}: ${ms.toFixed(0)} ms of one core (bar ${timeBarMs}) and ${(bytes / 1e6).toFixed(0)} MB (bar ${memoryBarBytes / 1e6}): ${kept ? 'kept' : 'missed'}`,
    );
    if (!kept) process.exitCode = 1;
  }
}

/** How many times longer the general search takes than we do, on the longest history that it manages in time. */
async function ratioToSearch(): Promise<number> {
  const rows: string[][] = [];
  let ratio = Number.NaN;
  for (let size = shortestSearched; ; size = Math.round(size * searchedGrowth)) {
    const path = save({
      kind: 'register',
      operations: size,
      clients: searchClients,
      unanswered: 0,
      violated: false,
    });
    process.stderr.write(`search of ${size}\n`);
    const searched = await run({ path, method: 'wing-gong-lowe', patienceMs: searchPatienceMs, again: 0 });
    const ours = await run({ path, method: 'ours', patienceMs: 0, again: settledCalls });
    const finished = searched.verdict !== 'gave up';
    if (finished) ratio = searched.ms / ours.settledMs;
    rows.push([
      `${size}`,
      ours.ms.toFixed(1),
      ours.settledMs.toFixed(2),
      searched.ms.toFixed(0),
      (searched.peakBytes / 1e6).toFixed(0),
      finished ? ratio.toFixed(0) : searched.verdict,
    ]);
    if (!finished) break;
  }
  printTable(
    [
      `operations by ${searchClients} clients`,
      'ours, cold ms',
      'settled ms',
      'search ms',
      'search MB',
      'ratio',
    ],
    rows,
  );
  return ratio;
}

function run(input: SideInput): Promise<SideAnswer> {
  return runSide<SideInput, SideAnswer>(module, input);
}

function save(shape: HistoryShape): string {
  const path = join(folder, `${shape.kind}-${shape.operations}-${shape.violated}.columns`);
  writeColumns(path, fixedHistory(shape));
  return path;
}
