import { z } from 'zod';
import { fileSchema } from './schema.ts';

/** The format of workload files for editors. Names, sums and overlaps are beyond it; `parseSpec` checks those too. */
export function workloadJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(fileSchema, { io: 'input', target: 'draft-7' });
  return {
    $schema,
    title: 'pacelc workload',
    description:
      'A workload, the topology and the faults that it runs under, and the strategies that are compared.',
    ...schema,
  };
}
