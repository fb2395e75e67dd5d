import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Says in one line why results cannot be written. */
export class ResultsUnwritableError extends Error {
  override readonly name = 'ResultsUnwritableError';
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  ENOENT: 'the place does not take folders or files',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'there is a file where a folder is needed',
  EISDIR: 'there is a folder where a file is needed',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
};

export function makeFolder(folder: string): void {
  saying(`cannot create ${folder}`, () => makeStepwise(folder));
}

/** Node's own recursive mkdir never returns where a parent refuses children with ENOENT, as /proc does. */
function makeStepwise(folder: string): void {
  const parent = dirname(folder);
  if (parent !== folder && !existsSync(parent)) makeStepwise(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (!isFolder) throw error;
  }
}

/**
 * Writes aside, makes sure that it is on the disk, then renames: whoever reads the file finds the old text or the
 * new one, never a part, however the process ends.
 */
export function writeWhole(path: string, text: string | Uint8Array): void {
  const aside = `${path}.${process.pid}.part`;
  saying(`cannot write ${path}`, () => {
    try {
      writeSynced(aside, text);
      renameSync(aside, path);
    } catch (error) {
      rmSync(aside, { force: true });
      throw error;
    }
  });
}

/** The text of a file, or null where there is none. */
export function readWhole(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** Creates a folder of its own under `root`, with a number behind the name where the name is taken. */
export function makeFreshFolder(root: string, name: string): string {
  makeFolder(root);
  for (let count = 1; ; count += 1) {
    const folder = join(root, count === 1 ? name : `${name}-${count}`);
    if (existsSync(folder)) continue;
    makeFolder(folder);
    return folder;
  }
}

/**
 * Lets `latest` beside a results folder point at it: a link, or where links are not allowed (Windows without
 * developer mode, some network drives) a text file with the folder's name.
 */
export function pointLatestAt(folder: string): void {
  const root = dirname(folder);
  const name = folder.slice(root.length + 1);
  const aside = join(root, `latest.${process.pid}.part`);
  try {
    rmSync(aside, { force: true });
    symlinkSync(process.platform === 'win32' ? folder : name, aside, 'junction');
    renameSync(aside, join(root, 'latest'));
  } catch {
    rmSync(aside, { force: true });
    writeWhole(join(root, 'latest.txt'), `${name}\n`);
  }
}

function writeSynced(path: string, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const file = openSync(path, 'w');
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function saying<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new ResultsUnwritableError(`${what}: ${reasons[code] ?? code}`, { cause: error });
  }
}
