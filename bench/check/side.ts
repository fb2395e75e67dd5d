import { checkLinearizable } from '../../src/checkers/linearizable.ts';
import { median } from '../support/interleave.ts';
import { sideAnswers, sideInput } from '../support/side.ts';
import { readColumns } from './columns-file.ts';
import { searchPlainly } from './wing-gong-lowe.ts';

export interface SideInput {
  readonly path: string;
  readonly method: 'ours' | 'wing-gong-lowe';
  /** Only for the search: when to give up. */
  readonly patienceMs: number;
  /** How often to check it once more, for `settledMs`. */
  readonly again: number;
}

export interface SideAnswer {
  readonly verdict: string;
  readonly sentence: string;
  readonly ms: number;
  /** The median of the calls after the first, when the code is compiled; the first where there are none. */
  readonly settledMs: number;
  /** Processor time of the whole process meanwhile, that of the compiler and the collector included. */
  readonly cpuMs: number;
  /** By how much the process was larger at its largest than just before the check. */
  readonly peakBytes: number;
  /** By how much its heap and its typed arrays had grown when the check had ended, before anything was collected. */
  readonly heapBytes: number;
  readonly arrayBytes: number;
}

/** Checks one history in a process that has done nothing else but read its columns. */
const { path, method, patienceMs, again } = sideInput<SideInput>();
const history = readColumns(path);
const memory = process.memoryUsage();
const cpu = process.cpuUsage();
const from = performance.now();
const verdict = check();
const ms = performance.now() - from;
const { user, system } = process.cpuUsage(cpu);
const after = process.memoryUsage();
sideAnswers<SideAnswer>({
  verdict: verdict.type,
  sentence: 'sentence' in verdict ? verdict.sentence : '',
  ms,
  settledMs: again === 0 ? ms : median(Array.from({ length: again }, timed)),
  cpuMs: (user + system) / 1_000,
  peakBytes: process.resourceUsage().maxRSS * 1_024 - memory.rss,
  heapBytes: after.heapUsed - memory.heapUsed,
  arrayBytes: after.arrayBuffers - memory.arrayBuffers,
});

function check() {
  if (method === 'ours') return checkLinearizable(history);
  return { type: searchPlainly(history, performance.now() + patienceMs) };
}

function timed(): number {
  const start = performance.now();
  check();
  return performance.now() - start;
}
