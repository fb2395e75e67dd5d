import { z } from 'zod';
import type { ExperimentSpec } from '../spec.ts';
import type { Source } from './document.ts';
import { faultSchema } from './fault-schema.ts';
import type { Mistakes } from './mistakes.ts';
import { type FileInput, fileSchema, strategySchema } from './schema.ts';
import { validate } from './validate.ts';
import { nearest } from './words.ts';
import { readWorkload } from './workload.ts';

type Shape = typeof fileSchema.shape;
type Values = Readonly<Record<string, unknown>>;

/** The sections of a file, each read for itself, so that one mistake never hides another; undefined where mistaken. */
export type Sections = {
  readonly [Key in keyof Omit<FileInput, 'faults' | 'strategies' | 'workload'>]: FileInput[Key] | undefined;
} & {
  readonly faults: readonly (FileInput['faults'][number] | undefined)[];
  readonly strategies: readonly (FileInput['strategies'][number] | undefined)[];
  readonly workload: ExperimentSpec['workload'] | undefined;
  /** Sections that are there and could not be read, or whose key was misspelt. */
  readonly mistaken: ReadonlySet<string>;
};

/** Undefined where the text holds no fields at all. */
export function readSections({ data, mistakes }: Source): Sections | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const what = data === null || data === undefined ? 'empty' : 'not a map of fields';
    mistakes.at([], `the file is ${what}; docs/workloads.md has the format`);
    return undefined;
  }
  const values = data as Values;
  const mistaken = tellUnknownKeys(values, mistakes);
  const section = <Key extends keyof Shape>(key: Key) => {
    if (mistaken.has(key)) return undefined;
    const read = readSection(key, values, mistakes);
    if (read === undefined && Object.hasOwn(values, key)) mistaken.add(key);
    return read;
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
    expect: section('expect'),
    workload: mistaken.has('workload') ? undefined : readWorkload(values.workload, mistakes),
    faults: mistaken.has('faults') ? [] : readItems('faults', faultSchema, values, mistakes),
    strategies: mistaken.has('strategies') ? [] : readItems('strategies', strategySchema, values, mistakes),
    mistaken,
  };
}

/** The known keys that unknown ones were probably meant to be: what is only misspelt is not also missing. */
function tellUnknownKeys(values: Values, mistakes: Mistakes): Set<string> {
  const known = Object.keys(fileSchema.shape);
  validate(
    z.strictObject(Object.fromEntries(known.map((key) => [key, z.unknown().optional()]))),
    values,
    [],
    mistakes,
  );
  const meant = Object.keys(values).map((key) => (known.includes(key) ? null : nearest(key, known)));
  return new Set(meant.filter((key) => key !== null && !Object.hasOwn(values, key)) as string[]);
}

function readSection<Key extends keyof Shape>(
  key: Key,
  values: Values,
  mistakes: Mistakes,
): z.output<Shape[Key]> | undefined {
  // Absent is not the same as undefined: only what is absent takes its default.
  const picked = Object.hasOwn(values, key) ? { [key]: values[key] } : {};
  const read = validate(z.object({ [key]: fileSchema.shape[key] }), picked, [], mistakes);
  return read?.[key] as z.output<Shape[Key]> | undefined;
}

/** Reads a list entry by entry; one that is mistaken is undefined, and the others are still there. */
function readItems<Item extends z.ZodType>(
  key: 'faults' | 'strategies',
  item: Item,
  values: Values,
  mistakes: Mistakes,
): readonly (z.output<Item> | undefined)[] {
  const list = values[key];
  if (Array.isArray(list) && list.length > 0) {
    return list.map((entry, index) => validate(item, entry, [key, index], mistakes));
  }
  readSection(key, values, mistakes);
  return [];
}
