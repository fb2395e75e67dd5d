import { type Guarantee, guarantees } from '../../kernel/guarantee.ts';
import {
  type Key,
  type NodeId,
  type OperationKind,
  operationKinds,
  type Value,
} from '../../kernel/operation.ts';
import { historySchemaVersion } from '../history.ts';
import type { TrialRecord } from '../trial.ts';
import { type FieldTest, isArrayOf, isFields, isText, isTime, isValue, isWhole } from './json-fields.ts';
import { type Complain, refuseUnknown } from './ndjson-row.ts';

/** The first line of a history. */
export interface HistoryHeader {
  readonly operations: number;
  readonly nodes: readonly string[];
  readonly regions: readonly string[];
  /** What the file tells of its trial; the fields of `TrialRecord` that it has. */
  readonly facts: Partial<Omit<TrialRecord, 'history' | 'commits' | 'contents'>>;
  readonly contents: ReadonlyMap<NodeId, ReadonlyMap<Key, Value>>;
  /** Null where the file does not say what was promised. */
  readonly claimed: readonly Guarantee[] | null;
}

/** What a field of the header may be, and how that is said. */
interface FieldRule {
  readonly test: FieldTest;
  readonly allowed: string;
  readonly needed?: true;
}

const orNull =
  (test: FieldTest): FieldTest =>
  (value) =>
    value === null || test(value);
const oneOf =
  (names: readonly string[]): FieldTest =>
  (value) =>
    names.includes(value as string);
const isFlag: FieldTest = (value) => typeof value === 'boolean';
const isNodes: FieldTest = isArrayOf((value) => isWhole(value, 0xffff));
const isRecord = (tests: Readonly<Record<string, FieldTest>>): FieldTest => {
  const named = Object.entries(tests);
  return (value) => isFields(value) && named.every(([name, test]) => test(value[name]));
};
const isLateness = orNull(isRecord({ count: isTime, p50: isNumber, p99: isNumber, maximum: isNumber }));
const isStored: FieldTest = isArrayOf((pair) => isPair(pair, isText, isValue));

/** Every fact of a trial has its rule: a field without one is refused, for it is most likely one that was meant. */
type HeaderField =
  | Exclude<keyof TrialRecord, 'history' | 'commits'>
  | 'operations'
  | 'nodes'
  | 'regions'
  | 'claimed';

const rules: Readonly<Record<HeaderField, FieldRule>> = {
  operations: {
    test: (value) => isWhole(value, 0xffffffff),
    allowed: 'the number of lines that follow',
    needed: true,
  },
  nodes: { test: isArrayOf(isText), allowed: 'the names of the nodes', needed: true },
  regions: { test: isArrayOf(isText), allowed: 'the names of the regions', needed: true },
  label: { test: isText, allowed: 'a text' },
  strategy: { test: isText, allowed: 'a text' },
  family: { test: oneOf(['eventual', 'strong']), allowed: 'eventual or strong' },
  trial: { test: (value) => isWhole(value, 0xffffffff), allowed: 'a number from 1' },
  seed: { test: isText, allowed: 'a text' },
  kinds: { test: isArrayOf(oneOf(operationKinds)), allowed: `among ${operationKinds.join(', ')}` },
  openLoop: { test: isFlag, allowed: 'true or false' },
  window: {
    test: isRecord({ loadFrom: isTime, measuredFrom: isTime, measuredTo: isTime, loadTo: isTime }),
    allowed: 'times for loadFrom, measuredFrom, measuredTo and loadTo',
  },
  faults: {
    test: isArrayOf(
      isRecord({
        label: isText,
        type: isText,
        nodes: isNodes,
        began: isTime,
        effective: isTime,
        ended: orNull(isTime),
      }),
    ),
    allowed: 'faults with label, type, nodes, began, effective and ended',
  },
  cost: {
    test: isRecord({
      messages: isTime,
      bytes: isTime,
      crossRegionMessages: isTime,
      crossRegionBytes: isTime,
    }),
    allowed: 'counts of messages and bytes',
  },
  convergence: {
    test: orNull(isRecord({ agreed: isFlag, took: orNull(isTime), allowed: isTime })),
    allowed: 'null or { agreed, took, allowed }',
  },
  generatorLateness: { test: isLateness, allowed: 'null or { count, p50, p99, maximum }' },
  deliveryLateness: { test: isLateness, allowed: 'null or { count, p50, p99, maximum }' },
  partial: { test: isFlag, allowed: 'true or false' },
  broken: { test: orNull(isText), allowed: 'null or a text' },
  claimed: { test: isArrayOf(oneOf(guarantees)), allowed: `among ${guarantees.join(', ')}` },
  contents: {
    test: isArrayOf((entry) => isPair(entry, (node) => isWhole(node, 0xffff), isStored)),
    allowed: 'a list of [node, [[key, value], …]]',
  },
};

