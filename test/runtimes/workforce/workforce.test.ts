import { describe, expect, test } from 'vitest';
import { spread } from '../../../src/runtimes/workforce/workforce.ts';
import type { TestTask } from '../../support/errand.ts';

const module = new URL('../../support/errand.ts', import.meta.url);

function numbered(
  count: number,
  special: Partial<Record<number, Omit<TestTask, 'number'>>> = {},
): TestTask[] {
  return Array.from({ length: count }, (_, number) => ({ number, ...special[number] }));
}

/** Runs tasks and returns what was told, in order. */
async function told(tasks: readonly TestTask[], workers: number, signal?: AbortSignal): Promise<string[]> {
  const results: string[] = [];
  await spread<TestTask, string, string>(module, workers, {
    tasks,
    signal,
    onResult: (_, result) => void results.push(result),
  });
  return results;
}

describe('work that is spread over threads', () => {
  test('is handed over in the order of the tasks, whichever ends first', async () => {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const results: string[] = [];
    await spread<TestTask, string, string>(module, 2, {
      tasks: numbered(5, { 0: { gate } }),
      onNews(_, news) {
        // The first task may go on once the third has begun, so it ends after the second.
        if (news !== '2 begins') return;
        Atomics.store(gate, 0, 1);
        Atomics.notify(gate, 0);
      },
      onResult: (_, result) => void results.push(result),
    });

    expect(results).toEqual(['0 done', '1 done', '2 done', '3 done', '4 done']);
  });

  test('never runs more than twice as many tasks as workers ahead of the one that is wanted next', async () => {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const begun: number[] = [];
    let ahead = 0;
    const open = (turns: number): void => {
      if (turns > 0) return void setImmediate(open, turns - 1);
      ahead = begun.length;
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    };
    await spread<TestTask, string, string>(module, 2, {
      tasks: numbered(12, { 0: { gate } }),
      onStart: ({ number }) => void begun.push(number),
      // Three others are done or under way while the first one waits. Were another allowed to begin, it would in so many turns.
      onNews(_, news) {
        if (news === '3 begins') open(500);
      },
      onResult() {},
    });

    expect(ahead).toBe(4);
    expect(begun).toEqual(Array.from({ length: 12 }, (_, number) => number));
  });

  test('tells what jobs tell', async () => {
    const news: string[] = [];
    await spread<TestTask, string, string>(module, 1, {
      tasks: numbered(2),
      onNews: ({ number }, words) => void news.push(`${number}: ${words}`),
      onResult() {},
    });

    expect(news).toEqual(['0: 0 begins', '1: 1 begins']);
  });

  test('ends early when told so: what is under way hands over what it has, and nothing else begins', async () => {
    const stop = new AbortController();
    const started: number[] = [];
    const results: string[] = [];
    await spread<TestTask, string, string>(module, 1, {
      tasks: numbered(3, { 0: { does: 'wait to be stopped' } }),
      signal: stop.signal,
      onStart: ({ number }) => void started.push(number),
      onNews: () => stop.abort(),
      onResult: (_, result) => void results.push(result),
    });

    expect(results).toEqual(['0 stopped']);
    expect(started).toEqual([0]);
  });

  test('fails as a whole, with its stack, when a job throws', async () => {
    const failing = told(numbered(4, { 1: { does: 'throw' } }), 2);

    await expect(failing).rejects.toThrow('task 1 was told to throw');
    await failing.catch((error: Error) => expect(error.stack).toContain('errand.ts:'));
  });

  test.each([
    ['at once', 'exit', 'process.exit(3)'],
    ['in a callback of its own', 'exit later', 'process.exit(4)'],
  ] as const)(
    'fails as a whole when a job wants to end the process %s, and names the call',
    async (_, does, call) => {
      await expect(told(numbered(3, { 1: { does } }), 2)).rejects.toThrow(call);
    },
  );

  test('fails when who takes the results fails', async () => {
    const failing = spread<TestTask, string, string>(module, 2, {
      tasks: numbered(3),
      onResult() {
        throw new Error('the disk is full');
      },
    });

    await expect(failing).rejects.toThrow('the disk is full');
  });
});
