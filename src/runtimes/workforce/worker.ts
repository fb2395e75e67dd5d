import { allowExitAfterUncaught, forbidExit } from '../no-exit.ts';
import { type Errand, type Job, stopWord } from './protocol.ts';

// Jobs call strategies, which may be anybody's: one that wants to end the process, even in a callback of its own, is told by name.
forbidExit();
allowExitAfterUncaught();

/** What the pool runs on a thread. */
export default async function work({ module, task, port }: Errand): Promise<unknown> {
  const { job } = (await import(module)) as { readonly job: Job<unknown, unknown, unknown> };
  const stopped = new AbortController();
  port.on('message', (word: unknown) => {
    if (word === stopWord) stopped.abort();
  });
  try {
    return await job(task, { signal: stopped.signal, tell: (news) => port.postMessage(news) });
  } finally {
    port.close();
  }
}
