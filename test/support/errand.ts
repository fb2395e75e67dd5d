import type { Job } from '../../src/runtimes/workforce/protocol.ts';

/** What a test's job does: answers with its number, after a while or when told to stop, or comes to grief. */
export interface TestTask {
  readonly number: number;
  readonly does?: 'answer' | 'wait to be stopped' | 'throw' | 'exit' | 'exit later';
  /** Waits until this cell of shared memory is not 0 any more. */
  readonly gate?: Int32Array;
}

export const job: Job<TestTask, string, string> = async (
  { number, does = 'answer', gate },
  { signal, tell },
) => {
  tell(`${number} begins`);
  if (does === 'throw') throw new Error(`task ${number} was told to throw`);
  if (does === 'exit') process.exit(3);
  if (does === 'exit later') {
    setImmediate(() => process.exit(4));
    await new Promise<never>(() => {});
  }
  if (gate !== undefined) Atomics.wait(gate, 0, 0);
  if (does === 'wait to be stopped') {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    return `${number} stopped`;
  }
  return `${number} done`;
};
