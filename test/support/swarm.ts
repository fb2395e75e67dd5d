/**
 * The seed harness: hunts of `src/hunting` with a strategy that is at hand, for tests. From one seed it draws a scenario, runs it
 * in virtual time by the trial code of experiments, and judges every promise that the strategy makes.
 *
 *     const run = await runSeed({ strategy, seed: 17 });      // a strategy object (its `guarantees` are the claims)
 *     expect(problemsOf(run)).toEqual([]);                    // crashes of replicas, broken promises, no recovery
 *     console.log(describeRun(run));                          // the scenario, and the rows around the witness
 *
 * or, for many seeds, failing with one line that repeats the first bad one:
 *
 *     await runSeeds({ strategy, seeds: 60, repeat: 'test/sim/seeds.test.ts' });
 *
 * What can be told: `kinds` (operations to ask; all that the strategy serves), `profile` (the kind of trouble; else `mixed`, or
 * `any`), `faults` (kinds of fault; all that it tolerates), `knobs` (else the defaults), `operations` and `keys` (how many), `use` (of all keys).
 * Everything that replicas hand over is frozen, so changing it afterwards throws at the change.
 * `SEED=17` in the environment runs that seed alone, `SEEDS=1000` so many.
 */
import type { Judgement } from '../../src/checkers/verdict.ts';
import type { Fault } from '../../src/faults/fault.ts';
import { type History, keyOf, type Row, rowOf } from '../../src/history/history.ts';
import type { TrialRecord } from '../../src/history/trial.ts';
import { type Draft, specOf } from '../../src/hunting/draft.ts';
import type { WantedQuestions } from '../../src/hunting/draw/questions.ts';
import { drawScenario } from '../../src/hunting/draw/scenario.ts';
import { type Trouble, troublesFor } from '../../src/hunting/draw/trouble.ts';
import { bareRuntime, type Finding, play } from '../../src/hunting/play.ts';
import { scenarioText } from '../../src/hunting/scenario-file.ts';
import { randomStream } from '../../src/kernel/random.ts';
import type { Knobs } from '../../src/kernel/replica.ts';
import type { AnyStrategy, FaultKind, Strategy } from '../../src/kernel/strategy.ts';
import type { ClusterRecord } from '../../src/runtimes/cluster.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import type { Trace } from '../../src/runtimes/sim/trace.ts';
import type { Topology } from '../../src/topology/topology.ts';

/** Any strategy, whatever its type of message: a harness never looks inside. */
export type SomeStrategy = Strategy<unknown>;

export interface SeedOptions extends WantedQuestions {
  readonly strategy: SomeStrategy;
  readonly seed: number | string;
  readonly faults?: readonly FaultKind[];
  /** The kind of trouble; `any` draws one that `faults` allow. */
  readonly profile?: Trouble | 'any';
  readonly knobs?: Knobs;
  /** Records what happens. */
  readonly trace?: Trace;
}

export interface SeedRun {
  readonly seed: string;
  readonly strategy: SomeStrategy;
  readonly profile: Trouble;
  readonly draft: Draft;
  readonly topology: Topology;
  readonly faults: readonly Fault[];
  readonly history: History;
  readonly contents: TrialRecord['contents'];
  readonly record: TrialRecord;
  readonly cluster: ClusterRecord;
  readonly judgements: readonly Judgement[];
  readonly findings: readonly Finding[];
  readonly events: number;
}

export async function runSeed(options: SeedOptions): Promise<SeedRun> {
  const { strategy: some, trace, profile: wanted = 'mixed', knobs = {}, ...asked } = options;
  const strategy = some as AnyStrategy;
  const seed = String(options.seed);
  const allowed = options.faults ?? strategy.tolerates;
  const trouble = wanted === 'any' ? randomStream(seed, 'swarm/profile').pick(troublesFor(allowed)) : wanted;
  const registry = { [strategy.name]: { strategy, module: '' } };
  const quarry = { word: strategy.name, strategy };
  const { draft } = drawScenario(seed, quarry, registry, simRuntime.offers, { ...asked, trouble, knobs });
  const spec = specOf(draft, registry);
  const runtime = bareRuntime(strategy, { freeze: true, commits: true }, trace);
  const played = await play({ spec, choice: spec.strategies[0]!, strategy, runtime });
  const { record, cluster } = played.outcome;
  return {
    seed,
    strategy: some,
    profile: trouble,
    draft,
    topology: spec.topology,
    faults: spec.faults,
    history: record.history,
    contents: record.contents,
    record,
    cluster,
    judgements: played.judgements,
    findings: played.findings,
    events: played.events,
  };
}

