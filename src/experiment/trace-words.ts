import { valueInWords } from '../checkers/words.ts';
import type { Completion, Operation } from '../kernel/operation.ts';
import type { Note } from '../kernel/replica.ts';
import type { Trace, TracedAnswer, TracedRequest, TraceEntry } from '../runtimes/sim/trace.ts';
import type { Endpoint, Topology } from '../topology/topology.ts';

/** Messages can be long; a sentence cannot. */
const longestText = 160;

/** `asia-1`, or `the clients in asia`. */
export function endName(topology: Topology, end: Endpoint): string {
  const node = topology.nodes[end];
  if (node !== undefined) return node.name;
  const region = topology.regions[end - topology.nodes.length];
  return region === undefined ? 'nobody' : `the clients in ${region}`;
}

/** Plain data on one line, Maps and Sets with what they hold; long ones are cut. */
export function plainText(value: unknown, longest = longestText): string {
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Map) return Object.fromEntries(part);
    if (part instanceof Set) return [...part];
    return part;
  });
  if (text === undefined) return 'nothing';
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

/** What an entry tells, as what somebody did or met: `sent {"type":"vote"} to asia-1`. */
export function entryInWords(trace: Trace, entry: TraceEntry, topology: Topology): string {
  const peer = endName(topology, entry.peer);
  switch (entry.kind) {
    case 'boot':
      return entry.detail === 'first' ? 'started' : `started again (${String(entry.detail)})`;
    case 'request':
      return `was asked by ${peer} to ${askedIn(trace, entry)}`;
    case 'refusal':
      return `was not there for what ${peer} asked`;
    case 'mail':
      return `received ${plainText(trace.entry(entry.cause)?.detail)} from ${peer}`;
    case 'timer':
      return `had its timer ${plainText(dataOf(trace.entry(entry.cause)))} fire`;
    case 'answer':
      return `heard from ${peer}: ${answerIn(trace, entry)}`;
    case 'callback':
      return 'had a turn';
    case 'fault':
      return `a fault: ${plainText(entry.detail)}`;
    case 'crash':
      return `broke: ${entry.detail instanceof Error ? entry.detail.message : plainText(entry.detail)}`;
    case 'send':
      return `sent ${plainText(entry.detail)} to ${peer}`;
    case 'invoke':
      return `asked ${peer} to ${operationText((entry.detail as TracedRequest).operation)}`;
    case 'reply':
      return `answered ${completionText((entry.detail as TracedAnswer).completion)} to ${peer}`;
    case 'set-timer':
      return `set a timer ${plainText(entry.detail)}`;
    case 'cancel-timer':
      return 'cancelled a timer';
    case 'persist':
      return `persisted ${plainText(entry.detail)}`;
    case 'note':
      return `noted ${plainText(entry.detail as Note)}`;
    case 'lost':
      return `did not get what ${peer} had sent (${String(entry.detail)})`;
    case 'held':
      return 'slept while something arrived';
  }
}

/** `write 7 to x`, `read x`. */
export function operationText(operation: Operation): string {
  switch (operation.type) {
    case 'read':
      return `read ${operation.key}`;
    case 'write':
      return `write ${valueInWords(operation.value)} to ${operation.key}`;
    case 'add':
      return `add ${operation.delta} to ${operation.key}`;
    case 'cas':
      return `change ${operation.key} from ${valueInWords(operation.expected)} to ${valueInWords(operation.value)}`;
    case 'transfer':
      return `move ${operation.amount} from ${operation.key} to ${operation.to}`;
  }
}

/** `ok 7`, `refused (below-floor)`, `fail (connection refused)`. */
export function completionText(completion: Completion): string {
  switch (completion.type) {
    case 'ok':
      return completion.value === undefined ? 'ok' : `ok ${valueInWords(completion.value)}`;
    case 'refused':
      return `refused (${completion.because})`;
    case 'fail':
    case 'info':
      return `${completion.type} (${completion.error})`;
  }
}

function dataOf(set: TraceEntry | undefined): unknown {
  return (set?.detail as { readonly data?: unknown } | undefined)?.data;
}

function askedIn(trace: Trace, { cause }: TraceEntry): string {
  const asked = trace.entry(cause)?.detail as TracedRequest | undefined;
  return asked === undefined ? 'do something' : operationText(asked.operation);
}

function answerIn(trace: Trace, { cause }: TraceEntry): string {
  const answer = trace.entry(cause)?.detail as TracedAnswer | undefined;
  return answer === undefined ? 'something' : completionText(answer.completion);
}
