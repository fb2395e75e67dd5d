import { readdirSync } from 'node:fs';
import type { Mutant } from './mutant.ts';

const folder = new URL('./shelf/', import.meta.url);

/** All mutants by name: each is one file of the shelf, and is called as its file is. */
export async function loadShelf(): Promise<ReadonlyMap<string, Mutant>> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .sort();
  const shelf = new Map<string, Mutant>();
  for (const file of files) {
    const module = (await import(new URL(file, folder).href)) as { readonly mutant: Mutant };
    shelf.set(file.replace(/\.ts$/, ''), module.mutant);
  }
  return shelf;
}
