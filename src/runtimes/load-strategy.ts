import { operationKinds } from '../kernel/operation.ts';
import type { AnyStrategy } from '../kernel/strategy.ts';
import type { ClientProgram, ProgramReference, StrategyReference } from './cluster.ts';

/** Imports the strategy that a reference names, and says in one error everything that is wrong with its shape. */
export async function loadStrategy(reference: StrategyReference): Promise<AnyStrategy> {
  const exported = await importModule(reference.module);
  const mistakes = mistakesIn(exported.strategy);
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

function mistakesIn(candidate: unknown): readonly string[] {
  if (typeof candidate !== 'object' || candidate === null) {
    return ['it has no export called "strategy" that is an object'];
  }
  const strategy = candidate as Partial<AnyStrategy>;
  const mistakes: string[] = [];
  const need = (good: boolean, what: string) => {
    if (!good) mistakes.push(what);
  };
  need(typeof strategy.name === 'string' && strategy.name !== '', '"name" must be a text');
  need(typeof strategy.summary === 'string', '"summary" must be a text');
  need(strategy.family === 'eventual' || strategy.family === 'strong', '"family" must be eventual or strong');
  need(Array.isArray(strategy.knobs), '"knobs" must be a list');
  need(Array.isArray(strategy.tolerates), '"tolerates" must be a list');
  need(typeof strategy.guarantees === 'function', '"guarantees" must be a function');
  need(typeof strategy.create === 'function', '"create" must be a function');
  for (const kind of operationKinds) {
    need(
      ['native', 'read-modify-write', 'refused'].includes(strategy.operations?.[kind] ?? ''),
      `"operations.${kind}" must be native, read-modify-write or refused`,
    );
  }
  return mistakes;
}
