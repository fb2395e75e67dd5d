import { loadStrategy } from '../load-strategy.ts';
import { allowExitAfterUncaught, forbidExit } from '../no-exit.ts';
import { runClients } from './client-host.ts';
import { runNode } from './node-host.ts';
import type { ClientsTask, NodeTask } from './protocol.ts';

/**
 * What the pool runs on a thread: a host, from boot to death. The promise never settles, because a host never ends by
 * itself: the thread is aborted, or an error ends it. Rejecting would hand the thread back to the pool, alive.
 */
export default function host(task: NodeTask | ClientsTask): Promise<never> {
  forbidExit();
  allowExitAfterUncaught();
  start(task).catch(die);
  return new Promise<never>(() => {});
}

/** Whoever started the thread watches over its start. */
async function start(task: NodeTask | ClientsTask): Promise<void> {
  const strategy = await loadStrategy(task.strategy, null);
  if (task.type === 'node') runNode(task, strategy);
  else runClients(task, strategy);
}

/** Ends the thread by an error that nobody catches. */
function die(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
