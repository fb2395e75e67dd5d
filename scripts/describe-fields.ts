/** As much of JSON Schema as the format of workload files uses. */
interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** A field as the documentation shows it. */
export interface Field {
  /** From the top of the file: `load.open.rate[].hold`. */
  readonly path: string;
  readonly default: string;
  readonly sentence: string;
}

/** Every field of a schema in its order; the fields of a shared definition come once, under `<name>`. */
export function fieldsOf(schema: Schema): readonly Field[] {
  const fields = [...below(schema, '')];
  for (const [name, definition] of Object.entries(schema.definitions ?? {})) {
    fields.push({ path: `<${name}>`, default: '', sentence: definition.description ?? '' });
    fields.push(...below(definition, `<${name}>`));
  }
  return fields.filter((field, index) => fields.findIndex((other) => isSame(field, other)) === index);
}

/** The fields as a table in Markdown. */
export function fieldTable(schema: Schema): string {
  const rows = fieldsOf(schema).map(
    ({ path, default: given, sentence }) => `| \`${path}\` | ${given} | ${sentence} |`,
  );
  return ['| field | default | what it says |', '|---|---|---|', ...rows].join('\n');
}

function isSame(a: Field, b: Field): boolean {
  return a.path === b.path && a.sentence === b.sentence;
}

function* below(schema: Schema, path: string, shared?: ReadonlySet<string>): Generator<Field> {
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const own = path === '' ? name : `${path}.${name}`;
    const isRequired = schema.required?.includes(name) === true && shared?.has(name) !== false;
    yield { path: own, default: defaultOf(inner, isRequired), sentence: inner.description ?? '' };
    yield* below(inner, own);
  }
  yield* alternatives(schema.anyOf ?? [], path);
  if (schema.items !== undefined) yield* below(schema.items, `${path}[]`);
  if (typeof schema.additionalProperties === 'object')
    yield* below(schema.additionalProperties, `${path}.<name>`);
}

/** What only one of several alternatives requires is not required of the field as a whole. */
function* alternatives(schemas: readonly Schema[], path: string): Generator<Field> {
  const maps = schemas.filter((schema) => schema.properties !== undefined);
  const shared = new Set(
    maps[0]?.required?.filter((name) => maps.every((map) => map.required?.includes(name))),
  );
  for (const schema of schemas) {
    const kind = schema.properties?.kind?.const;
    yield* below(schema, kind === undefined ? path : `${path}(${kind})`, shared);
  }
}

function defaultOf(schema: Schema, isRequired: boolean): string {
  if (isRequired) return schema.const === undefined ? 'required' : `\`${schema.const}\``;
  if (schema.default === undefined || typeof schema.default === 'object') return '';
  return `\`${schema.default}\``;
}
