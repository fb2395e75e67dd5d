import type { ExperimentSpec } from '../experiment/spec.ts';
import { parseSpec, type StrategyRegistry } from '../experiment/spec-file.ts';

/** What a YAML file can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** A workload file before it is written: section by section, in the words of the file and not in those of the resolved experiment. */
export type Draft = Readonly<Record<string, Json | undefined>>;

/** A map of a draft, such as `topology` or a fault. */
export type JsonMap = { readonly [key: string]: Json | undefined };

/** Hunts run in virtual time, where nodes cost little. */
export const huntLimits = { runtime: 'sim', nodes: 1_000 } as const;

/** The experiment that a draft says, by the same reading and validation as that of a file. Throws a `SpecError` as it would. */
export function specOf(draft: Draft, registry: StrategyRegistry, name = 'scenario'): ExperimentSpec {
  return parseSpec(JSON.stringify(draft), name, registry, {}, huntLimits);
}

/** The map at a place of a draft, or an empty one where there is something else. */
export function mapAt(json: Json | undefined): JsonMap {
  return isMap(json) ? json : {};
}

/** The list at a place of a draft, or an empty one. */
export function listAt(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

export function isMap(json: Json | undefined): json is JsonMap {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
