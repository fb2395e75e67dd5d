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
  return readdirSync(shippedFolder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => {
      const path = join(shippedFolder, file);
      const { summary } = parse(readFileSync(path, 'utf8')) as { summary?: string };
      return { name: basename(file, '.yaml'), file: path, summary: summary ?? '' };
    });
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
    : [resolve('workloads', `${word}.yaml`), join(shippedFolder, `${word}.yaml`)];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  const names = shippedWorkloads().map(({ name }) => name);
  throw new WorkloadNotFoundError(
    looksLikePath
      ? `no workload file ${word}`
      : `no workload "${word}"${suggestion(word, names)} (workloads: ${names.join(', ')}, or the path of a YAML file)`,
  );
}
