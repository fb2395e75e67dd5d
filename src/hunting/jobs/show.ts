import type { StrategyRegistry } from '../../experiment/spec-file.ts';
import { loadStrategy } from '../../runtimes/load-strategy.ts';
import { simRuntime } from '../../runtimes/sim/runtime.ts';
import { strategies } from '../../strategies/index.ts';
import { type Draft, listAt, mapAt, specOf } from '../draft.ts';
import { drawScenario, type Scenario } from '../draw/scenario.ts';
import { bareRuntime, type Finding, hasDefaultKnobs, type Played, play } from '../play.ts';
import type { HuntOrder, SeedReport } from '../protocol.ts';

/** The registries of this thread: a module of TypeScript would be compiled anew each time that it is loaded. */
const loaded = new Map<string, Promise<StrategyRegistry>>();

/** The registry, and the user's own modules by the words that name them. */
export function registryOf({ modules }: Pick<HuntOrder, 'modules'>): Promise<StrategyRegistry> {
  const name = JSON.stringify(modules);
  const registry = loaded.get(name) ?? loadAll(modules);
  loaded.set(name, registry);
  return registry;
}

async function loadAll(modules: HuntOrder['modules']): Promise<StrategyRegistry> {
  const own: Record<string, StrategyRegistry[string]> = {};
  for (const [word, module] of Object.entries(modules)) {
    own[word] = { strategy: await loadStrategy({ name: word, module, knobs: {} }), module };
  }
  return { ...strategies, ...own };
}

/** The scenario that a seed draws for a strategy. */
export function scenarioOf(
  seed: string,
  word: string,
  { wanted }: HuntOrder,
  registry: StrategyRegistry,
): Scenario {
  const registered = registry[word];
  if (registered === undefined) throw new RangeError(`no strategy "${word}" on this thread`);
  return drawScenario(seed, { word, strategy: registered.strategy }, registry, simRuntime.offers, wanted);
}

/** Runs a draft; what breaks the trial itself is a finding too. */
export async function show(
  draft: Draft,
  registry: StrategyRegistry,
  { claimedOnly = false }: Pick<HuntOrder, 'claimedOnly'>,
): Promise<Pick<SeedReport, 'findings' | 'operations' | 'events'>> {
  const spec = specOf(draft, registry);
  const { strategy } = registry[String(mapAt(listAt(draft.strategies)[0]).name)]!;
  const choice = spec.strategies[0]!;
  let played: Played;
  try {
    played = await play({
      spec,
      choice,
      strategy,
      claimedOnly,
      runtime: bareRuntime(strategy, { countBytes: false }),
    });
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const claimed = hasDefaultKnobs(choice, strategy);
    const broken: Finding = { subject: 'runs', claimed, verdict: 'violated', sentence };
    return { findings: [broken], operations: 0, events: 0 };
  }
  const { findings, events, outcome } = played;
  return { findings, events, operations: outcome.record.history.length };
}
