import { z } from 'zod';
import type { Operation, OperationKind } from '../kernel/operation.ts';
import { zipfian } from './distributions.ts';
import { Draws } from './draws.ts';
import { count, number, share } from './fields.ts';
import { uniqueValue } from './unique.ts';
import type { Workload, WorkloadKind } from './workload.ts';

const parameters = z
  .strictObject({
    keys: count(1, 1_000_000, 'How many registers there are.').default(100),
    writes: share('The share of operations that write; every written value is unique.').prefault('50%'),
    cas: share(
      'The share of operations that compare and set: each expects the value that its stream last wrote, shortly before.',
    ).prefault('0%'),
    skew: number(0, 5, "The exponent of Zipf's law by which keys are chosen; 0 is uniform.").default(0.99),
  })
  .refine((values) => together(values.writes, values.cas) <= 1, {
    error: () => '`writes` and `cas` together are more than 100%',
    path: ['cas'],
  });

/** Shares sum without the last bits' noise: 57 % and 43 % are all. */
function together(writes: number, cas: number): number {
  return Math.round((writes + cas) * 1e9) / 1e9;
}

type RegistersParameters = z.output<typeof parameters>;

/** The field's standard workload: reads and writes of registers, some keys far more popular than others. */
export const registers: WorkloadKind<RegistersParameters> = {
  name: 'registers',
  summary: 'reads and writes of registers, a few of them popular; every written value is unique',
  parameters,
  create: createRegisters,
};

const drawsPerOperation = 2;

function createRegisters({ keys, writes, cas, skew }: RegistersParameters, seed: string): Workload {
  const draws = new Draws(seed, 'registers', drawsPerOperation);
  const updates = together(writes, cas);
  const names = Array.from({ length: keys }, (_, i) => `register:${i}`);
  const popularity = zipfian(keys, skew);
  const reads = names.map((key): Operation => ({ type: 'read', key }));
  const keyAt = (stream: number, index: number) => popularity.pick(draws.at(stream, index, 1));

  /** The last question before this one that may have left a value behind; blocks bound how far back it looks. */
  const updateBefore = (stream: number, index: number) => {
    const first = Draws.blockStart(index);
    for (let i = index - 1; i >= first; i -= 1) if (draws.at(stream, i, 0) < updates) return i;
    return null;
  };
  /** A cas works on the key of the update before it, which may be a cas itself. */
  const keyOfUpdate = (stream: number, index: number) => {
    let origin = index;
    for (let i: number | null = index; i !== null && draws.at(stream, i, 0) < cas; ) {
      i = updateBefore(stream, i);
      origin = i ?? origin;
    }
    return keyAt(stream, origin);
  };
  const casAt = (stream: number, index: number): Operation => {
    const before = updateBefore(stream, index);
    const expected = before === null ? null : uniqueValue(stream, before);
    const key = names[keyOfUpdate(stream, index)]!;
    return { type: 'cas', key, expected, value: uniqueValue(stream, index) };
  };
  const operation = (stream: number, index: number): Operation => {
    const kind = draws.at(stream, index, 0);
    if (kind < cas) return casAt(stream, index);
    const rank = keyAt(stream, index);
    if (kind >= updates) return reads[rank]!;
    return { type: 'write', key: names[rank]!, value: uniqueValue(stream, index) };
  };
  return { kinds: kindsOf(writes, cas), operation, initial: [], conservedTotal: null };
}

function kindsOf(writes: number, cas: number): OperationKind[] {
  const kinds: OperationKind[] = [];
  if (together(writes, cas) < 1) kinds.push('read');
  if (writes > 0) kinds.push('write');
  if (cas > 0) kinds.push('cas');
  return kinds;
}
