import { createHash } from 'node:crypto';
import { judge } from '../checkers/index.ts';
import type { Judgement } from '../checkers/verdict.ts';
import { atSecond } from '../checkers/words.ts';
import { promisesOf } from '../experiment/run.ts';
import type { ExperimentSpec, StrategyChoice } from '../experiment/spec.ts';
import { runTrial, type TrialOutcome } from '../experiment/trial.ts';
import { kindsNeeded } from '../faults/schedule.ts';
import { ndjsonPieces } from '../history/codecs/ndjson-writer.ts';
import { completionCode, type History, keyOf, phaseCode } from '../history/history.ts';
import { type Guarantee, guarantees } from '../kernel/guarantee.ts';
import type { AnyStrategy } from '../kernel/strategy.ts';
import { audit } from '../metrics/audit.ts';
import type { Cluster, ClusterRecord, Runtime } from '../runtimes/cluster.ts';
import { SimCluster } from '../runtimes/sim/cluster.ts';
import { simRuntime } from '../runtimes/sim/runtime.ts';
import type { Trace } from '../runtimes/sim/trace.ts';
import { roundTripOf } from './draw/faults.ts';

/**
 * The simulator with a strategy that is at hand, and without a watch over each of its turns, which takes longer than the turns of a
 * small scenario: a strategy that never comes to an end is noticed by whoever watches over the thread.
 */
export function bareRuntime(
  strategy: AnyStrategy,
  options: Readonly<Record<string, string | number | boolean>> = {},
  trace?: Trace,
): Runtime {
  const open: Runtime['open'] = (setup) => {
    const told = { ...setup, options: { ...setup.options, ...options } };
    return Promise.resolve(new SimCluster(told, strategy, undefined, trace));
  };
  return { ...simRuntime, open };
}

/**
 * What a hunt looks for besides guarantees, of every strategy: that its replicas run, that every key is readable once all has
 * healed, and that nobody reads what nobody wrote.
 */
export const basics = ['runs', 'recovers', 'no-phantoms'] as const;
export type Basic = (typeof basics)[number];

/** Whatever can be broken. */
export type Subject = Guarantee | Basic;

/** Whether it is one of the guarantees that strategies promise. */
export function isGuarantee(subject: Subject): subject is Guarantee {
  return guarantees.some((guarantee) => guarantee === subject);
}

/** What a run shows of one thing that can be broken. */
export interface Finding {
  readonly subject: Subject;
  /** Whether the strategy must keep it, under the faults of the run. */
  readonly claimed: boolean;
  readonly verdict: 'holds' | 'violated' | 'unknown';
  /** What is broken, or why nobody knows. */
  readonly sentence: string;
}

/** A scenario that was run, and all that it shows. */
export interface Played {
  readonly outcome: TrialOutcome;
  readonly judgements: readonly Judgement[];
  readonly findings: readonly Finding[];
  /** Events of the simulator. */
  readonly events: number;
}

export interface PlayRequest {
  readonly spec: ExperimentSpec;
  readonly choice: StrategyChoice;
  readonly strategy: AnyStrategy;
  readonly trial?: number;
  /** One that has the strategy; the simulator, which loads its module, where it is absent. */
  readonly runtime?: Runtime;
  /** Judges only what is promised. */
  readonly claimedOnly?: boolean;
}

/** Runs one trial in virtual time, by the same path as `pacelc run --runtime sim`, and judges it. */
export async function play(request: PlayRequest): Promise<Played> {
  const { spec, choice, strategy, trial = 1 } = request;
  const counted = counting(request.runtime ?? simRuntime);
  const outcome = await runTrial({
    spec,
    choice,
    trial,
    runtime: counted.runtime,
    ...(request.runtime === undefined ? {} : { strategy }),
  });
  const concern = request.claimedOnly === true ? 'claimed' : 'all';
  const judgements = judge(outcome.record, promisesOf(spec, choice, strategy), undefined, concern);
  const tolerated = kindsNeeded(spec.faults).every((kind) => strategy.tolerates.includes(kind));
  const findings = [
    ...judgements.map(findingOf),
    ...basicsOf(outcome, tolerated, tolerated && hasDefaultKnobs(choice, strategy) && isPatient(spec)),
  ];
  return { outcome, judgements, findings, events: counted.events() };
}

