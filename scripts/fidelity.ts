import { readFileSync, writeFileSync } from 'node:fs';
import {
  type ComparisonRow,
  findWorkload,
  loadSpec,
  type Runtime,
  runMatrix,
  simRuntime,
  strategies,
  summarise,
  threadsRuntime,
} from '../src/index.ts';
import { formatNumber } from '../src/report/format.ts';

/**
 * Runs the same experiments on worker threads and in virtual time, and writes both numbers side by side into
 * docs/fidelity.md.
 *
 *     npm run fidelity                 all three workloads, three trials each, some ten minutes
 *     npm run fidelity -- 1 registers  one trial of one workload
 */
const page = 'docs/fidelity.md';
const [trials = '3', ...chosen] = process.argv.slice(2);
const workloads = chosen.length > 0 ? chosen : ['viral-likes', 'registers', 'bank-transfers'];

interface Measure {
  readonly name: string;
  /** Percentages are compared by their difference in points, as a tenth of a percent off nothing is not an error of 100 %. */
  readonly inPoints: boolean;
  of(row: ComparisonRow): Spread | null;
}
type Spread = NonNullable<ComparisonRow['yield']>;

const share = (spread: Spread | null): Spread | null =>
  spread && { median: spread.median * 100, minimum: spread.minimum * 100, maximum: spread.maximum * 100 };

const measures: readonly Measure[] = [
  { name: 'writes /s', inPoints: false, of: (row) => row.writesPerSecond },
  { name: 'reads /s', inPoints: false, of: (row) => row.readsPerSecond },
  { name: 'write p50 ms', inPoints: false, of: (row) => row.writeLatencyMsP50 },
  { name: 'write p99 ms', inPoints: false, of: (row) => row.writeLatencyMsP99 },
  { name: 'read p50 ms', inPoints: false, of: (row) => row.readLatencyMsP50 },
  { name: 'read p99 ms', inPoints: false, of: (row) => row.readLatencyMsP99 },
  { name: 'yield %', inPoints: true, of: (row) => share(row.yield) },
  { name: 'stale reads %', inPoints: true, of: (row) => share(row.staleShare) },
  { name: 'staleness p99 ms', inPoints: false, of: (row) => row.stalenessMsP99 },
];

let text = readFileSync(page, 'utf8');
for (const workload of workloads) {
  const spec = loadSpec(findWorkload(workload), strategies, { trials: Number(trials) });
  const measure = async (runtime: Runtime) => summarise((await runMatrix({ spec, runtime })).trials);
  const onThreads = await measure(threadsRuntime);
  const simulated = await measure(simRuntime);
  const table = tableOf(onThreads, simulated);
  process.stdout.write(`${workload}\n\n${table}\n\n`);
  text = replaceTable(text, workload, table);
  writeFileSync(page, text);
}

function tableOf(onThreads: readonly ComparisonRow[], simulated: readonly ComparisonRow[]): string {
  const rows = onThreads.flatMap((real) => {
    const virtual = simulated.find((row) => row.strategy === real.strategy);
    return virtual === undefined ? [] : rowsOf(real, virtual);
  });
  const head = ['| strategy | measure | threads | simulator | difference |', '|---|---|--:|--:|--:|'];
  return [...head, ...rows].join('\n');
}

function rowsOf(real: ComparisonRow, virtual: ComparisonRow): readonly string[] {
  const measured = measures.flatMap((measure) => {
    const [a, b] = [measure.of(real), measure.of(virtual)];
    return a === null || b === null ? [] : [{ measure, a, b }];
  });
  const lines = measured.map(({ measure, a, b }, i) => {
    const strategy = i === 0 ? `\`${real.strategy}\`` : '';
    return `| ${strategy} | ${measure.name} | ${inWords(a)} | ${inWords(b)} | ${differenceOf(measure, a, b)} |`;
  });
  const verdicts = real.promise === virtual.promise ? 'same' : 'not the same';
  return [...lines, `| | promises | ${real.promise} | ${virtual.promise} | ${verdicts} |`];
}

/** The median of the trials and, where they differ, the lowest and the highest. */
function inWords({ median, minimum, maximum }: Spread): string {
  const range = `${formatNumber(minimum)} – ${formatNumber(maximum)}`;
  return formatNumber(minimum) === formatNumber(maximum)
    ? formatNumber(median)
    : `${formatNumber(median)} (${range})`;
}

function differenceOf({ inPoints }: Measure, real: Spread, virtual: Spread): string {
  const difference = virtual.median - real.median;
  if (inPoints) return `${signed(difference)} points`;
  if (real.median === 0) return virtual.median === 0 ? '0 %' : '';
  return `${signed((100 * difference) / real.median)} %`;
}

function signed(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return rounded > 0 ? `+${rounded}` : rounded < 0 ? `−${-rounded}` : '0';
}

function replaceTable(text: string, workload: string, table: string): string {
  const marked = new RegExp(`(<!-- ${workload} -->\\n)[\\s\\S]*?(<!-- end of ${workload} -->)`);
  if (!marked.test(text)) throw new Error(`${page} lacks the marks of ${workload}`);
  return text.replace(marked, (_, before, after) => `${before}${table}\n${after}`);
}
