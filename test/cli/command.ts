import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The compiled command, as a user runs it. */
export const mainFile = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command, which finds `input` on its standard input; `finished` resolves when it has ended. */
export function start(words: readonly string[], cwd: string, input?: Buffer): Started {
  return startNode([mainFile, ...words], cwd, input);
}

/** Runs Node itself on a file. */
export function nodeRuns(words: readonly string[], cwd: string): Promise<Finished> {
  return startNode(words, cwd).finished;
}

interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

function startNode(words: readonly string[], cwd: string, input?: Buffer): Started {
  const child = spawn(process.execPath, words, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', CI: 'true', ...withoutCoverage(words) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Whoever ends without reading it leaves a broken pipe behind.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, finished };
}

export function pacelc(words: readonly string[], cwd: string): Promise<Finished> {
  return start(words, cwd).finished;
}

/** A folder of its own for each test. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pacelc-'));
  try {
    await test(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The loader of TypeScript leaves modules without a file behind, which the coverage report stumbles over. */
function withoutCoverage(words: readonly string[]): Record<string, undefined> {
  return words.some((word) => word.includes('.ts')) ? { NODE_V8_COVERAGE: undefined } : {};
}
