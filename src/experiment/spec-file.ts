import { readFileSync } from 'node:fs';
import type { Micros } from '../kernel/time.ts';
import { readDocument } from './file/document.ts';
import { SpecError } from './file/errors.ts';
import { resolveFaults } from './file/faults.ts';
import { type Moment, resolveMoment } from './file/fields.ts';
import { resolveLoad } from './file/load.ts';
import type { Mistakes } from './file/mistakes.ts';
import { type Overrides, type ReadOverrides, readOverrides } from './file/overrides.ts';
import { stretched } from './file/scale.ts';
import { readSections, type Sections } from './file/sections.ts';
import { resolveStrategies, type StrategyRegistry, selectStrategies } from './file/strategies.ts';
import { type Limits, resolveTopology } from './file/topology.ts';
import { formatDuration } from './file/units.ts';
import { type Expectations, type ExperimentSpec, specSchemaVersion } from './spec.ts';

export type { Problem } from './file/errors.ts';
export { SpecError } from './file/errors.ts';
export type { Overrides } from './file/overrides.ts';
export type { StrategyRegistry } from './file/strategies.ts';
export type { Limits } from './file/topology.ts';

/** A node is a thread there, so a few dozen are already more than a machine has cores for. */
const defaultLimits: Limits = { runtime: 'threads', nodes: 64, lacks: ['service-time'] };

/** Reads and validates a workload file. Throws a `SpecError` that tells every mistake at once. */
export function loadSpec(
  file: string,
  registry: StrategyRegistry,
  overrides: Overrides = {},
  limits: Limits = defaultLimits,
): ExperimentSpec {
  return parseSpec(readText(file), file, registry, overrides, limits);
}

/** The same for text that is already here; `file` only names it in complaints. */
export function parseSpec(
  text: string,
  file: string,
  registry: StrategyRegistry,
  overrides: Overrides = {},
  limits: Limits = defaultLimits,
): ExperimentSpec {
  const source = readDocument(text, file);
  const input = readSections(source);
  const asked = readOverrides(overrides, source.mistakes);
  const spec =
    input === undefined
      ? undefined
      : resolve(input, asked, overrides.strategies, registry, limits, source.mistakes);
  source.mistakes.throwIfAny();
  if (spec === undefined) throw new Error(`${file} was read in part, yet no mistake was told`);
  return spec;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const message = unreadable((error as NodeJS.ErrnoException).code ?? String(error));
    throw new SpecError([{ file, line: null, column: null, message }]);
  }
}

function unreadable(code: string): string {
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EISDIR' ? 'is a folder; a workload is a YAML file' : `cannot be read (${code})`;
}

/** Looks names up, adds times up, and lets the command line have its way; undefined where anything was mistaken. */
function resolve(
  input: Sections,
  asked: ReadOverrides,
  strategyNames: readonly string[] | undefined,
  registry: StrategyRegistry,
  limits: Limits,
  mistakes: Mistakes,
): ExperimentSpec | undefined {
  const { topology: given, name = 'unnamed' } = input;
  const topology =
    given === undefined ? undefined : resolveTopology(given, name, asked.nodes, limits, mistakes);
  const regions = topology?.asked.regions;
  const fileDuration = input.mistaken.has('duration') ? 'mistaken' : input.duration;
  const load =
    input.load === undefined
      ? undefined
      : resolveLoad(input.load, fileDuration, asked.duration, regions, mistakes);
  const inFile = resolveStrategies(input.strategies, registry, mistakes);
  const strategies =
    strategyNames === undefined ? inFile : selectStrategies(strategyNames, inFile, registry, mistakes);
  if (topology === undefined || load === undefined) return undefined;

  const { duration } = load;
  const faults = resolveFaults(asked.faults === 'none' ? [] : input.faults, {
    topology: topology.asked,
    inFile: topology.inFile,
    duration,
    seed: asked.seed ?? input.seed ?? '1',
    limits,
    mistakes,
  });
  const warmUp = resolveWarmUp(input['warm-up'], duration, mistakes);
  const { workload, clients } = input;
  if (workload === undefined || clients === undefined) return undefined;
  const spec: ExperimentSpec = {
    schemaVersion: specSchemaVersion,
    name,
    summary: input.summary ?? '',
    topology: topology.asked,
    workload,
    load: load.load,
    clients: { failover: clients.failover, deadline: clients.deadline, retryAfter: clients['retry-after'] },
    duration,
    warmUp,
    faults,
    strategies,
    trials: asked.trials ?? input.trials ?? 1,
    seed: asked.seed ?? input.seed ?? '1',
    settle: input.settle ?? 0,
    ...(input.expect === undefined ? {} : { expect: expected(input.expect) }),
  };
  return stretched(spec, asked.duration ?? duration);
}

/** Without the guarantees of which the file says nothing. */
function expected(given: NonNullable<Sections['expect']>): Expectations {
  return Object.fromEntries(Object.entries(given).filter(([, verdict]) => verdict !== undefined));
}

function resolveWarmUp(moment: Moment | undefined, duration: Micros, mistakes: Mistakes): Micros {
  const warmUp = moment === undefined ? 0 : resolveMoment(moment, duration);
  if (warmUp >= duration) {
    const message = `${formatDuration(warmUp)} leave nothing of the load's ${formatDuration(duration)} to measure`;
    mistakes.at(['warm-up'], message);
  }
  return warmUp;
}
