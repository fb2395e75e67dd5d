/**
 * The seed harness. From one seed it draws a topology, clients, questions and faults, runs a strategy through them in virtual
 * time, waits for quiet, reads everything once more, and judges every promise that the strategy makes.
 *
 *     const run = await runSeed({ strategy, seed: 17 });      // a strategy object (its `guarantees` are the claims)
 *     expect(problemsOf(run)).toEqual([]);                    // crashes of replicas, broken promises, no recovery
 *     console.log(describeRun(run));                          // faults, and the rows around the witness
 *
 * or, for many seeds, failing with one line that repeats the first bad one:
 *
 *     await runSeeds({ strategy, seeds: 60, repeat: 'test/sim/seeds.test.ts' });
 *
 * What can be told: `kinds` (operations to ask; all that the strategy serves), `profile` (the kind of trouble; else `mixed`, or
 * `any`), `faults` (kinds of fault; all that it tolerates), `knobs` (else the defaults), `operations` and `keys` (about how many), `use` (of all keys).
 * Everything that replicas hand over is frozen, so changing it afterwards throws at the change.
 * `SEED=17` in the environment runs that seed alone, `SEEDS=1000` so many.
 */
import { judge } from '../../src/checkers/index.ts';
import type { Judgement } from '../../src/checkers/verdict.ts';
import type { FaultAction } from '../../src/faults/fault.ts';
import { type History, keyOf, type Row, rowOf } from '../../src/history/history.ts';
import type { TrialRecord } from '../../src/history/trial.ts';
import type { NodeId, OperationKind } from '../../src/kernel/operation.ts';
import { randomStream } from '../../src/kernel/random.ts';
import type { Knobs } from '../../src/kernel/replica.ts';
import type { AnyStrategy, FaultKind, Strategy } from '../../src/kernel/strategy.ts';
import { type Micros, milliseconds, seconds } from '../../src/kernel/time.ts';
import type { ClusterRecord } from '../../src/runtimes/cluster.ts';
import { SimCluster } from '../../src/runtimes/sim/cluster.ts';
import type { Trace } from '../../src/runtimes/sim/trace.ts';
import type { Topology } from '../../src/topology/topology.ts';
import { clients, type LoadResult } from './swarm-clients.ts';
import {
  drawQuestions,
  drawTopology,
  type PlannedFault,
  type Questions,
  type Wanted,
} from './swarm-draws.ts';
import {
  disordered,
  drawWeather,
  onBadNetwork,
  type ProfileName,
  profilesFor,
  type Weather,
} from './swarm-profiles.ts';

/** Any strategy, whatever its type of message: a harness never looks inside. */
export type SomeStrategy = Strategy<unknown>;

export interface SeedOptions extends Wanted {
  readonly strategy: SomeStrategy;
  readonly seed: number | string;
  readonly kinds?: readonly OperationKind[];
  readonly faults?: readonly FaultKind[];
  /** The kind of trouble; `any` draws one that `faults` allow. */
  readonly profile?: ProfileName | 'mixed' | 'any';
  readonly knobs?: Knobs;
  /** Records what happens. */
  readonly trace?: Trace;
}

export interface SeedRun {
  readonly seed: string;
  readonly strategy: SomeStrategy;
  readonly profile: ProfileName | 'mixed';
  readonly knobs: Knobs;
  readonly topology: Topology;
  readonly questions: Questions;
  readonly faults: readonly PlannedFault[];
  readonly history: History;
  /** Whom clients may ask in the end. */
  readonly serving: readonly NodeId[];
  readonly contents: TrialRecord['contents'];
  readonly record: TrialRecord;
  readonly cluster: ClusterRecord;
  readonly judgements: readonly Judgement[];
  /** Final reads that never got an answer, although everything had healed. */
  readonly unanswered: readonly string[];
  readonly events: number;
}

/** How long replicas get to agree once everything has healed. */
const settle: Micros = seconds(30);
const betweenReads: Micros = seconds(5);
const poll: Micros = milliseconds(100);
const lasting: Micros = seconds(2);

