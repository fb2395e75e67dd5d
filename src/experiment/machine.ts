import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, freemem, loadavg, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What a reader needs to trust or dismiss a number: where it was measured, and with what. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** The limit that a container sets, or null. */
  readonly memoryLimitBytes: number | null;
  readonly platform: string;
  readonly node: string;
  /** The load average over one minute before the run; null where the system has none (Windows). */
  readonly loadBefore: number | null;
}

export function describeMachine(): Machine {
  const limit = process.constrainedMemory?.() ?? 0;
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    memoryLimitBytes: limit > 0 && limit < totalmem() ? limit : null,
    platform: `${platform()} ${release()}`,
    node: process.version,
    loadBefore: platform() === 'win32' ? null : (loadavg()[0] ?? null),
  };
}

/** Memory that a run may plan with: what is free now, within the limit of a container. */
export function availableMemory(): number {
  const available = process.availableMemory?.() ?? freemem();
  return Math.min(available, totalmem());
}

/** The commit of the working tree that the code comes from, and whether it was clean; nulls outside a repository. */
export function describeCommit(): { readonly commit: string | null; readonly clean: boolean | null } {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const git = (...words: string[]) =>
    execFileSync('git', words, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
    });
  try {
    // An installed package may lie inside the repository of its user: only a tree that tracks this file is ours.
    git('ls-files', '--error-unmatch', '../../package.json');
    return { commit: git('rev-parse', 'HEAD').trim(), clean: git('status', '--porcelain').trim() === '' };
  } catch {
    return { commit: null, clean: null };
  }
}

/** A hash of the file that a strategy is loaded from, so that results of different code are told apart. */
export function hashOfModule(url: string): string {
  return createHash('sha256')
    .update(readFileSync(fileURLToPath(url)))
    .digest('hex')
    .slice(0, 16);
}

/** The version of this package. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
