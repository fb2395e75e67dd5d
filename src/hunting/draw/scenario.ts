import { formatDuration } from '../../experiment/file/units.ts';
import type { StrategyRegistry } from '../../experiment/spec-file.ts';
import { type OperationKind, operationKinds } from '../../kernel/operation.ts';
import { randomStream } from '../../kernel/random.ts';
import type { Knobs } from '../../kernel/replica.ts';
import type { AnyStrategy, FaultKind } from '../../kernel/strategy.ts';
import { createWorkload } from '../../workloads/index.ts';
import { type Draft, type JsonMap, specOf } from '../draft.ts';
import { drawKnobs, knobsInFile } from './knobs.ts';
import { drawQuestions, type WantedQuestions } from './questions.ts';
import { drawTopology } from './topology.ts';
import { type Trouble, troublesFor, withTrouble } from './trouble.ts';

/** What is not left to chance. All of it is plain data, so that workers can be told. */
export interface Wanted extends WantedQuestions {
  readonly nodes?: number;
  /** The kind of trouble; one that is allowed is drawn where it is absent. */
  readonly trouble?: Trouble;
  /** Kinds of fault that may strike; those that the strategy tolerates where it is absent. */
  readonly faults?: readonly FaultKind[];
  /** Settings of the strategy; drawn where they are absent. */
  readonly knobs?: Knobs;
  /** Workload files to hunt in: what one says stays, and only the seed, faults and knobs are drawn. */
  readonly bases?: readonly Draft[];
}

/** A strategy by the word that names it in a file. */
export interface Quarry {
  readonly word: string;
  readonly strategy: AnyStrategy;
}

/** A scenario of a seed, and the kind of trouble in it. */
export interface Scenario {
  readonly draft: Draft;
  readonly trouble: Trouble;
}

/** How long replicas get to agree; far longer than any strategy takes. */
const settle = '30s';

/**
 * The scenario of a seed: where nodes are, what is asked, what goes wrong, and how the strategy is set. One stream of chance for
 * each, so that a change to one leaves the others as they are. `offers`: the faults that the runtime can make.
 */
export function drawScenario(
  seed: string,
  quarry: Quarry,
  registry: StrategyRegistry,
  offers: readonly FaultKind[],
  wanted: Wanted = {},
): Scenario {
  const { strategy } = quarry;
  const allowed = (wanted.faults ?? strategy.tolerates).filter((kind) => offers.includes(kind));
  const trouble = wanted.trouble ?? drawTrouble(seed, allowed);
  const calm: Draft = {
    ...drawCalm(seed, strategy, wanted),
    seed,
    strategies: [entryOf(seed, quarry, wanted)],
  };
  const spec = specOf(calm, registry);
  const { initial, operation } = createWorkload(spec.workload, seed);
  const stage = {
    topology: spec.topology,
    lasts: spec.duration,
    keys:
      strategy.family === 'strong' ? [operation(0, 0).key, ...initial.slice(0, 2).map(([key]) => key)] : [],
  };
  const random = randomStream(seed, 'hunt/faults');
  return { draft: withTrouble(random, trouble, calm, stage, allowed), trouble };
}

/** Mostly a mixture; else one of the kinds that make more of one trouble. */
function drawTrouble(seed: string, allowed: readonly FaultKind[]): Trouble {
  const random = randomStream(seed, 'hunt/trouble');
  return random.chance(0.5) ? 'mixed' : random.pick(troublesFor(allowed));
}

/** A scenario in which nothing goes wrong. */
function drawCalm(seed: string, strategy: AnyStrategy, wanted: Wanted): Draft {
  const { bases = [] } = wanted;
  if (bases.length > 0) {
    const { faults: _faults, ...kept } = randomStream(seed, 'hunt/workload').pick(bases);
    return { ...kept, trials: 1 };
  }
  const { topology, ...distances } = drawTopology(randomStream(seed, 'hunt/topology'), wanted.nodes);
  const { workload, load, clients, duration } = drawQuestions(
    randomStream(seed, 'hunt/questions'),
    servedBy(strategy),
    distances,
    wanted,
  );
  return {
    schemaVersion: 1,
    name: `hunt-${seed.replace(/[^\w-]/g, '-').slice(0, 40)}`,
    summary: `What the seed ${seed.slice(0, 200)} draws.`,
    topology,
    workload,
    load,
    duration: formatDuration(duration),
    'warm-up': '0s',
    settle,
    clients,
  };
}

function entryOf(seed: string, { word, strategy }: Quarry, { knobs }: Wanted): JsonMap {
  const turned =
    knobs === undefined
      ? drawKnobs(randomStream(seed, 'hunt/knobs'), strategy.knobs)
      : knobsInFile(strategy.knobs, knobs);
  return { name: word, ...turned };
}

/** Kinds of operation that a strategy does not refuse. */
export function servedBy(strategy: AnyStrategy): readonly OperationKind[] {
  return operationKinds.filter((kind) => strategy.operations[kind] !== 'refused');
}