/** Everything about a run that the strategy must answer for, in words; empty when it kept its promises. */
export function problemsOf(run: SeedRun): readonly string[] {
  return run.findings
    .filter(({ claimed, verdict }) => claimed && verdict === 'violated')
    .map(({ subject, sentence }) => `${subject}: ${sentence}`);
}

/** How long all seeds of one strategy may take, in milliseconds. */
export const swarmPatience = Math.max(600_000, Number(process.env.SEEDS ?? 0) * 200);

export interface SeedsOptions extends Omit<SeedOptions, 'seed'> {
  /** How many seeds, unless SEED or SEEDS in the environment says otherwise. */
  readonly seeds: number;
  /** How many ways of hunting share what SEEDS asks for one strategy; 1 where it is left out. */
  readonly shared?: number;
  /** The test file that repeats a seed. */
  readonly repeat: string;
}

/** What SEEDS in the environment asks of one of several ways of hunting the same strategy; undefined where it asks nothing. */
export function seedsAsked(shared = 1): number | undefined {
  return process.env.SEEDS === undefined ? undefined : Math.ceil(Number(process.env.SEEDS) / shared);
}

/** Runs seeds 1 to N and throws at the first that shows a problem, with the line that repeats it. Returns all runs' verdict counts. */
export async function runSeeds(options: SeedsOptions): Promise<ReadonlyMap<string, number>> {
  const only = process.env.SEED;
  const count = seedsAsked(options.shared) ?? options.seeds;
  const seeds = only === undefined ? Array.from({ length: count }, (_, i) => String(i + 1)) : [only];
  const verdicts = new Map<string, number>();
  for (const seed of seeds) {
    const run = await runSeed({ ...options, seed });
    const problems = problemsOf(run);
    if (problems.length > 0) {
      const { strategy, profile, repeat: file } = options;
      const only = profile === undefined ? strategy.name : `"${strategy.name} .* ${profile}$"`;
      const repeat = `SEED=${seed} npx vitest run ${file} -t ${only}`;
      throw new Error(`${problems.join('\n')}\nrepeat: ${repeat}\n${describeRun(run)}`);
    }
    for (const { guarantee, claimed, verdict } of run.judgements) {
      const name = `${guarantee} ${claimed ? 'claimed' : 'unclaimed'} ${verdict.type}`;
      verdicts.set(name, (verdicts.get(name) ?? 0) + 1);
    }
  }
  return verdicts;
}

/** The run for people: its scenario, and the rows of the keys in the witness of the first violation. */
export function describeRun(run: SeedRun): string {
  const { history, draft } = run;
  const violated = run.judgements.filter(({ verdict: { type } }) => type === 'violated');
  const verdict = (violated.find(({ claimed }) => claimed) ?? violated[0])?.verdict;
  const witness = verdict?.type === 'violated' ? verdict.witness : [];
  const keys = new Set(witness.map((row) => keyOf(history, row)));
  const rows = Array.from({ length: history.length }, (_, row) => rowOf(history, row));
  const shown = rows.filter(({ operation }) => keys.size === 0 || keys.has(operation.key));
  const heading = `seed ${run.seed}, profile ${run.profile}, strategy ${run.strategy.name}`;
  return [
    scenarioText(draft, { sentences: [heading] }),
    ...shown.slice(-120).map((row) => `${witness.includes(row.row) ? '→' : ' '} ${rowInWords(row)}`),
  ].join('\n');
}

function rowInWords(row: Row): string {
  const { process, node, invokedAt, completedAt, operation, completion, phase } = row;
  const outcome = completion === null ? 'open' : JSON.stringify(completion);
  return `${row.row} ${phase} process ${process} node ${node} ${invokedAt}…${completedAt ?? ''} ${JSON.stringify(operation)} ${outcome}`;
}
