import type { History } from '../../history/history.ts';
import { phaseCode } from '../../history/history.ts';
import { Recorder } from '../../history/recorder.ts';
import type { Key, Operation, Plain, RequestId, Value } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Gateway } from '../../runtimes/cluster.ts';
import type { Topology } from '../../topology/topology.ts';
import type { ClientPolicy, Load } from '../spec.ts';
import { Dispatcher } from './dispatcher.ts';

/** What every client program of a trial needs; `previous` is what the program before it recorded. */
export interface ClientInput {
  readonly topology: Topology;
  readonly policy: ClientPolicy;
  readonly maximumRows: number;
  readonly previous: ClientResult | null;
}

/** What a client program hands to the next one, and in the end to whoever runs the trial. */
export interface ClientResult {
  readonly history: History;
  readonly nextProcess: number;
  readonly nextRequest: RequestId;
  /** The program was asked to stop, or its history was full. */
  readonly stopped: 'complete' | 'cancelled' | 'history-full';
  /** Questions that never got the answer they need (setup and final reads), in words. */
  readonly unanswered: readonly string[];
}

export interface LoadInput extends ClientInput {
  readonly seed: string;
  readonly workload: { readonly kind: string; readonly parameters: Plain };
  readonly load: Load;
  readonly startAt: Micros;
  readonly warmUp: Micros;
  readonly duration: Micros;
}

export interface SetupInput extends ClientInput {
  readonly initial: readonly (readonly [Key, Value])[];
}

export interface FinalReadsInput extends ClientInput {
  readonly keys: readonly Key[];
}

/** The pieces that all programs share: one recorder that goes on where the last program stopped, one dispatcher. */
export function openDesk(
  gateway: Gateway<ClientResult>,
  input: ClientInput,
): { readonly recorder: Recorder; readonly dispatcher: Dispatcher } {
  const recorder =
    input.previous === null ? new Recorder(input.maximumRows) : Recorder.resume(input.previous.history);
  const dispatcher = new Dispatcher(gateway, {
    topology: input.topology,
    policy: input.policy,
    recorder,
    firstProcess: input.previous?.nextProcess ?? 0,
    firstRequest: input.previous?.nextRequest ?? 1,
  });
  return { recorder, dispatcher };
}

export function resultOf(
  input: ClientInput,
  recorder: Recorder,
  dispatcher: Dispatcher,
  stopped: ClientResult['stopped'],
  unanswered: readonly string[] = [],
): ClientResult {
  return {
    history: recorder.history(
      input.topology.nodes.map((node) => node.name),
      input.topology.regions,
    ),
    nextProcess: dispatcher.nextProcess,
    nextRequest: dispatcher.nextRequest,
    stopped,
    unanswered,
  };
}

/** Writes the values that the store must hold before the load. */
export function setup(gateway: Gateway<ClientResult>, input: SetupInput): void {
  const operations = input.initial.map(([key, value]): Operation => ({ type: 'write', key, value }));
  askEach(gateway, input, operations, phaseCode.setup);
}

/** Reads every key once all is quiet, so that the history itself says what became of every write. */
export function finalReads(gateway: Gateway<ClientResult>, input: FinalReadsInput): void {
  const operations = input.keys.map((key): Operation => ({ type: 'read', key }));
  askEach(gateway, input, operations, phaseCode.final);
}

/** How many of a list of operations are under way at once. */
const listConcurrency = 128;
/** How often each of them is tried. */
const listAttempts = 5;
/** The pause before a list operation that was not done is tried again. */
const listRetryAfter: Micros = 100_000;

/** Asks a list of operations, each again until it is answered `ok`, up to a number of attempts. */
function askEach(
  gateway: Gateway<ClientResult>,
  input: ClientInput,
  operations: readonly Operation[],
  phase: number,
): void {
  const { recorder, dispatcher } = openDesk(gateway, input);
  const unanswered: string[] = [];
  let next = 0;
  let open = operations.length;
  let cancelled = false;
  gateway.onCancel(() => {
    cancelled = true;
  });

  const settle = (words?: string) => {
    if (words !== undefined) unanswered.push(words);
    open -= 1;
    if (open === 0) {
      gateway.finish(resultOf(input, recorder, dispatcher, cancelled ? 'cancelled' : 'complete', unanswered));
      return;
    }
    askNext();
  };
  const ask = (operation: Operation, index: number, attempt: number) => {
    dispatcher.ask({
      stream: phase,
      index,
      site: index % input.topology.regions.length,
      operation,
      phase,
      dueAt: Number.NaN,
      done: (completion) => {
        if (completion.type === 'ok') return settle();
        const words = `${operation.type} ${operation.key}: ${'error' in completion ? completion.error : completion.because}`;
        if (attempt === listAttempts || cancelled) return settle(words);
        gateway.at(gateway.now() + listRetryAfter, () => ask(operation, index, attempt + 1));
      },
    });
  };
  const askNext = () => {
    const operation = operations[next];
    if (operation === undefined) return;
    next += 1;
    ask(operation, next - 1, 1);
  };

  if (operations.length === 0) {
    gateway.finish(resultOf(input, recorder, dispatcher, 'complete'));
    return;
  }
  for (let i = 0; i < listConcurrency; i += 1) askNext();
}