/** The header in a parsed line; `complain` makes the error of what is wrong with it. */
export function headerIn(line: unknown, complain: Complain): HistoryHeader {
  if (!isFields(line) || !('schemaVersion' in line)) {
    throw complain(
      'the first line of a history is { "schemaVersion": …, "operations": …, "nodes": …, "regions": … }',
    );
  }
  refuseOtherVersion(line.schemaVersion, complain);
  for (const [name, { test, allowed, needed }] of Object.entries(rules)) {
    const value = line[name];
    if (value === undefined && needed !== true) continue;
    if (!test(value))
      throw complain(`"${name}" is ${value === undefined ? 'missing' : 'wrong'}; it is ${allowed}`, [name]);
  }
  refuseUnknown(line, ['schemaVersion', ...Object.keys(rules)], complain, []);
  const { schemaVersion: _, operations, nodes, regions, contents, claimed, ...facts } = line;
  return {
    operations: operations as number,
    nodes: nodes as string[],
    regions: regions as string[],
    facts: facts as HistoryHeader['facts'],
    contents: new Map(
      ((contents ?? []) as [NodeId, [Key, Value][]][]).map(([node, stored]) => [node, new Map(stored)]),
    ),
    claimed: (claimed ?? null) as readonly Guarantee[] | null,
  };
}

/** A record of what a file tells; what it does not tell counts as "nothing happened". */
export function recordFrom({ facts, contents }: HistoryHeader, history: TrialRecord['history']): TrialRecord {
  return {
    label: 'history',
    strategy: '',
    family: 'eventual',
    trial: 1,
    seed: '',
    kinds: kindsOf(history),
    openLoop: false,
    window: { loadFrom: 0, measuredFrom: 0, measuredTo: 0, loadTo: 0 },
    faults: [],
    cost: { messages: 0, bytes: 0, crossRegionMessages: 0, crossRegionBytes: 0 },
    convergence: null,
    generatorLateness: null,
    deliveryLateness: null,
    commits: null,
    partial: false,
    broken: null,
    ...facts,
    history,
    contents,
  };
}

function kindsOf(history: TrialRecord['history']): readonly OperationKind[] {
  return operationKinds.filter((_, code) => history.columns.kind.includes(code));
}

function refuseOtherVersion(version: unknown, complain: Complain): void {
  if (version === historySchemaVersion) return;
  if (typeof version !== 'number') {
    throw complain(`"schemaVersion" is no number; this pacelc reads ${historySchemaVersion}`, [
      'schemaVersion',
    ]);
  }
  const [age, advice] =
    version > historySchemaVersion
      ? ['a newer', 'update pacelc to read it']
      : ['an older', 'record it again, or read it with the pacelc that wrote it'];
  throw complain(
    `the history has schema version ${version}, of ${age} pacelc; this one reads ${historySchemaVersion}: ${advice}`,
    ['schemaVersion'],
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function isPair(value: unknown, first: FieldTest, second: FieldTest): boolean {
  return Array.isArray(value) && value.length === 2 && first(value[0]) && second(value[1]);
}
