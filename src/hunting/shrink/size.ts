import { parseDuration } from '../../experiment/file/units.ts';
import { type Draft, isMap, type Json, listAt, mapAt } from '../draft.ts';

/** A key or an entry weighs so much more than any value. */
const perPart = 1_000;

/** What says nothing of how simple a scenario is. */
const weightless = ['schemaVersion', 'name', 'summary', 'seed', 'expect'];

/** How much there is to read in a scenario: parts first, then counts and digits of times, then how long these are. */
export function sizeOf(draft: Draft): number {
  return Object.entries(draft)
    .filter(([section]) => !weightless.includes(section))
    .reduce((sum, [, part]) => sum + weightOf(part), 0);
}

function weightOf(json: Json | undefined): number {
  if (json === undefined) return 0;
  if (Array.isArray(json)) return json.reduce((sum, entry) => sum + perPart + weightOf(entry), 0);
  if (isMap(json)) {
    // An open load goes on asking; so many questions and no more are simpler.
    const openly = json.open === undefined ? 0 : 5 * perPart;
    return (
      openly +
      Object.values(json).reduce<number>(
        (sum, part) => (part === undefined ? sum : sum + perPart + weightOf(part)),
        0,
      )
    );
  }
  if (typeof json === 'number') return 1 + 10 * doublings(Math.abs(json));
  const duration = typeof json === 'string' ? parseDuration(json) : null;
  return duration === null ? 1 : 1 + 10 * digitsOf(duration) + 0.1 * doublings(duration);
}

/** Grows with an amount, slowly, in small steps. */
function doublings(amount: number): number {
  let count = 0;
  let rest = amount;
  for (; rest >= 2; rest /= 2) count += 1;
  return count + rest / 2;
}

function digitsOf(amount: number): number {
  return String(amount).replace(/^0+|0+$/g, '').length;
}

/** What people count in a scenario. */
export function countsOf(draft: Draft): Readonly<Record<string, number>> {
  const closed = mapAt(mapAt(draft.load).closed);
  const nodes = nodesIn(mapAt(draft.topology).regions);
  const regions = Object.keys(mapAt(mapAt(draft.topology).regions)).length;
  const knobs = Object.keys(mapAt(listAt(draft.strategies)[0])).filter((key) => key !== 'name').length;
  return {
    faults: listAt(draft.faults).length,
    ...(nodes === 0 ? {} : { nodes }),
    ...(closed['clients-per-region'] === undefined
      ? {}
      : { clients: Number(closed['clients-per-region']) * regions }),
    ...(closed.operations === undefined ? {} : { operations: Number(closed.operations) }),
    ...(knobs === 0 ? {} : { knobs }),
  };
}

/** All numbers in the regions of a topology: each is one of nodes. */
function nodesIn(json: Json | undefined): number {
  if (typeof json === 'number') return json;
  return Object.values(mapAt(json)).reduce<number>((sum, part) => sum + nodesIn(part), 0);
}
