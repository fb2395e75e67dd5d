import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { strategyWordsIn } from '../experiment/file/strategy-words.ts';
import type { StrategyChoice } from '../experiment/spec.ts';
import { loadStrategy } from '../runtimes/load-strategy.ts';
import { type RegisteredStrategy, strategies } from '../strategies/index.ts';
import { UsageError } from './usage.ts';

/**
 * The registry, and what is named by a path: by `--strategy`, as seen from here, and in the workload file, as seen from where that
 * is. Each such module stands under the path that was given.
 */
export async function registryWith(
  names: readonly string[],
  file?: string,
): Promise<Readonly<Record<string, RegisteredStrategy>>> {
  const own: Record<string, RegisteredStrategy> = {};
  for (const name of file === undefined ? [] : strategyPathsIn(file)) {
    own[name] = await registered(name, resolve(dirname(file!), name), file!);
  }
  for (const name of names.filter(isPath)) {
    if (!isFile(name)) throw new UsageError(`--strategy ${name}: there is no such file`);
    own[name] = await registered(name, resolve(name), '--strategy');
  }
  return { ...strategies, ...own };
}

/** What is no file is told when the rest of the workload file is read. */
function strategyPathsIn(file: string): readonly string[] {
  const folder = dirname(file);
  const text = isFile(file) ? readFileSync(file, 'utf8') : '';
  return strategyWordsIn(text).filter((word) => isPath(word) && isFile(resolve(folder, word)));
}

async function registered(name: string, path: string, where: string): Promise<RegisteredStrategy> {
  const module = pathToFileURL(path).href;
  try {
    return { strategy: await loadStrategy({ name, module, knobs: {} }), module };
  } catch (error) {
    throw new UsageError(`${where} ${placeIn(error, name, module)}: ${reasonOf(error, module)}`);
  }
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
  const cause = error instanceof Error ? (error.cause ?? error) : undefined;
  const text =
    cause instanceof SyntaxError
      ? syntaxReport(fileURLToPath(module))
      : cause instanceof Error
        ? cause.stack
        : '';
  const line = lineAfter(`${module}:`, text) ?? lineAfter(`${fileURLToPath(module)}:`, text);
  return line === null ? name : `${name}:${line}`;
}

/** Node keeps the line of a slip of syntax to itself, except where nobody catches the error. */
function syntaxReport(file: string): string {
  return spawnSync(process.execPath, ['--check', resolve(file)], { encoding: 'utf8' }).stderr;
}

function lineAfter(place: string, text = ''): string | null {
  const at = text.indexOf(place);
  return at < 0 ? null : (/^\d+/.exec(text.slice(at + place.length))?.[0] ?? null);
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