/** The same runtime, and how many events its cluster has seen. */
function counting(runtime: Runtime): { readonly runtime: Runtime; readonly events: () => number } {
  let opened: Cluster | undefined;
  const open: Runtime['open'] = async (setup) => {
    opened = await runtime.open(setup);
    return opened;
  };
  const events = () => (opened instanceof SimCluster ? opened.simulation.events : 0);
  return { runtime: { ...runtime, open }, events };
}

function findingOf({ guarantee, claimed, verdict }: Judgement): Finding {
  const sentence =
    verdict.type === 'violated' ? verdict.sentence : verdict.type === 'unknown' ? verdict.because : '';
  return { subject: guarantee, claimed, verdict: verdict.type, sentence };
}

/** With its knobs turned a strategy may rightly be too impatient to answer anybody. */
export function hasDefaultKnobs({ knobs }: StrategyChoice, strategy: AnyStrategy): boolean {
  return strategy.knobs.every((knob) => knobs[knob.name] === knob.default);
}

/** A strategy may need a few messages in turn, each as late as links allow, and clients that do not wait learn nothing. */
const patientRoundTrips = 10;

function isPatient({ clients, topology }: ExperimentSpec): boolean {
  return clients.deadline >= patientRoundTrips * roundTripOf(topology);
}

function basicsOf(
  { record, cluster }: TrialOutcome,
  tolerated: boolean,
  answers: boolean,
): readonly Finding[] {
  const died = cluster.failures[0];
  const silent = unreadKeys(record.history);
  const phantoms = audit(record.history).phantomReads ?? 0;
  const found: Record<Basic, string> = {
    runs: died === undefined ? '' : `node ${died.node} died of its own fault: ${firstLine(died.stack)}`,
    recovers: died === undefined ? unhealed(silent, cluster) : '',
    'no-phantoms': phantoms === 0 ? '' : `${phantoms} reads returned what nobody had written`,
  };
  return basics.map((subject) => {
    const sentence = found[subject];
    const claimed = subject === 'recovers' ? answers : tolerated;
    return { subject, claimed, verdict: sentence === '' ? 'holds' : 'violated', sentence };
  });
}

/** What did not come back to order in the end: a key that nobody can read, or a change of members that nobody concluded. */
function unhealed(silent: readonly string[], { membership }: ClusterRecord): string {
  if (silent.length > 0) return `after everything had healed, no read of "${silent[0]}" was answered`;
  const open = membership.find(({ settled }) => settled === null);
  if (open === undefined) return '';
  return `the ${open.type} of node ${open.node}, asked for at ${atSecond(open.asked)}, was never settled`;
}

function firstLine(stack: string): string {
  return stack.split('\n', 1)[0] as string;
}

/** Keys that were read once all was quiet, and never with an answer. */
function unreadKeys(history: History): readonly string[] {
  const { phase, completion } = history.columns;
  const asked = new Set<string>();
  const answered = new Set<string>();
  for (let row = 0; row < history.length; row += 1) {
    if (phase[row] !== phaseCode.final) continue;
    asked.add(keyOf(history, row));
    if (completion[row] === completionCode.ok) answered.add(keyOf(history, row));
  }
  return [...asked].filter((key) => !answered.has(key));
}

/** A hash of all that was asked and answered: of the uncompressed text that `run --history` writes. */
export function hashOfRun({ outcome, judgements }: Pick<Played, 'outcome' | 'judgements'>): string {
  const { record } = outcome;
  const claimed = judgements.flatMap((one) => (one.claimed ? [one.guarantee] : []));
  const hash = createHash('sha256');
  for (const piece of ndjsonPieces(record.history, { record, claimed })) hash.update(piece);
  return hash.digest('hex');
}