export async function runSeed(options: SeedOptions): Promise<SeedRun> {
  const { strategy } = options;
  const seed = String(options.seed);
  const knobs = options.knobs ?? defaultKnobs(strategy);
  const allowed = options.faults ?? strategy.tolerates;
  const profile = profileOf(seed, options.profile ?? 'mixed', allowed);
  const drawn = drawTopology(randomStream(seed, 'swarm/topology'));
  const questions = drawQuestions(randomStream(seed, 'swarm/questions'), drawn, served(options), options);
  const weather = drawWeather(seed, profile, drawn, questions.lasts, allowed);
  const topology = disordered(drawn, weather.disorder);
  const hosted = onBadNetwork(strategy, seed, weather);
  const cluster = openCluster(hosted, seed, knobs, topology, weather, options.trace);

  const { drains } = weather;
  const first = await cluster.serving();
  const job = cluster.launchHere(clients, { seed, topology, questions, drains, serving: first });
  const struck = await strike(cluster, weather.faults, questions);
  const load = await job.result();
  const agreed = await awaitAgreement(cluster);
  // Twice: sums over several keys need reads before and after one instant.
  const serving = await cluster.serving();
  const asked = { seed, topology, questions, serving };
  const once = await cluster.launchHere(clients, { ...asked, after: load }).result();
  await cluster.sleepUntil(cluster.now() + betweenReads);
  const final = await cluster.launchHere(clients, { ...asked, after: once }).result();
  const contents = await cluster.contents();
  const clusterRecord = await cluster.stop();
  const record = recordOf(strategy, seed, questions, final, contents, clusterRecord, agreed);
  return {
    seed,
    strategy,
    profile,
    knobs,
    topology,
    questions,
    faults: struck,
    history: final.history,
    serving,
    contents,
    record,
    cluster: clusterRecord,
    judgements: judge(record, strategy.guarantees(knobs)),
    unanswered: [...once.unanswered, ...final.unanswered],
    events: cluster.simulation.events,
  };
}

/** Everything about a run that the strategy must answer for, in words; empty when it kept its promises. */
export function problemsOf(run: SeedRun): readonly string[] {
  const broken = run.judgements.flatMap(({ guarantee, claimed, verdict }) =>
    claimed && verdict.type === 'violated' ? [`${guarantee}: ${verdict.sentence}`] : [],
  );
  const died = run.cluster.failures.map(
    ({ node, at, stack }) => `node ${node} died of its own fault at ${at} µs: ${stack}`,
  );
  const silent = run.unanswered.map((what) => `after everything had healed: ${what}`);
  const unsettled = run.cluster.membership
    .filter(({ settled }) => settled === null)
    .map(
      ({ type, node, asked }) =>
        `after everything had healed: the ${type} of node ${node}, asked for at ${asked} µs, was never settled`,
    );
  return [...died, ...broken, ...silent, ...unsettled];
}

/** How long all seeds of one strategy may take, in milliseconds. */
export const swarmPatience = Math.max(600_000, Number(process.env.SEEDS ?? 0) * 200);

export interface SeedsOptions extends Omit<SeedOptions, 'seed'> {
  /** How many seeds, unless SEED or SEEDS in the environment says otherwise. */
  readonly seeds: number;
  /** The test file that repeats a seed. */
  readonly repeat: string;
}

