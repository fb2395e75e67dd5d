import { readFileSync, writeFileSync } from 'node:fs';
import { workloadJsonSchema } from '../src/experiment/file/json-schema.ts';
import { fieldTable } from './describe-fields.ts';

/** Writes what follows from the schema of workload files: the JSON Schema for editors and the table of the docs. */
const schema = workloadJsonSchema();
writeFileSync('workloads/schema.json', `${JSON.stringify(schema, null, 2)}\n`);

const page = readFileSync('docs/workloads.md', 'utf8');
const marked = /(<!-- fields -->\n)[\s\S]*(\n<!-- end of fields -->)/;
if (!marked.test(page)) throw new Error('docs/workloads.md lacks the marks of its table of fields');
const table = fieldTable(schema);
writeFileSync(
  'docs/workloads.md',
  page.replace(marked, (_, before, after) => before + table + after),
);
