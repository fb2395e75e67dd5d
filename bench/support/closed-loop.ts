import type { Completion, NodeId, Operation } from '../../src/kernel/operation.ts';
import { randomStream } from '../../src/kernel/random.ts';
import type { Micros } from '../../src/kernel/time.ts';
import type { Gateway } from '../../src/runtimes/cluster.ts';

export interface ClosedLoopInput {
  readonly nodes: number;
  readonly clientsPerNode: number;
  readonly keys: number;
  /** The share of writes; the rest are reads. */
  readonly writes: number;
  readonly measured: Micros;
}

export interface ClosedLoopResult {
  readonly operations: number;
  readonly failures: number;
  readonly lasted: Micros;
}

/** So many operations are drawn before the load starts, and asked again and again: drawing must cost nothing while it runs. */
const questions = 8_192;

/** Requests are numbered on from program to program: a number is never used twice on a cluster. */
let request = 0;

/**
 * A client program: clients that stay with one node each and ask again as soon as they were answered. It counts and
 * does not record, so that it measures the cluster.
 */
export function closedLoop(gateway: Gateway<ClosedLoopResult>, input: ClosedLoopInput): void {
  const asked = drawQuestions(input);
  const site = input.nodes;
  let operations = 0;
  let failures = 0;

  const start = (node: NodeId): void => {
    const complete = (completion: Completion): void => {
      if (completion.type === 'ok') operations += 1;
      else failures += 1;
      ask();
    };
    const ask = (): void => {
      const operation = asked[request % questions]!;
      gateway.invoke(request, site, node, operation, undefined, complete);
      request += 1;
    };
    ask();
  };

  for (let client = 0; client < input.nodes * input.clientsPerNode; client += 1) start(client % input.nodes);
  const from = gateway.now();
  gateway.at(from + input.measured, () => {
    gateway.finish({ operations, failures, lasted: gateway.now() - from });
  });
}

function drawQuestions({ keys, writes }: ClosedLoopInput): readonly Operation[] {
  const random = randomStream('bench', 'questions');
  const names = Array.from({ length: keys }, (_, i) => `user${String(i).padStart(8, '0')}`);
  return Array.from({ length: questions }, (_, i) => {
    const key = random.pick(names);
    return random.chance(writes) ? { type: 'write', key, value: i } : { type: 'read', key };
  });
}
