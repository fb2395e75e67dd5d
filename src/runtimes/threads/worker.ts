import { loadStrategy } from '../load-strategy.ts';
import { runClients } from './client-host.ts';
import { runNode } from './node-host.ts';
import type { ClientsTask, NodeTask } from './protocol.ts';

/**
 * What the pool runs on a thread: a host, from boot to death. The promise never resolves, because a host never ends by
 * itself: the thread is aborted, or an error ends it.
 */
export default async function host(task: NodeTask | ClientsTask): Promise<never> {
  const strategy = await loadStrategy(task.strategy);
  if (task.type === 'node') runNode(task, strategy);
  else runClients(task, strategy);
  return new Promise<never>(() => {});
}
