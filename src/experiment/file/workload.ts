import type { Plain } from '../../kernel/operation.ts';
import { shown } from '../../workloads/fields.ts';
import { workloadKinds } from '../../workloads/index.ts';
import type { ExperimentSpec } from '../spec.ts';
import type { Mistakes } from './mistakes.ts';
import { validate } from './validate.ts';
import { suggestion } from './words.ts';

const names = Object.keys(workloadKinds);
const known = `(kinds: ${names.join(', ')})`;

/** Reads a kind of workload, then its parameters by the kind's own schema; undefined where mistaken. */
export function readWorkload(value: unknown, mistakes: Mistakes): ExperimentSpec['workload'] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const wrong = value === undefined ? '"workload" is missing' : `${shown(value)} is not a workload`;
    mistakes.at(['workload'], `${wrong}: a map with its \`kind\` and parameters ${known}`);
    return undefined;
  }
  const { kind: name, ...parameters } = value as { readonly kind?: unknown };
  if (typeof name !== 'string' || !Object.hasOwn(workloadKinds, name)) {
    mistakes.at(['workload', 'kind'], `${unknownKind(name)} ${known}`);
    return undefined;
  }
  const kind = workloadKinds[name] as (typeof workloadKinds)[string];
  const read = validate(kind.parameters, parameters, ['workload'], mistakes);
  return read === undefined ? undefined : { kind: name, parameters: read as Plain };
}

function unknownKind(name: unknown): string {
  if (name === undefined) return '"kind" is missing: the kind of workload';
  return `no workload of kind ${shown(name)}${typeof name === 'string' ? suggestion(name, names) : ''}`;
}
