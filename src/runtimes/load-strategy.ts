import type { AnyStrategy } from '../kernel/strategy.ts';
import type { ClientProgram, ProgramReference, StrategyReference } from './cluster.ts';
import { forbidExit } from './no-exit.ts';
import { mistakesIn } from './strategy-shape.ts';

/** A module that waits for longer at its top level is taken for one that waits for ever. */
const importLimitMs = 10_000;

/** Modules of strategies that were imported before: they have nothing left to run. */
const imported = new Set<string>();

/**
 * Imports the strategy that a reference names, and says in one error everything that is wrong with its shape. Gives up
 * after `limitMs`, or never where somebody else watches over the import.
 */
export async function loadStrategy(
  reference: StrategyReference,
  limitMs: number | null = importLimitMs,
): Promise<AnyStrategy> {
  const exported = await importStrategy(reference.module, limitMs);
  const mistakes = mistakesIn(exported.strategy, reference.knobs);
  if (mistakes.length > 0) {
    throw new TypeError(`${reference.module} is not a strategy: ${mistakes.join('; ')}`);
  }
  return exported.strategy as AnyStrategy;
}

/** Imports the client program that a reference names. */
export async function loadProgram<Input, Result>(
  reference: ProgramReference,
): Promise<ClientProgram<Input, Result>> {
  const exported = await importModule(reference.module);
  const program = exported[reference.name];
  if (typeof program !== 'function') {
    throw new TypeError(`${reference.module} has no function "${reference.name}" to run as a client program`);
  }
  return program as ClientProgram<Input, Result>;
}

/** The module may be anybody's: it must come to an end, and must not end the process. */
async function importStrategy(url: string, limitMs: number | null): Promise<Record<string, unknown>> {
  if (imported.has(url)) return importModule(url);
  const allowExit = forbidExit();
  try {
    const exported = await within(limitMs, importModule(url), url);
    imported.add(url);
    return exported;
  } finally {
    allowExit();
  }
}

async function within<T>(limitMs: number | null, awaited: Promise<T>, url: string): Promise<T> {
  if (limitMs === null) return awaited;
  let alarm: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const words = `cannot load ${url}: its import did not end within ${limitMs / 1000} s`;
    alarm = setTimeout(() => reject(new Error(words)), limitMs);
  });
  return Promise.race([awaited, late]).finally(() => clearTimeout(alarm));
}

async function importModule(url: string): Promise<Record<string, unknown>> {
  try {
    const typed = /\.[cm]?ts$/.test(url) && !readsTypeScript();
    return (await (typed ? importTypeScript(url) : import(url))) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`cannot load ${url}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** Later versions of Node strip types; and where this very file is TypeScript, somebody has seen to it. */
function readsTypeScript(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown };
  return Boolean(typescript) || import.meta.url.endsWith('.ts');
}

/** Reads a module and what it imports, whatever the folder around it says of the kind of its modules. */
async function importTypeScript(url: string): Promise<unknown> {
  const tsx = await import('tsx/esm/api').catch(() => {
    throw new Error('this version of Node does not read TypeScript: compile the module, or install tsx');
  });
  return tsx.tsImport(url, import.meta.url);
}
