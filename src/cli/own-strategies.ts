import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadStrategy } from '../runtimes/load-strategy.ts';
import { type RegisteredStrategy, strategies } from '../strategies/index.ts';
import { UsageError } from './usage.ts';

/** The registry, and what `--strategy` names by a path: each such module under the path that was given. */
export async function registryWith(
  names: readonly string[],
): Promise<Readonly<Record<string, RegisteredStrategy>>> {
  const own: Record<string, RegisteredStrategy> = {};
  for (const name of names.filter(isPath)) {
    const module = pathToFileURL(resolve(name)).href;
    try {
      own[name] = { strategy: await loadStrategy({ name, module, knobs: {} }), module };
    } catch (error) {
      throw new UsageError(`--strategy ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { ...strategies, ...own };
}

function isPath(name: string): boolean {
  return /[\\/]|\.[cm]?[jt]s$/.test(name);
}
