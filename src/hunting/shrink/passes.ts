import { formatDuration, parseDuration } from '../../experiment/file/units.ts';
import { milliseconds } from '../../kernel/time.ts';
import { type Draft, isMap, type Json, type JsonMap, listAt, mapAt } from '../draft.ts';
import { smallerCounts } from './counts.ts';
import { fewerNodes } from './nodes.ts';

/** One way to make a scenario smaller. What it offers need not be valid: what cannot be read is passed over. */
export interface Pass {
  readonly offers: (draft: Draft) => Iterable<Draft>;
  /** Whether what it offers is also tried with other seeds: it shifts what the seed draws anyhow. */
  readonly reseeds: boolean;
}

/** In the order in which they are tried: what takes most away, and makes every later run shorter, comes first. */
export const passes: readonly Pass[] = [
  { offers: fewerFaults, reseeds: false },
  { offers: fewerOperations, reseeds: true },
  { offers: shorter, reseeds: true },
  { offers: fewerNodes, reseeds: true },
  { offers: fewerClients, reseeds: true },
  { offers: fewerKeys, reseeds: true },
  { offers: plainKnobs, reseeds: false },
  { offers: plainDelays, reseeds: true },
  { offers: withoutParts, reseeds: false },
  { offers: plainTimes, reseeds: false },
];

/** Chunks of the list are left out: all, halves, quarters … single ones (the complements of ddmin). */
function* fewerFaults(draft: Draft): Iterable<Draft> {
  const faults = listAt(draft.faults);
  for (let size = faults.length; size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < faults.length; start += size) {
      const { faults: _, ...rest } = draft;
      const left = [...faults.slice(0, start), ...faults.slice(start + size)];
      yield left.length === 0 ? rest : { ...rest, faults: left };
    }
  }
}

/** A closed load asks fewer questions; an open one, which has no number of them, becomes a closed one. */
function* fewerOperations(draft: Draft): Iterable<Draft> {
  const load = mapAt(draft.load);
  if (isMap(load.open)) {
    for (const operations of [20, 100]) {
      for (const think of ['0s', '10ms', '100ms']) {
        const closed = { 'clients-per-region': 2, think, operations };
        yield { ...draft, duration: draft.duration ?? openDuration(load.open), load: { closed } };
      }
    }
    return;
  }
  const closed = mapAt(load.closed);
  const operations = Number(closed.operations ?? 1_000);
  for (const fewer of smallerCounts(operations, 1)) {
    yield { ...draft, load: { closed: { ...closed, operations: fewer } } };
  }
}

function openDuration(open: JsonMap): string {
  const lengths = listAt(open.rate).map((step) => parseDuration(String(mapAt(step).for ?? '0s')) ?? 0);
  return formatDuration(lengths.reduce((sum, length) => sum + length, 0));
}

/** Nothing shorter is simpler. */
const shortestLoad = milliseconds(1);

/** The load ends sooner, and faults that would come after its end are left out. */
function* shorter(draft: Draft): Iterable<Draft> {
  const duration = parseDuration(String(draft.duration ?? ''));
  if (duration === null) return;
  for (const part of [0.1, 0.25, 0.5, 0.75, 0.9]) {
    const ends = atOneDigit(duration * part, Math.ceil);
    if (ends >= duration || ends < shortestLoad) continue;
    const faults = listAt(draft.faults).flatMap((fault) => cutAt(fault, ends));
    const { faults: _, ...rest } = draft;
    yield { ...rest, duration: formatDuration(ends), ...(faults.length === 0 ? {} : { faults }) };
    yield { ...scaled(draft, ends / duration), duration: formatDuration(ends) };
  }
}

/** Faults and pauses of clients in proportion, so that the same happens sooner. */
function scaled(draft: Draft, factor: number): Draft {
  const sooner = (map: JsonMap, keys: readonly string[]): JsonMap => {
    const times = keys.flatMap((key) => {
      const time = parseDuration(String(map[key] ?? ''));
      return time === null ? [] : [[key, formatDuration(Math.round(time * factor))] as const];
    });
    return { ...map, ...Object.fromEntries(times) };
  };
  const faults = listAt(draft.faults).map((fault) => sooner(mapAt(fault), ['at', 'for', 'until']));
  const closed = mapAt(mapAt(draft.load).closed);
  return {
    ...draft,
    ...(draft.faults === undefined ? {} : { faults }),
    ...(closed.think === undefined ? {} : { load: { closed: sooner(closed, ['think']) } }),
  };
}

/** A fault that still lasts at the end of the load is ended by it. */
function cutAt(fault: Json, ends: number): readonly Json[] {
  const { for: lasts, until, ...rest } = mapAt(fault);
  const at = parseDuration(String(rest.at ?? ''));
  if (at === null) return [fault];
  if (at >= ends) return [];
  const length = lasts === undefined ? null : parseDuration(String(lasts));
  const end = length !== null ? at + length : until === undefined ? null : parseDuration(String(until));
  return [end === null || end <= ends ? fault : rest];
}

function* fewerClients(draft: Draft): Iterable<Draft> {
  const closed = mapAt(mapAt(draft.load).closed);
  const clients = Number(closed['clients-per-region'] ?? 1);
  for (const fewer of smallerCounts(clients, 1)) {
    yield { ...draft, load: { closed: { ...closed, 'clients-per-region': fewer } } };
  }
}

