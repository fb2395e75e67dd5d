import { type Draft, isMap, type Json, type JsonMap, listAt, mapAt } from '../draft.ts';
import { smallerCounts } from './counts.ts';

/**
 * A region goes, or loses nodes; what names what is gone goes too. Regions that hold zones are left as they are: there one number
 * is as good as another.
 */
export function* fewerNodes(draft: Draft): Iterable<Draft> {
  const topology = mapAt(draft.topology);
  const regions = mapAt(topology.regions);
  const names = Object.keys(regions);
  for (const gone of names.length > 1 ? [...names].reverse() : []) {
    const left = Object.fromEntries(Object.entries(regions).filter(([name]) => name !== gone));
    const changed = withRegions(draft, left);
    yield withoutMentions(changed, (word) => word === gone || new RegExp(`^${gone}-\\d+$`).test(word));
  }
  for (const name of [...names].reverse()) {
    const count = regions[name];
    if (typeof count !== 'number') continue;
    for (const fewer of smallerCounts(count, 1)) {
      const changed = withRegions(draft, { ...regions, [name]: fewer });
      yield withoutMentions(changed, (word) => {
        const number = new RegExp(`^${name}-(\\d+)$`).exec(word)?.[1];
        return number !== undefined && Number(number) > fewer;
      });
    }
  }
}

/** The same with other regions: pairs and shares of one that has gone are left out. */
function withRegions(draft: Draft, regions: JsonMap): Draft {
  const topology = mapAt(draft.topology);
  const latency = mapAt(topology.latency);
  const known = (name: string | undefined) => name !== undefined && Object.hasOwn(regions, name);
  const between = Object.fromEntries(
    Object.entries(mapAt(latency.between)).filter(([pair]) => {
      const [from, , to] = pair.split(' ');
      return known(from) && known(to);
    }),
  );
  const { between: _, ...near } = latency;
  const changed = Object.keys(between).length === 0 ? near : { ...near, between };
  return { ...draft, topology: { ...topology, regions, latency: changed } };
}

/** Faults that name what is gone are left out, whatever kind they are. */
function withoutMentions(draft: Draft, isGone: (word: string) => boolean): Draft {
  const faults = listAt(draft.faults).filter((fault) => !mentions(fault, isGone));
  const { faults: _, ...rest } = draft;
  return faults.length === 0 ? rest : { ...rest, faults };
}

function mentions(json: Json | undefined, isGone: (word: string) => boolean): boolean {
  if (typeof json === 'string') return json.split(' ').some(isGone);
  if (Array.isArray(json)) return json.some((entry) => mentions(entry, isGone));
  return isMap(json) && Object.values(json).some((part) => mentions(part, isGone));
}
