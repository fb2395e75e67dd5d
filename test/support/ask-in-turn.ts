import type { Completion, Context, NodeId, Operation, RequestId } from '../../src/kernel/operation.ts';
import type { Gateway } from '../../src/runtimes/cluster.ts';
import type { Endpoint } from '../../src/topology/topology.ts';

export interface Question {
  readonly site: Endpoint;
  readonly node: NodeId;
  readonly operation: Operation;
  readonly context?: Context;
  /** Go on without waiting for the answer, and do not insist on one. */
  readonly unawaited?: boolean;
}

export interface TurnInput {
  /** Requests are numbered from here on. */
  readonly firstRequest: RequestId;
  readonly questions: readonly Question[];
}

export type Reply = { readonly completion: Completion; readonly context: Context } | null;

/**
 * A client program that asks one question after the other, each when the one before was answered, and finishes with
 * the answers that came. It publishes how many it has asked, and finishes early when it is cancelled.
 */
export function askInTurn(gateway: Gateway<Reply[]>, { firstRequest, questions }: TurnInput): void {
  const replies: Reply[] = questions.map(() => null);
  gateway.onCancel(() => gateway.finish(replies));
  const ask = (index: number): void => {
    const question = questions[index];
    if (question === undefined) return gateway.finish(replies);
    const { site, node, operation, context, unawaited } = question;
    gateway.invoke(firstRequest + index, site, node, operation, context, (completion, answerContext) => {
      replies[index] = { completion, context: answerContext };
      if (!unawaited) ask(index + 1);
    });
    gateway.publish(index + 1);
    if (unawaited) ask(index + 1);
  };
  ask(0);
}

/** A client program that breaks. */
export function breakDown(gateway: Gateway<null>): void {
  gateway.at(0, () => {
    throw new Error('the program broke');
  });
}
