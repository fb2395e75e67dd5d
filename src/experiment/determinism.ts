import { createHash } from 'node:crypto';
import { ndjsonPieces } from '../history/codecs/ndjson-writer.ts';
import { csvTexts } from '../report/files.ts';
import { Trace } from '../runtimes/sim/trace.ts';
import { tracedSimRuntime } from '../runtimes/sim/traced.ts';
import { claimsOf, type EndedTrial, endTrial, type TrialJob, type TrialWatch } from './one-trial.ts';
import { partingOf } from './parting.ts';

/** So many events of each run are kept, to name the first that differs; of later ones the hash tells that some do. */
const eventsKept = 1_000_000;

/** What one run of a trial left behind, as hashes that are the same on every machine. */
export interface Fingerprint {
  /** The hash of all that happened in the simulator. */
  readonly trace: string;
  /** How many entries the trace had. */
  readonly events: number;
  /** SHA-256 of the uncompressed lines of `history.ndjson`, and of those that each CSV file has of the trial. */
  readonly files: Readonly<Record<string, string>>;
}

/** What running a trial twice has shown. */
export interface Comparison {
  readonly fingerprint: Fingerprint;
  /** Where the two runs parted, in words; null where they were the same. */
  readonly difference: string | null;
}

/** A trial that has ended, and what running it a second time has shown; absent where that was interrupted. */
export interface CheckedTrial extends EndedTrial {
  readonly comparison?: Comparison;
}

/** Runs a trial in virtual time twice and compares; null where it was interrupted. The result is that of the first run. */
export async function checkTrial(job: TrialJob, watch: TrialWatch): Promise<CheckedTrial | null> {
  const first = await tracedRun(job, watch);
  if (first === null) return null;
  const second = watch.signal?.aborted === true ? null : await tracedRun({ ...job, explain: false }, watch);
  // What was interrupted ended wherever it was: there is nothing to compare.
  if (second === null || watch.signal?.aborted === true) return first.ended;
  return { ...first.ended, comparison: compare(job, first, second) };
}

/** A text that a run writes, in pieces. */
interface Written {
  readonly name: string;
  readonly pieces: () => Iterable<string>;
}

interface TracedRun {
  readonly ended: EndedTrial;
  readonly trace: Trace;
  readonly written: readonly Written[];
}

async function tracedRun(job: TrialJob, watch: TrialWatch): Promise<TracedRun | null> {
  const trace = new Trace({ limit: eventsKept });
  const ended = await endTrial(job, tracedSimRuntime(trace), watch);
  if (ended === null) return null;
  const claimed = await claimsOf(job.spec, job.choice);
  const record = ended.outcome?.record;
  const history = () => (record === undefined ? [] : ndjsonPieces(record.history, { record, claimed }));
  const files = csvTexts(ended.result).map(({ name, text }) => ({ name, pieces: () => [text] }));
  return { ended, trace, written: [{ name: 'history.ndjson', pieces: history }, ...files] };
}

function compare({ spec }: TrialJob, first: TracedRun, second: TracedRun): Comparison {
  const fingerprint = fingerprintOf(first);
  const other = fingerprintOf(second);
  const known = { fingerprint };
  if (fingerprint.trace !== other.trace) {
    return { ...known, difference: partingOf(first.trace, second.trace, spec.topology) };
  }
  const differs = first.written.findIndex(({ name }) => fingerprint.files[name] !== other.files[name]);
  if (differs < 0) return { ...known, difference: null };
  const line = firstLineApart(first.written[differs]!, second.written[differs]!);
  return { ...known, difference: `the same happened in both, and yet they wrote different files: ${line}` };
}

function fingerprintOf({ trace, written }: TracedRun): Fingerprint {
  const files = written.map(({ name, pieces }) => [name, hashOf(pieces())] as const);
  return { trace: trace.digest, events: trace.count, files: Object.fromEntries(files) };
}

function hashOf(pieces: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

function firstLineApart(first: Written, second: Written): string {
  const others = linesOf(second.pieces());
  let number = 0;
  for (const line of linesOf(first.pieces())) {
    number += 1;
    const other = others.next().value;
    if (line === other) continue;
    return `line ${number} of ${first.name} is ${line} in one run and ${other ?? 'missing'} in the other`;
  }
  return `${first.name} has more than ${number} lines in one run`;
}

function* linesOf(pieces: Iterable<string>): Generator<string, undefined> {
  let rest = '';
  for (const piece of pieces) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}
