import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { durationUnits, isBare, noUnit } from '../../experiment/file/fields.ts';
import { findWorkload } from '../../experiment/file/find.ts';
import { parseDuration } from '../../experiment/file/units.ts';
import { suggestion } from '../../experiment/file/words.ts';
import type { StrategyRegistry } from '../../experiment/spec-file.ts';
import { type Base, readBase } from '../../hunting/base.ts';
import { usesOf } from '../../hunting/draw/questions.ts';
import { servedBy } from '../../hunting/draw/scenario.ts';
import type { HuntOrder } from '../../hunting/protocol.ts';
import type { Micros } from '../../kernel/time.ts';
import { strategies } from '../../strategies/index.ts';
import type { HuntFlags } from '../hunt.ts';
import { registryWith } from '../own-strategies.ts';
import { shellWord } from '../shell.ts';
import { UsageError } from '../usage.ts';

/** What the words of the command line mean. */
export interface HuntPlan {
  readonly order: HuntOrder;
  readonly words: readonly string[];
  readonly seeds: readonly string[];
  readonly workers: number;
  readonly budget: number;
  readonly out: string | undefined;
  readonly unclaimed: boolean;
  /** Lines about strategies that cannot be hunted in what was asked. */
  readonly leftOut: readonly string[];
  /** The command line that hunts one strategy on one seed. */
  readonly repeat: (word: string, seed: string) => string;
}

const mostSeeds = 10_000_000;
const mostNodes = 200;

export async function planOf(flags: HuntFlags): Promise<HuntPlan> {
  const named =
    flags.strategy === undefined ? Object.keys(strategies) : wordsIn('--strategy', flags.strategy);
  const registry = await registryWith(named);
  refuseUnknown(named, registry);
  const bases = basesOf(flags, named, registry);
  const refusals = new Map([...usesRefused(named, registry), ...bases.flatMap((base) => [...base.refusals])]);
  const words = named.filter((word) => !refusals.has(word));
  const leftOut = [...refusals].map(([word, because]) => `${word} is left out: ${because}`);
  if (words.length === 0) throw new UsageError(`no strategy can be hunted: ${leftOut.join('; ')}`);
  if (flags.seeds > mostSeeds) throw new UsageError(`--seeds ${flags.seeds}: at most ${mostSeeds}`);
  if (flags.out === '') throw new UsageError('--out: name a folder');
  const duration = flags.duration === undefined ? undefined : durationIn(flags.duration);
  const nodes = nodesOf(flags.nodes);
  return {
    order: {
      wanted: {
        ...(nodes === undefined ? {} : { nodes }),
        ...(duration === undefined ? {} : { duration }),
        ...(bases.length === 0 ? {} : { bases: bases.map((base) => base.draft) }),
      },
      modules: modulesOf(words, registry),
      claimedOnly: !flags.unclaimed,
    },
    words,
    seeds: Array.from({ length: flags.seeds }, (_, i) => String(flags.seed + i)),
    workers: flags.workers ?? availableParallelism(),
    budget: budgetIn(flags.budget),
    out: flags.out,
    unclaimed: flags.unclaimed,
    leftOut,
    repeat: (word, seed) => repeatCommand(flags, word, seed),
  };
}

function wordsIn(option: string, list: string): readonly string[] {
  const words = list.split(',').map((word) => word.trim());
  if (words.some((word) => word === '')) throw new UsageError(`${option}: "${list}" has an empty name in it`);
  const twice = words.find((word, index) => words.indexOf(word) !== index);
  if (twice !== undefined) throw new UsageError(`${option}: "${twice}" is named twice; name each once`);
  return words;
}

function refuseUnknown(words: readonly string[], registry: StrategyRegistry): void {
  const known = Object.keys(registry);
  for (const word of words) {
    if (Object.hasOwn(registry, word)) continue;
    throw new UsageError(
      `--strategy: no strategy "${word}"${suggestion(word, known)} (strategies: ${known.join(', ')})`,
    );
  }
}

function basesOf(flags: HuntFlags, words: readonly string[], registry: StrategyRegistry): readonly Base[] {
  if (flags.workload === undefined) return [];
  for (const option of ['nodes', 'duration'] as const) {
    if (flags[option] === undefined) continue;
    throw new UsageError(`--${option} is for scenarios that are drawn; a workload file says it itself`);
  }
  return wordsIn('--workload', flags.workload).map((word) => readBase(findWorkload(word), words, registry));
}

/** Whoever serves no pair of kinds that a question can be made of has nothing to be asked. */
function usesRefused(words: readonly string[], registry: StrategyRegistry): readonly [string, string][] {
  return words.flatMap((word): [string, string][] => {
    try {
      usesOf(servedBy(registry[word]!.strategy));
      return [];
    } catch (error) {
      return [[word, (error as Error).message]];
    }
  });
}

function modulesOf(words: readonly string[], registry: StrategyRegistry): Readonly<Record<string, string>> {
  const own = words.filter((word) => !Object.hasOwn(strategies, word));
  return Object.fromEntries(
    own.map((word) => [word, registry[word]?.module ?? pathToFileURL(resolve(word)).href]),
  );
}

function durationIn(given: string): Micros {
  const duration = parseDuration(given);
  if (duration !== null && duration > 0) return duration;
  const lacksUnit = isBare(given) && Number(given) > 0;
  const wrong = `"${given}" is not a duration longer than nothing, such as 5s, 250ms or 2m`;
  throw new UsageError(`--duration: ${lacksUnit ? noUnit(given, durationUnits) : wrong}`);
}

function nodesOf(nodes: number | undefined): number | undefined {
  if (nodes !== undefined && nodes > mostNodes)
    throw new UsageError(`--nodes ${nodes}: at most ${mostNodes} are drawn`);
  return nodes;
}

function budgetIn(given: string): number {
  const budget = Number(given);
  if (/^\d+$/.test(given) && budget <= 1_000_000) return budget;
  throw new UsageError(`--budget: "${given}" is not a whole number from 0 to 1000000`);
}

function repeatCommand(flags: HuntFlags, word: string, seed: string): string {
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name}`, shellWord(String(value))];
  return [
    'npx pacelc hunt',
    ...option('strategy', word),
    ...option('workload', flags.workload),
    ...option('nodes', flags.nodes),
    ...option('duration', flags.duration),
    ...option('seed', seed),
    '--seeds 1',
  ].join(' ');
}
