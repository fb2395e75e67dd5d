import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { StrategyChoice } from '../experiment/spec.ts';
import { loadStrategy } from '../runtimes/load-strategy.ts';
import { type RegisteredStrategy, strategies } from '../strategies/index.ts';
import { UsageError } from './usage.ts';

/** The registry, and what `--strategy` names by a path: each such module under the path that was given. */
export async function registryWith(
  names: readonly string[],
): Promise<Readonly<Record<string, RegisteredStrategy>>> {
  const own: Record<string, RegisteredStrategy> = {};
  for (const name of names.filter(isPath)) {
    if (!isFile(name)) throw new UsageError(`--strategy ${name}: there is no such file`);
    const module = pathToFileURL(resolve(name)).href;
    try {
      own[name] = { strategy: await loadStrategy({ name, module, knobs: {} }), module };
    } catch (error) {
      throw new UsageError(`--strategy ${placeIn(error, name, module)}: ${reasonOf(error, module)}`);
    }
  }
  return { ...strategies, ...own };
}

/** A line for each module that is not shown by the name that it gives itself, because another has that name too. */
export function renamedStrategies(choices: readonly StrategyChoice[]): readonly string[] {
  return choices
    .filter(({ name, label, module }) => module !== undefined && label !== name)
    .map(
      ({ name, label }) =>
        `${label} calls itself "${name}", as another strategy does: it is shown by its file`,
    );
}

function isPath(name: string): boolean {
  return /[\\/]|\.[cm]?[jt]s$/.test(name);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The file, and the line in it if the error was raised there. */
function placeIn(error: unknown, name: string, module: string): string {
  const { stack = '' } = (error instanceof Error ? (error.cause ?? error) : {}) as {
    readonly stack?: string;
  };
  const at = stack.indexOf(`${module}:`);
  const line = at < 0 ? undefined : /^\d+/.exec(stack.slice(at + module.length + 1))?.[0];
  return line === undefined ? name : `${name}:${line}`;
}

/** What went wrong, on one line and without the URL: the file has been named as the user knows it. */
function reasonOf(error: unknown, module: string): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(`cannot load ${module}: `, '')
    .replace(`${module} is`, 'is')
    .replace(/\s+/g, ' ')
    .trim();
}
