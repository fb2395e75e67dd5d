import type { AnyStrategy } from '../../kernel/strategy.ts';
import type { StrategyChoice } from '../spec.ts';
import { readKnobs } from './knobs.ts';
import type { Mistakes, Path } from './mistakes.ts';
import type { StrategyInput } from './schema.ts';
import { suggestion } from './words.ts';

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
  const chosen = asked.flatMap((word) => choicesNamed(word, inFile, registry, mistakes));
  tellRepeated(asked, registry, mistakes);
  return chosen.filter((choice, index) => chosen.findIndex(({ label }) => label === choice.label) === index);
}

function choicesNamed(
  word: string,
  inFile: readonly StrategyChoice[],
  registry: StrategyRegistry,
  mistakes: Mistakes,
): readonly StrategyChoice[] {
  const known = inFile.filter((choice) => choice.label === word || choice.name === word);
  if (known.length > 0) return known;
  const labels = inFile.map((choice) => choice.label);
  const choice = choiceNamed(word, registry, labels);
  if (choice !== undefined) return [choice];
  mistakes.inOption('--strategy', unknownStrategy(word, registry));
  return [];
}

/** One line of the results would hide the other. Two paths of one file are no difference. */
function tellRepeated(asked: readonly string[], registry: StrategyRegistry, mistakes: Mistakes): void {
  const whatIs = (word: string) => registry[word]?.module ?? word;
  for (const [index, word] of asked.entries()) {
    const before = asked.slice(0, index).find((other) => whatIs(other) === whatIs(word));
    if (before === undefined) continue;
    const twice = before === word ? 'is named twice' : `is the same file as "${before}"`;
    mistakes.inOption('--strategy', `"${word}" ${twice}; name each strategy once`);
  }
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

/**
 * A strategy with its default knobs. One registered under another name than its own, which is a path, is named by its
 * module too; where the name that it gives itself belongs to another, tables show its file instead.
 */
function choiceNamed(
  name: string,
  registry: StrategyRegistry,
  labels: readonly string[] = [],
): StrategyChoice | undefined {
  const registered = Object.hasOwn(registry, name) ? registry[name] : undefined;
  if (registered === undefined) return undefined;
  const { strategy, module } = registered;
  const knobs = Object.fromEntries(strategy.knobs.map((knob) => [knob.name, knob.default]));
  if (name === strategy.name) return { name, label: name, knobs };
  const others = Object.entries(registry).filter(([, other]) => other.module !== module);
  const taken = [...labels, ...others.map(([, other]) => other.strategy.name)];
  const paths = others.map(([path]) => path);
  const label = taken.includes(strategy.name) ? shortPath(name, paths) : strategy.name;
  return { name: strategy.name, label, knobs, module };
}

/** As much of the end of a path as tells it from the others: `mine.ts`, or `one/mine.ts`. */
function shortPath(path: string, others: readonly string[]): string {
  const parts = path.split(/[\\/]/);
  const ends = parts.map((_, start) => parts.slice(start).join('/')).reverse();
  const tells = (end: string) =>
    !others.some((other) => `/${other.replaceAll('\\', '/')}`.endsWith(`/${end}`));
  return ends.find(tells) ?? path;
}

function unknownStrategy(name: string, registry: StrategyRegistry): string {
  return `no strategy "${name}"${suggestion(name, Object.keys(registry))} (strategies: ${namesOf(registry)})`;
}

function namesOf(registry: StrategyRegistry): string {
  return Object.keys(registry).join(', ');
}
