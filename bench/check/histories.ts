import { type History, phaseCode } from '../../src/history/history.ts';
import { Recorder } from '../../src/history/recorder.ts';
import type { Completion, Operation } from '../../src/kernel/operation.ts';
import { type Random, randomStream } from '../../src/kernel/random.ts';
import { uniqueValue } from '../../src/workloads/unique.ts';

/** What a fixed history is made of. The same shape gives the same history, byte for byte. */
export interface HistoryShape {
  readonly kind: 'register' | 'cas' | 'counter';
  readonly operations: number;
  /** All of them ask without a pause, so that each operation overlaps all other clients. */
  readonly clients: number;
  /** The share of operations that are never answered. */
  readonly unanswered: number;
  /** Whether one read near the end sees what was overwritten long ago. */
  readonly violated: boolean;
}

const seed = 1;
/** Microseconds. */
const shortest = 200;
const longest = 2_000;
/** Where the violation stands, as a share of the history; what it sees was written a quarter of the history before. */
const lateness = 0.999;
const staleness = 0.25;

/** Operations in columns, before they are answered and put in the order of invocation. */
interface Drafts {
  readonly stream: Uint32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** When it takes effect; Infinity for an update that never does. */
  readonly effectAt: Float64Array;
  readonly updates: Uint8Array;
  readonly open: Uint8Array;
}

/** The history that an atomic object would give to busy clients, and one wrong answer if that is asked for. */
export function fixedHistory(shape: HistoryShape): History {
  const drafts = draft(shape, randomStream(seed, `check/${shape.kind}/${shape.clients}`));
  const { asked, answers } = answer(shape, drafts);
  return record(shape, drafts, asked, answers);
}

function draft({ operations, clients, unanswered }: HistoryShape, random: Random): Drafts {
  const drafts: Drafts = {
    stream: new Uint32Array(operations),
    from: new Float64Array(operations),
    to: new Float64Array(operations),
    effectAt: new Float64Array(operations),
    updates: new Uint8Array(operations),
    open: new Uint8Array(operations),
  };
  const freeAt = Float64Array.from({ length: clients }, () => random.below(longest));
  for (let i = 0; i < operations; i += 1) {
    const client = i % clients;
    const lasts = shortest + random.below(longest - shortest);
    const from = freeAt[client]!;
    const open = random.chance(unanswered);
    const happens = !open || random.chance(0.5);
    drafts.stream[i] = client;
    drafts.from[i] = from;
    drafts.to[i] = from + lasts;
    drafts.updates[i] = random.chance(0.5) ? 1 : 0;
    drafts.open[i] = open ? 1 : 0;
    // What is not answered may take effect long after its client has gone.
    drafts.effectAt[i] = happens ? from + random.unit() * lasts * (open ? 4 : 1) : Number.POSITIVE_INFINITY;
    freeAt[client] = from + lasts + 1;
  }
  return drafts;
}

/** Lets every operation take effect at its instant. */
function answer({ kind, clients }: HistoryShape, drafts: Drafts) {
  const { effectAt, updates, stream } = drafts;
  const asked = new Array<Operation>(effectAt.length);
  const answers = new Array<Completion>(effectAt.length);
  let value: number | null = null;
  for (const i of orderOf(effectAt)) {
    if (updates[i] === 0) {
      asked[i] = { type: 'read', key: 'x' };
      answers[i] = { type: 'ok', value };
      continue;
    }
    const unique = uniqueValue(stream[i]!, Math.floor(i / clients));
    const expected: number | null = value;
    asked[i] =
      kind === 'counter'
        ? { type: 'add', key: 'x', delta: 1, floor: null }
        : kind === 'cas'
          ? { type: 'cas', key: 'x', expected, value: unique }
          : { type: 'write', key: 'x', value: unique };
    answers[i] = { type: 'ok' };
    if (effectAt[i] !== Number.POSITIVE_INFINITY) value = kind === 'counter' ? (value ?? 0) + 1 : unique;
  }
  return { asked, answers };
}

function record(
  { clients, violated }: HistoryShape,
  drafts: Drafts,
  asked: readonly Operation[],
  answers: Completion[],
): History {
  const { stream, from, to, open } = drafts;
  const order = orderOf(from);
  if (violated) spoil(order, drafts, answers);
  const recorder = new Recorder(order.length);
  const processes = Uint32Array.from({ length: clients }, (_, client) => client);
  let nextProcess = clients;
  for (const i of order) {
    const client = stream[i]!;
    const process = processes[client]!;
    const row = recorder.begin(client, i, process, 0, 0, phaseCode.measured, asked[i]!, Number.NaN, from[i]!);
    recorder.end(row, open[i] === 1 ? { type: 'info', error: 'deadline passed' } : answers[i]!, to[i]!);
    if (open[i] === 0) continue;
    processes[client] = nextProcess;
    nextProcess += 1;
  }
  return recorder.history(['node-0'], ['region']);
}

/** Gives a read near the end the answer of one that came long before it. */
function spoil(order: Uint32Array, { updates, open }: Drafts, answers: Completion[]): void {
  const isRead = (i: number) => updates[i] === 0 && open[i] === 0;
  const late = order.subarray(Math.floor(order.length * lateness)).find(isRead)!;
  const early = order.subarray(Math.floor(order.length * (lateness - staleness))).find(isRead)!;
  answers[late] = answers[early]!;
}

function orderOf(times: Float64Array): Uint32Array {
  const order = Uint32Array.from(times, (_, i) => i);
  return order.sort((a, b) => (times[a]! < times[b]! ? -1 : times[a]! > times[b]! ? 1 : a - b));
}
