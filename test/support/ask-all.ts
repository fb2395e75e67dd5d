import type { Completion, Context, NodeId, Operation } from '../../src/kernel/operation.ts';
import type { Micros } from '../../src/kernel/time.ts';
import type { Gateway } from '../../src/runtimes/cluster.ts';
import type { Endpoint } from '../../src/topology/topology.ts';

export interface Ask {
  readonly at: Micros;
  readonly site: Endpoint;
  readonly node: NodeId;
  readonly operation: Operation;
  readonly context?: Context;
}

export interface Answer {
  readonly at: Micros;
  readonly completion: Completion;
  readonly context: Context;
}

export interface AskInput {
  readonly asks: readonly Ask[];
  readonly until: Micros;
}

/** A client program: asks each question at its time, and finishes at `until` with the answers that came, or null. */
export function askAll(gateway: Gateway<(Answer | null)[]>, input: AskInput): void {
  const answers: (Answer | null)[] = input.asks.map(() => null);
  input.asks.forEach(({ at, site, node, operation, context }, request) => {
    gateway.at(at, () => {
      gateway.invoke(request, site, node, operation, context, (completion, answerContext) => {
        answers[request] = { at: gateway.now(), completion, context: answerContext };
      });
    });
  });
  gateway.at(input.until, () => gateway.finish(answers));
}
