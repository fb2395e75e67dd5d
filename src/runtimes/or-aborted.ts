/** What `awaited` gives; rejects with the signal's reason as soon as it is aborted. */
export async function orAborted<T>(awaited: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return awaited;
  // Whatever becomes of it later, nobody waits for it any more.
  awaited.catch(() => {});
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([awaited, aborted]).finally(() => signal.removeEventListener('abort', stop));
}
