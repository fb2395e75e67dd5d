import type { History } from '../../history/history.ts';

/** How files call all regions together; no region may have this name. */
export const allRegions = 'all';

export function regionName(history: History, site: number | null): string {
  return site === null ? allRegions : history.regions[site]!;
}

/** All regions together first; where there is only one, it stands for all. */
export function sitesOf(history: History): readonly (number | null)[] {
  return history.regions.length > 1 ? [null, ...history.regions.keys()] : [null];
}