/** Runs seeds 1 to N and throws at the first that shows a problem, with the line that repeats it. Returns all runs' verdict counts. */
export async function runSeeds(options: SeedsOptions): Promise<ReadonlyMap<string, number>> {
  const only = process.env.SEED;
  const count = Number(process.env.SEEDS ?? options.seeds);
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

/** The run for people: the nodes, the faults, and the rows of the keys in the witness of the first violation. */
export function describeRun(run: SeedRun): string {
  const { topology, history, questions, faults } = run;
  const nodes = topology.nodes.map((node) => `${node.id} ${node.name}`).join(', ');
  const violated = run.judgements.filter(({ verdict: { type } }) => type === 'violated');
  const verdict = (violated.find(({ claimed }) => claimed) ?? violated[0])?.verdict;
  const witness = verdict?.type === 'violated' ? verdict.witness : [];
  const keys = new Set(witness.map((row) => keyOf(history, row)));
  const rows = Array.from({ length: history.length }, (_, row) => rowOf(history, row));
  const shown = rows.filter(({ operation }) => keys.size === 0 || keys.has(operation.key));
  return [
    `seed ${run.seed}, profile ${run.profile}, strategy ${run.strategy.name}: ${nodes}; ${topology.name}; ${questions.clients} clients`,
    ...faults.map(({ at, until, start }) => `  ${at} to ${until} µs: ${JSON.stringify(start)}`),
    ...shown.slice(-120).map((row) => `${witness.includes(row.row) ? '→' : ' '} ${rowInWords(row)}`),
  ].join('\n');
}

function rowInWords(row: Row): string {
  const { process, node, invokedAt, completedAt, operation, completion, phase } = row;
  const outcome = completion === null ? 'open' : JSON.stringify(completion);
  return `${row.row} ${phase} process ${process} node ${node} ${invokedAt}…${completedAt ?? ''} ${JSON.stringify(operation)} ${outcome}`;
}

function defaultKnobs(strategy: SomeStrategy): Knobs {
  return Object.fromEntries(strategy.knobs.map((knob) => [knob.name, knob.default]));
}

function served({ strategy, kinds }: SeedOptions): readonly OperationKind[] {
  const all = Object.entries(strategy.operations) as [OperationKind, string][];
  const offered = all.filter(([, service]) => service !== 'refused').map(([kind]) => kind);
  return kinds === undefined ? offered : offered.filter((kind) => kinds.includes(kind));
}

function profileOf(
  seed: string,
  wanted: ProfileName | 'mixed' | 'any',
  allowed: readonly FaultKind[],
): ProfileName | 'mixed' {
  return wanted === 'any' ? randomStream(seed, 'swarm/profile').pick(profilesFor(allowed)) : wanted;
}

function openCluster(
  strategy: SomeStrategy,
  seed: string,
  knobs: Knobs,
  topology: Topology,
  { skew, standby }: Weather,
  trace: Trace | undefined,
): SimCluster {
  return new SimCluster(
    {
      topology,
      strategy: { name: strategy.name, module: '', knobs },
      standby,
      seed,
      options: { freeze: true, skew, commits: true },
    },
    strategy as AnyStrategy,
    undefined,
    trace,
  );
}

/** Carries out the faults, each at its time, and returns them with the nodes that aimed ones found. */
async function strike(cluster: SimCluster, planned: readonly PlannedFault[], questions: Questions) {
  const faults = [...planned];
  const edges = planned.flatMap(({ at, until, end }, index) => [
    { at, index, starts: true },
    ...(end === null ? [] : [{ at: until, index, starts: false }]),
  ]);
  for (const { at, index, starts } of edges.sort((a, b) => a.at - b.at)) {
    await cluster.sleepUntil(at);
    const fault = faults[index]!;
    if (starts && fault.aimed) faults[index] = await aim(cluster, fault, questions);
    const action = starts ? faults[index]!.start : faults[index]!.end;
    if (action !== null) await cluster.apply(action);
  }
  return faults;
}

/** Turns a fault on whoever leads, or holds the lease of a key, now. */
async function aim(cluster: SimCluster, fault: PlannedFault, questions: Questions): Promise<PlannedFault> {
  for (const { key } of questions.keys) {
    const players = [...(await cluster.playing('holder', key)), ...(await cluster.playing('leader', key))];
    const nodes = players.slice(0, 1);
    if (nodes.length === 0) continue;
    return {
      ...fault,
      start: { ...fault.start, nodes } as FaultAction,
      end: { ...fault.end, nodes } as FaultAction,
    };
  }
  return fault;
}

/** Replicas that each lack something else may add up to the same by chance, so agreement counts only once it lasts. */
async function awaitAgreement(cluster: SimCluster): Promise<boolean> {
  const giveUpAt = cluster.now() + settle;
  let since: Micros | null = null;
  while (since === null || cluster.now() - since < lasting) {
    if (cluster.now() >= giveUpAt) return false;
    since = (await cluster.agrees()) ? (since ?? cluster.now()) : null;
    await cluster.sleepUntil(cluster.now() + poll);
  }
  return true;
}

function recordOf(
  strategy: SomeStrategy,
  seed: string,
  questions: Questions,
  final: LoadResult,
  contents: TrialRecord['contents'],
  cluster: ClusterRecord,
  agreed: boolean,
): TrialRecord {
  const end = questions.lasts;
  return {
    label: strategy.name,
    strategy: strategy.name,
    family: strategy.family,
    trial: 1,
    seed,
    kinds: questions.kinds,
    openLoop: false,
    history: final.history,
    commits: cluster.commits,
    window: { loadFrom: 0, measuredFrom: 0, measuredTo: end, loadTo: end },
    faults: [],
    cost: cluster.cost,
    convergence: { agreed, took: null, allowed: settle },
    contents,
    generatorLateness: null,
    deliveryLateness: null,
    partial: false,
    broken: cluster.failures[0]?.stack ?? null,
  };
}