/** Any number among the parameters of the workload may be smaller: they count keys, or amounts. */
function* fewerKeys(draft: Draft): Iterable<Draft> {
  const workload = mapAt(draft.workload);
  for (const [name, value] of Object.entries(workload)) {
    if (typeof value !== 'number') continue;
    for (const fewer of smallerCounts(value, 0)) yield { ...draft, workload: { ...workload, [name]: fewer } };
  }
}

/** Knobs go back to their defaults, all at once or one by one. */
function* plainKnobs(draft: Draft): Iterable<Draft> {
  const [entry, ...others] = listAt(draft.strategies);
  if (!isMap(entry)) return;
  const turned = Object.keys(entry).filter((key) => key !== 'name');
  if (turned.length === 0) return;
  yield { ...draft, strategies: [{ name: entry.name }, ...others] };
  for (const knob of turned) yield { ...draft, strategies: [without(entry, knob), ...others] };
}

/** Delays become plain durations without jitter, all at once or one by one. */
function* plainDelays(draft: Draft): Iterable<Draft> {
  const topology = mapAt(draft.topology);
  const latency = mapAt(topology.latency);
  const plain = (delays: JsonMap): JsonMap =>
    Object.fromEntries(Object.entries(delays).map(([name, delay]) => [name, plainDelay(delay)]));
  const { between, ...near } = latency;
  const far = mapAt(between);
  const farPart = Object.keys(far).length === 0 ? {} : { between: plain(far) };
  const withLatency = (changed: JsonMap): Draft => ({
    ...draft,
    topology: { ...topology, latency: changed },
  });
  yield withLatency({ ...farPart, jitter: '0%' });
  yield withLatency({ ...farPart });
  yield withLatency({ ...plain(near), ...farPart });
  for (const [name, delay] of Object.entries(near)) {
    yield withLatency({ ...latency, [name]: plainDelay(delay) });
  }
  for (const [pair, delay] of Object.entries(far)) {
    yield withLatency({ ...latency, between: { ...far, [pair]: plainDelay(delay) } });
  }
}

/** `20ms` in place of a distribution around it. */
function plainDelay(delay: Json | undefined): Json | undefined {
  const [shape] = Object.values(mapAt(delay));
  const { median, minimum, mean } = mapAt(shape);
  const middle = [median, mean, minimum].find((one) => typeof one === 'string');
  return middle === undefined ? delay : rounded(String(middle));
}

/** Whatever has a default is left out, at any depth: the reading of files knows what cannot be. */
function* withoutParts(draft: Draft): Iterable<Draft> {
  for (const section of [
    'warm-up',
    'settle',
    'clients',
    'topology',
    'load',
    'faults',
    'workload',
    'strategies',
  ]) {
    const part = draft[section];
    if (part === undefined) continue;
    yield without(draft, section);
    for (const smaller of partsLeftOut(part)) yield { ...draft, [section]: smaller };
  }
}

function* partsLeftOut(json: Json): Iterable<Json> {
  if (Array.isArray(json)) {
    for (const [index, entry] of (json as readonly Json[]).entries()) {
      for (const smaller of partsLeftOut(entry)) yield json.map((one, i) => (i === index ? smaller : one));
    }
  } else if (isMap(json)) {
    for (const key of Object.keys(json)) yield without(json, key);
    for (const [key, part] of Object.entries(json)) {
      if (part === undefined) continue;
      for (const smaller of partsLeftOut(part)) yield { ...json, [key]: smaller };
    }
  }
}

/** Durations lose digits, wherever they stand. */
function* plainTimes(draft: Draft): Iterable<Draft> {
  for (const section of ['duration', 'faults', 'clients', 'load', 'topology', 'settle', 'strategies']) {
    const part = draft[section];
    if (part === undefined) continue;
    for (const simpler of timesSimplified(part)) yield { ...draft, [section]: simpler };
  }
}

function* timesSimplified(json: Json): Iterable<Json> {
  if (typeof json === 'string') {
    const duration = parseDuration(json);
    if (duration === null || duration === 0) return;
    yield rounded(json);
    yield roundedUp(json);
  } else if (Array.isArray(json)) {
    for (const [index, entry] of (json as readonly Json[]).entries()) {
      for (const simpler of timesSimplified(entry)) yield json.map((one, i) => (i === index ? simpler : one));
    }
  } else if (isMap(json)) {
    for (const [key, part] of Object.entries(json)) {
      if (part === undefined) continue;
      for (const simpler of timesSimplified(part)) yield { ...json, [key]: simpler };
    }
  }
}

/** A duration to one digit. */
function rounded(duration: string): string {
  return formatDuration(atOneDigit(parseDuration(duration) ?? 0, Math.round));
}

function roundedUp(duration: string): string {
  return formatDuration(atOneDigit(parseDuration(duration) ?? 0, Math.ceil));
}

function atOneDigit(amount: number, round: (digits: number) => number): number {
  let unit = 1;
  while (amount / unit >= 10) unit *= 10;
  return round(amount / unit) * unit;
}

function without(map: JsonMap, key: string): JsonMap {
  const { [key]: _, ...rest } = map;
  return rest;
}
