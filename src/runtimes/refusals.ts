import type { Completion, NodeId, RequestId } from '../kernel/operation.ts';
import type { Replica } from '../kernel/replica.ts';

/**
 * What runtimes refuse of a strategy, in words and in every runtime alike: a strategy may be written in JavaScript, and
 * then no compiler has told its author.
 */

const completions =
  'ok (value), refused (because, value), fail (error) or info (error); because and error are texts, and a value, where ' +
  'there is one, is null, a boolean, a number, a text or a list of values';

/** Throws where a strategy answers with what is no completion. Called for every reply, and so it is quick with a good one. */
export function refuseUnlessCompletion(node: NodeId, request: RequestId, completion: Completion): void {
  if (isCompletion(completion)) return;
  throw new TypeError(
    `node ${node} answers request ${request} with ${shown(completion)}: a completion is ${completions}`,
  );
}

const steps = ['onStart', 'onRequest', 'onMessage', 'onTimer', 'contents'] as const;

/** Throws where what `create` returned cannot take steps. */
export function refuseUnlessReplica(node: NodeId, replica: Replica<never>): void {
  refuseToWait(node, 'create', replica);
  const missing = steps.filter((step) => typeof (replica as Replica<never> | null)?.[step] !== 'function');
  if (missing.length === 0) return;
  throw new TypeError(
    `create gave node ${node} ${shown(replica)}, which has no ${missing.join(', ')}: a replica has ${steps.join(', ')}`,
  );
}

/** Throws where a step returned a promise: what it does later would not be part of any step. */
export function refuseToWait(node: NodeId, step: string, returned: unknown): void {
  if (returned === undefined || typeof (returned as PromiseLike<unknown> | null)?.then !== 'function') return;
  // Nobody waits for it, and so nobody may be surprised by how it ends.
  (returned as PromiseLike<unknown>).then(ignore, ignore);
  throw new TypeError(`${step} of node ${node} returned a promise: a strategy never waits, it sets timers`);
}

function ignore(): void {}

/** Deeper lists than this do not fit into messages, and one that contains itself has no end. */
const deepestValue = 100;

function isCompletion(completion: Completion): boolean {
  switch ((completion as Completion | null | undefined)?.type) {
    case 'ok':
      return isAnswer((completion as { readonly value?: unknown }).value);
    case 'refused': {
      const { because, value } = completion as { readonly because: unknown; readonly value?: unknown };
      return typeof because === 'string' && isAnswer(value);
    }
    case 'fail':
    case 'info':
      return typeof (completion as { readonly error: unknown }).error === 'string';
    default:
      return false;
  }
}

function isAnswer(value: unknown): boolean {
  return value === undefined || isValue(value, 0);
}

function isValue(value: unknown, depth: number): boolean {
  if (typeof value === 'number' || typeof value === 'string' || value === null) return true;
  if (typeof value === 'object') return Array.isArray(value) && isList(value, depth);
  return typeof value === 'boolean';
}

function isList(list: readonly unknown[], depth: number): boolean {
  if (depth === deepestValue) return false;
  for (const element of list) if (!isValue(element, depth + 1)) return false;
  return true;
}

const longestShown = 100;

/** In the manner of JSON, with what JSON would leave out. */
function shown(value: unknown): string {
  const text = write(value, 0);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > 2) return '…';
  const parts = Object.entries(value).slice(0, longestShown);
  if (Array.isArray(value)) return `[${parts.map(([, part]) => write(part, depth + 1)).join(', ')}]`;
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  const fields = parts.map(([field, part]) => `${field}: ${write(part, depth + 1)}`).join(', ');
  return `${kind === 'Object' ? '' : `${kind} `}{${fields === '' ? '' : ` ${fields} `}}`;
}
