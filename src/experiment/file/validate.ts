import type { z } from 'zod';
import { complaint, shown } from '../../workloads/fields.ts';
import type { Mistakes, Path } from './mistakes.ts';
import { nearest } from './words.ts';

/** Validates a part of a file. What is wrong with it goes to `mistakes`, in our own words; then the answer is undefined. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: Path,
  mistakes: Mistakes,
): z.output<Schema> | undefined {
  const result = schema.safeParse(value, { error: explain });
  if (result.success) return result.data;
  for (const slip of withoutEchoes(result.error.issues.flatMap((issue) => slipsOf(issue, value, [])))) {
    mistakes.at([...path, ...slip.path], slip.message, slip.part);
  }
  return undefined;
}

/** A mistake, relative to the value that was validated. */
interface Slip {
  readonly path: Path;
  readonly message: string;
  readonly part: 'value' | 'key';
  /** For an unknown key: the known one that was probably meant. */
  readonly meant?: string | null;
  /** The key that is missing. */
  readonly missing?: string;
}

type Issue = z.core.$ZodIssue;

function slipsOf(issue: Issue, value: unknown, above: Path): Slip[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(path, key, issue.message));
  if (issue.code === 'invalid_union') return slipsOfUnion(issue, value, path);
  if (issue.code === 'invalid_key') {
    return [{ path, message: issue.issues[0]?.message ?? issue.message, part: 'key' }];
  }
  const key = path.at(-1);
  if (key !== undefined && at(value, path) === undefined) {
    return [{ path, message: `"${String(key)}" is ${issue.message}`, part: 'value', missing: String(key) }];
  }
  return [{ path, message: issue.message, part: 'value' }];
}

/** `known` is the list of known keys that `explain` left in the message. */
function unknownKey(path: Path, key: string, known: string): Slip {
  const meant = nearest(key, known.split(', '));
  const hint = meant === null ? '' : `; did you mean "${meant}"?`;
  return {
    path: [...path, key],
    message: `unknown key "${key}"${hint} (known here: ${known})`,
    part: 'key',
    meant,
  };
}

/** Tells what is wrong with the alternative that was most likely meant; with none of them, where none is more likely. */
function slipsOfUnion(issue: z.core.$ZodIssueInvalidUnion, value: unknown, path: Path): Slip[] {
  const scores = issue.errors.map((issues) => distanceOf(issues, at(value, path)));
  const best = Math.min(...scores);
  const chosen = issue.errors[scores.indexOf(best)];
  const unitless = withoutUnit(issue);
  if (unitless !== undefined && best >= wrongShape) return slipsOf(unitless, value, path);
  const isClear = scores.filter((score) => score === best).length === 1 && best < wrongShape;
  if (chosen === undefined || !isClear) return slipsOf({ ...issue, code: 'custom', path: [] }, value, path);
  return chosen.flatMap((inner) => slipsOf(inner, value, path));
}

function withoutUnit(issue: Issue): Issue | undefined {
  if (issue.code !== 'invalid_union') return issue.message.includes('has no unit') ? issue : undefined;
  return issue.errors
    .flat()
    .map(withoutUnit)
    .find((found) => found !== undefined);
}

const wrongShape = 1_000;

/** How far a value is from an alternative: keys that do not belong or lack, before slips deeper inside. */
function distanceOf(issues: readonly Issue[], value: unknown): number {
  let distance = 0;
  for (const issue of issues) {
    if (issue.code === 'invalid_union' && issue.path.length === 0) {
      distance += Math.min(...issue.errors.map((inner) => distanceOf(inner, value)));
    } else if (isWrongShape(issue, value)) distance += wrongShape;
    else if (issue.code === 'unrecognized_keys' && issue.path.length === 0) distance += strangenessOf(issue);
    else if (issue.path.length === 1 && at(value, issue.path) === undefined) distance += 1;
    else distance += 0.01;
  }
  return distance;
}

/** A key that is nearly one of an alternative speaks for it. */
function strangenessOf({ keys, message }: z.core.$ZodIssueUnrecognizedKeys): number {
  return keys.reduce((sum, key) => sum + (nearest(key, message.split(', ')) === null ? 1 : 0.1), 0);
}

function isWrongShape(issue: Issue, value: unknown): boolean {
  if (issue.path.length > 0) return false;
  return issue.code === 'invalid_type' || (issue.code === 'invalid_value' && typeof value !== 'string');
}

/** A key that was only misspelt is not also reported as missing. */
function withoutEchoes(slips: readonly Slip[]): Slip[] {
  const meant = new Set(slips.filter((slip) => slip.meant).map((slip) => `${parentOf(slip)} ${slip.meant}`));
  return slips.filter(
    (slip) => slip.missing === undefined || !meant.has(`${parentOf(slip)} ${slip.missing}`),
  );
}

function parentOf(slip: Slip): string {
  return JSON.stringify(slip.path.slice(0, -1));
}

function at(value: unknown, path: Path): unknown {
  let inner = value;
  for (const segment of path) {
    if (inner === null || typeof inner !== 'object') return undefined;
    inner = (inner as Record<PropertyKey, unknown>)[segment];
  }
  return inner;
}

/** Our words for what schemas leave to zod. */
function explain(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return knownKeysOf(issue.inst).join(', ');
    case 'invalid_type':
      return complaint(
        issue.expected === 'object' || issue.expected === 'record' ? 'a map' : `a ${issue.expected}`,
      )(issue);
    case 'invalid_value':
      return complaint(`one of ${issue.values.map(String).join(', ')}`)(issue);
    default:
      return `${shown(issue.input)} is not allowed here`;
  }
}

function knownKeysOf(schema: unknown): string[] {
  const definition = (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def;
  return Object.keys(definition?.shape ?? {});
}
