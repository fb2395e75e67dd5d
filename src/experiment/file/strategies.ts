import type { Knobs, KnobValue } from '../../kernel/replica.ts';
import type { AnyStrategy, Knob } from '../../kernel/strategy.ts';
import { shown } from '../../workloads/fields.ts';
import type { StrategyChoice } from '../spec.ts';
import { durationUnits, isBare, noUnit } from './fields.ts';
import type { Mistakes, Path } from './mistakes.ts';
import type { StrategyInput } from './schema.ts';
import { formatDuration, parseDuration } from './units.ts';
import { nearest, suggestion } from './words.ts';

/** Strategies by the name under which a file or the command line asks for them. */
export type StrategyRegistry = Readonly<
  Record<string, { readonly strategy: AnyStrategy; readonly module: string }>
>;

/** The strategies of a file; undefined entries could not be read. */
export function resolveStrategies(
  inputs: readonly (StrategyInput | undefined)[],
  registry: StrategyRegistry,
  mistakes: Mistakes,
): readonly StrategyChoice[] {
  const labels = new Map<string, number>();
  return inputs.flatMap((input, index) => {
    if (input === undefined) return [];
    const path = ['strategies', index];
    const choice = resolveStrategy(input, path, registry, mistakes);
    if (choice === undefined) return [];
    const before = labels.get(choice.label);
    if (before !== undefined) {
      const line = mistakes.lineOf(['strategies', before]);
      mistakes.at(path, `"${choice.label}" is in line ${line} already; give each a \`label\` of its own`);
    }
    labels.set(choice.label, index);
    return [choice];
  });
}

/**
 * The strategies that the command line asks for. What the file has under such a name or label keeps its knobs; any
 * other comes from the registry with its defaults.
 */
export function selectStrategies(
  asked: readonly string[],
  inFile: readonly StrategyChoice[],
  registry: StrategyRegistry,
  mistakes: Mistakes,
): readonly StrategyChoice[] {
  if (asked.length === 0) mistakes.inOption('--strategy', `names none; there are ${namesOf(registry)}`);
  const selected = asked.flatMap((name) => {
    const known = inFile.filter((choice) => choice.label === name || choice.name === name);
    if (known.length > 0) return known;
    const choice = choiceNamed(name, registry);
    if (choice !== undefined) return [choice];
    mistakes.inOption('--strategy', unknownStrategy(name, registry));
    return [];
  });
  return selected.filter(
    (choice, index) => selected.findIndex(({ label }) => label === choice.label) === index,
  );
}

function resolveStrategy(
  input: StrategyInput,
  path: Path,
  registry: StrategyRegistry,
  mistakes: Mistakes,
): StrategyChoice | undefined {
  const { name, label, ...settings } = typeof input === 'string' ? { name: input } : input;
  const choice = choiceNamed(name, registry);
  if (choice === undefined) {
    mistakes.at(typeof input === 'string' ? path : [...path, 'name'], unknownStrategy(name, registry));
    return undefined;
  }
  const { knobs } = (registry[name] as StrategyRegistry[string]).strategy;
  const given = readKnobs(name, settings, knobs, path, mistakes);
  return {
    ...choice,
    label: (label as string | undefined) ?? choice.label,
    knobs: { ...choice.knobs, ...given },
  };
}

/** A strategy with its default knobs. One registered under another name than its own is named by its module too. */
function choiceNamed(name: string, registry: StrategyRegistry): StrategyChoice | undefined {
  const registered = Object.hasOwn(registry, name) ? registry[name] : undefined;
  if (registered === undefined) return undefined;
  const { strategy, module } = registered;
  const knobs = Object.fromEntries(strategy.knobs.map((knob) => [knob.name, knob.default]));
  const choice: StrategyChoice = { name: strategy.name, label: strategy.name, knobs };
  return name === strategy.name ? choice : { ...choice, module };
}

function unknownStrategy(name: string, registry: StrategyRegistry): string {
  return `no strategy "${name}"${suggestion(name, Object.keys(registry))} (strategies: ${namesOf(registry)})`;
}

function namesOf(registry: StrategyRegistry): string {
  return Object.keys(registry).join(', ');
}

function readKnobs(
  strategy: string,
  settings: Readonly<Record<string, unknown>>,
  knobs: readonly Knob[],
  path: Path,
  mistakes: Mistakes,
): Knobs {
  const read: Record<string, KnobValue> = {};
  for (const [name, given] of Object.entries(settings)) {
    const knob = knobs.find((candidate) => candidate.name === name);
    if (knob === undefined) {
      mistakes.at([...path, name], unknownKnob(strategy, name, knobs), 'key');
      continue;
    }
    const value = knobValue(knob, given);
    if (value === null) mistakes.at([...path, name], complaintAbout(knob, given));
    else read[name] = value;
  }
  return read;
}

function unknownKnob(strategy: string, name: string, knobs: readonly Knob[]): string {
  const known = ['label', ...knobs.map((knob) => knob.name)];
  const meant = nearest(name, known);
  const hint = meant === null ? '' : `; did you mean "${meant}"?`;
  return `${strategy} has no knob "${name}"${hint} (known here: ${known.join(', ')})`;
}

/** The value of a knob, or null where it is not allowed. */
function knobValue(knob: Knob, given: unknown): KnobValue | null {
  switch (knob.kind) {
    case 'boolean':
      return typeof given === 'boolean' ? given : null;
    case 'choice':
      return typeof given === 'string' && knob.choices?.includes(given) ? given : null;
    case 'duration':
      return typeof given === 'string' ? within(knob, parseDuration(given)) : null;
    case 'integer':
      return Number.isSafeInteger(given) ? within(knob, given as number) : null;
    case 'number':
      return typeof given === 'number' && Number.isFinite(given) ? within(knob, given) : null;
  }
}

function within(knob: Knob, value: number | null): number | null {
  if (value === null) return null;
  return value >= (knob.minimum ?? -Infinity) && value <= (knob.maximum ?? Infinity) ? value : null;
}

function complaintAbout(knob: Knob, given: unknown): string {
  if (knob.kind === 'duration' && isBare(given)) return noUnit(given, durationUnits);
  return `${shown(given)} is not ${allowedFor(knob)}`;
}

function allowedFor(knob: Knob): string {
  switch (knob.kind) {
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${knob.choices?.join(', ')}`;
    case 'duration':
      return `a duration${boundsOf(knob, formatDuration)}, such as 50ms`;
    case 'integer':
      return `a whole number${boundsOf(knob, String)}`;
    case 'number':
      return `a number${boundsOf(knob, String)}`;
  }
}

function boundsOf({ minimum, maximum }: Knob, format: (bound: number) => string): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${format(minimum)} to ${format(maximum)}`;
  if (minimum !== undefined) return ` of at least ${format(minimum)}`;
  return maximum === undefined ? '' : ` of at most ${format(maximum)}`;
}
