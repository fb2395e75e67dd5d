import type { NodeId, Plain } from '../../kernel/operation.ts';
import { refuseToWait } from '../refusals.ts';
import type { Request, SimNode } from './node.ts';
import { eventKind } from './queue.ts';

/** Lets a live node's replica handle what has arrived, and carries out what it wants; throws where the strategy does. */
export function step(node: SimNode, kind: number, from: NodeId, payload: unknown): void {
  const replica = node.replica!;
  node.begin();
  if (kind === eventKind.mail) {
    refuseToWait(node.id, 'onMessage', replica.onMessage(from, payload as Plain, node));
  } else if (kind === eventKind.timer) {
    refuseToWait(node.id, 'onTimer', replica.onTimer(payload as Plain, node));
  } else {
    const request = payload as Request;
    node.pending.set(request.id, request);
    const returned: unknown = replica.onRequest(request.id, request.operation, request.context, node);
    refuseToWait(node.id, 'onRequest', returned);
  }
  node.commit();
}
