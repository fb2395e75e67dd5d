import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { suggestion } from './words.ts';

/** The workload files that come with the package; the path is the same from src and from dist. */
const shippedFolder = fileURLToPath(new URL('../../../workloads', import.meta.url));

export interface ShippedWorkload {
  readonly name: string;
  readonly file: string;
  readonly summary: string;
}

/** The workload files that come with the package, by name. */
export function shippedWorkloads(): readonly ShippedWorkload[] {
  return workloadsIn(shippedFolder);
}

/** What a name on the command line may mean: the files of the folder `workloads` here, then those that are shipped. */
export function namedWorkloads(): readonly ShippedWorkload[] {
  const own = workloadsIn(ownFolder());
  const names = own.map(({ name }) => name);
  return [...own, ...shippedWorkloads().filter(({ name }) => !names.includes(name))];
}

function ownFolder(): string {
  return resolve('workloads');
}

function workloadsIn(folder: string): readonly ShippedWorkload[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => {
      const path = join(folder, file);
      return { name: basename(file, '.yaml'), file: path, summary: summaryOf(path) };
    });
}

/** Empty where the file cannot be read as it should: what is wrong with it is told when it is run. */
function summaryOf(file: string): string {
  try {
    const { summary } = parse(readFileSync(file, 'utf8')) as { readonly summary?: unknown };
    return typeof summary === 'string' ? summary : '';
  } catch {
    return '';
  }
}

/** There is no workload by this name or path. */
export class WorkloadNotFoundError extends Error {
  override readonly name = 'WorkloadNotFoundError';
}

/**
 * The file that a word on the command line means: a path, a file of the folder `workloads` here, or one that comes
 * with the package. Throws `WorkloadNotFoundError`, which lists what there is.
 */
export function findWorkload(word: string): string {
  const looksLikePath = /[\\/]|\.ya?ml$|\.json$/.test(word);
  const candidates = looksLikePath
    ? [resolve(word)]
    : [ownFolder(), shippedFolder].map((folder) => join(folder, `${word}.yaml`));
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  const names = namedWorkloads().map(({ name }) => name);
  throw new WorkloadNotFoundError(
    looksLikePath
      ? `no workload file ${word}`
      : `no workload "${word}"${suggestion(word, names)} (workloads: ${names.join(', ')}, or the path of a YAML file)`,
  );
}
