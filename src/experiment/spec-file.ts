import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Plain } from '../kernel/operation.ts';
import type { Micros } from '../kernel/time.ts';
import { shown } from '../workloads/fields.ts';
import { workloadKinds } from '../workloads/index.ts';
import { readDocument, type Source } from './file/document.ts';
import { SpecError } from './file/errors.ts';
import { resolveFaults } from './file/faults.ts';
import { type Moment, resolveMoment } from './file/fields.ts';
import { resolveLoad } from './file/load.ts';
import type { Mistakes } from './file/mistakes.ts';
import { type Overrides, type ReadOverrides, readOverrides } from './file/overrides.ts';
import { stretched } from './file/scale.ts';
import { type FileInput, faultSchema, fileSchema, strategySchema } from './file/schema.ts';
import { resolveStrategies, type StrategyRegistry, selectStrategies } from './file/strategies.ts';
import { type Limits, resolveTopology } from './file/topology.ts';
import { formatDuration } from './file/units.ts';
import { validate } from './file/validate.ts';
import { suggestion } from './file/words.ts';
import { type ExperimentSpec, specSchemaVersion } from './spec.ts';

export type { Problem } from './file/errors.ts';
export { SpecError } from './file/errors.ts';
export type { Overrides } from './file/overrides.ts';
export type { StrategyRegistry } from './file/strategies.ts';
export type { Limits } from './file/topology.ts';

/** A node is a thread there, so a few dozen are already more than a machine has cores for. */
const defaultLimits: Limits = { runtime: 'threads', nodes: 64 };

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
  return spec as ExperimentSpec;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const message = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? String(error)})`;
    throw new SpecError([{ file, line: null, column: null, message }]);
  }
}

type Shape = typeof fileSchema.shape;

/** The sections of a file that could be read, each for itself, so that one mistake never hides another. */
type Sections = {
  readonly [Key in keyof Omit<FileInput, 'faults' | 'strategies' | 'workload'>]: FileInput[Key] | undefined;
} & {
  readonly faults: readonly (FileInput['faults'][number] | undefined)[];
  readonly strategies: readonly (FileInput['strategies'][number] | undefined)[];
  readonly workload: ExperimentSpec['workload'] | undefined;
};

function readSections({ data, mistakes }: Source): Sections | undefined {
  const anything = Object.fromEntries(
    Object.keys(fileSchema.shape).map((key) => [key, z.unknown().optional()]),
  );
  const isMap = typeof data === 'object' && data !== null && !Array.isArray(data);
  if (!isMap) {
    mistakes.at(
      [],
      data === null || data === undefined
        ? 'the file is empty; docs/workloads.md has the format'
        : 'the file is not a map of fields; docs/workloads.md has the format',
    );
    return undefined;
  }
  validate(z.strictObject(anything), data, [], mistakes);
  const values = data as Readonly<Record<string, unknown>>;
  const section = <Key extends keyof Shape>(key: Key) => {
    const schema = fileSchema.shape[key];
    return validate(z.object({ [key]: schema }), picked(values, key), [], mistakes)?.[key] as
      | z.output<Shape[Key]>
      | undefined;
  };
  return {
    schemaVersion: section('schemaVersion'),
    name: section('name'),
    summary: section('summary'),
    seed: section('seed'),
    trials: section('trials'),
    topology: section('topology'),
    load: section('load'),
    duration: section('duration'),
    'warm-up': section('warm-up'),
    settle: section('settle'),
    clients: section('clients'),
    workload: readWorkload(values.workload, mistakes),
    faults: readItems('faults', faultSchema, values, mistakes),
    strategies: readItems('strategies', strategySchema, values, mistakes),
  };
}

/** Reads a list entry by entry; one that is mistaken is undefined, and the others are still there. */
function readItems<Item extends z.ZodType>(
  key: 'faults' | 'strategies',
  item: Item,
  values: Readonly<Record<string, unknown>>,
  mistakes: Mistakes,
): readonly (z.output<Item> | undefined)[] {
  const list = values[key];
  if (Array.isArray(list) && list.length > 0) {
    return list.map((entry, index) => validate(item, entry, [key, index], mistakes));
  }
  validate(z.object({ [key]: fileSchema.shape[key] }), picked(values, key), [], mistakes);
  return [];
}

/** One field on its own; absent is not the same as undefined. */
function picked(values: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  return Object.hasOwn(values, key) ? { [key]: values[key] } : {};
}

function readWorkload(value: unknown, mistakes: Mistakes): ExperimentSpec['workload'] | undefined {
  const names = Object.keys(workloadKinds);
  const kinds = `kinds: ${names.join(', ')}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const wrong = value === undefined ? '"workload" is missing' : `${shown(value)} is not a workload`;
    mistakes.at(['workload'], `${wrong}: a map with its \`kind\` and parameters (${kinds})`);
    return undefined;
  }
  const { kind, ...parameters } = value as { readonly kind?: unknown };
  if (typeof kind !== 'string' || !Object.hasOwn(workloadKinds, kind)) {
    const wrong = kind === undefined ? '"kind" is missing' : `no workload of kind ${shown(kind)}`;
    mistakes.at(
      ['workload', 'kind'],
      `${wrong}${typeof kind === 'string' ? suggestion(kind, names) : ''} (${kinds})`,
    );
    return undefined;
  }
  const schema = (workloadKinds[kind] as (typeof workloadKinds)[string]).parameters;
  const read = validate(schema, parameters, ['workload'], mistakes);
  return read === undefined ? undefined : { kind, parameters: read as Plain };
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
  const load =
    input.load === undefined
      ? undefined
      : resolveLoad(input.load, input.duration, asked.duration, regions, mistakes);
  const inFile = resolveStrategies(input.strategies, registry, mistakes);
  const strategies =
    strategyNames === undefined ? inFile : selectStrategies(strategyNames, inFile, registry, mistakes);
  if (topology === undefined || load === undefined) return undefined;

  const { duration } = load;
  const faults = resolveFaults(asked.faults === 'none' ? [] : input.faults, {
    topology: topology.asked,
    inFile: topology.inFile,
    duration,
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
  };
  return stretched(spec, asked.duration ?? duration);
}

function resolveWarmUp(moment: Moment | undefined, duration: Micros, mistakes: Mistakes): Micros {
  const warmUp = moment === undefined ? 0 : resolveMoment(moment, duration);
  if (warmUp >= duration) {
    const message = `${formatDuration(warmUp)} leave nothing of the load's ${formatDuration(duration)} to measure`;
    mistakes.at(['warm-up'], message);
  }
  return warmUp;
}
