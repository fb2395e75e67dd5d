import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fieldsOf, fieldTable } from '../../../scripts/describe-fields.ts';
import { workloadJsonSchema } from '../../../src/experiment/file/json-schema.ts';

const page = readFileSync('docs/workloads.md', 'utf8');

test('workloads/schema.json is what the format says; `npm run schema` writes it', () => {
  const written = JSON.parse(readFileSync('workloads/schema.json', 'utf8'));

  expect(written).toEqual(JSON.parse(JSON.stringify(workloadJsonSchema())));
});

test('every field of the format has its sentence in the docs; `npm run schema` writes them', () => {
  expect(page).toContain(fieldTable(workloadJsonSchema()));
});

test.each(fieldsOf(workloadJsonSchema()).map((field) => [field.path, field.sentence]))(
  'the field %s is described by a sentence',
  (_, sentence) => {
    expect(sentence).toMatch(/^[A-Z`].*[.…]$/);
  },
);

test('the table covers every section of a file', () => {
  const paths = fieldsOf(workloadJsonSchema()).map(({ path }) => path);

  for (const path of [
    'topology.latency.between',
    'workload(bank).accounts',
    'load.open.rate[].from',
    'load.closed.think',
    'clients.retry-after',
    'faults[].partition',
    'strategies[].label',
    '<delay>.pareto.alpha',
    '<target>.role',
  ]) {
    expect(paths).toContain(path);
  }
});
