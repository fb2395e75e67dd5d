import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findWorkload } from '../../src/experiment/file/find.ts';
import { type RunEvent, runMatrix } from '../../src/experiment/run.ts';
import { run } from '../../src/experiment/session.ts';
import { loadSpec } from '../../src/experiment/spec-file.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';
import { inFolder } from '../cli/command.ts';

const spec = loadSpec(findWorkload('viral-likes'), strategies, {
  strategies: ['gossip', 'crdt', 'quorum'],
  duration: '500ms',
  trials: '2',
});

/** Every file of a run by its name, without the manifest, which tells of the machine and of its time. */
function filesIn(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'experiment.json')
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

describe('trials side by side', () => {
  test('give the same events of ends, in the same order, and the same bytes as trials in turn', async () => {
    await inFolder(async (folder) => {
      const ends: string[][] = [];
      for (const workers of [1, 2]) {
        const told: string[] = [];
        const onEvent = (event: RunEvent) => {
          if (event.type === 'trial-ends') told.push(`${event.label} ${event.trial}`);
        };
        const out = join(folder, String(workers));
        const options = { spec, runtime: simRuntime, workers, out, history: true, explain: true, onEvent };
        const { partial } = await run(options);
        expect(partial).toBe(false);
        ends.push(told);
      }

      expect(ends[0]).toEqual(['gossip 1', 'crdt 1', 'quorum 1', 'crdt 2', 'quorum 2', 'gossip 2']);
      expect(ends[1]).toEqual(ends[0]);
      const inTurn = filesIn(join(folder, '1'));
      expect([...inTurn.keys()]).toContain('/history/quorum-2.ndjson.gz');
      expect([...inTurn.keys()]).toContain('/explained/gossip-1.svg');
      expect(filesIn(join(folder, '2'))).toEqual(inTurn);
    });
  });

  test('tell of all that happens to each trial', async () => {
    const seen = new Set<string>();
    await runMatrix({
      spec: { ...spec, trials: 1 },
      runtime: simRuntime,
      workers: 2,
      onEvent: ({ type, label }) => void seen.add(`${label} ${type}`),
    });

    for (const label of ['gossip', 'crdt', 'quorum']) {
      for (const type of ['trial-begins', 'progress', 'checking', 'trial-ends']) {
        expect(seen).toContain(`${label} ${type}`);
      }
    }
  });

  test('that are interrupted hand over what they have measured, and no more begin', async () => {
    const stop = new AbortController();
    const begun: string[] = [];
    const long = { ...spec, trials: 4, duration: spec.duration * 400 };
    const { trials, partial } = await runMatrix({
      spec: long,
      runtime: simRuntime,
      workers: 2,
      signal: stop.signal,
      onEvent(event) {
        if (event.type === 'trial-begins') begun.push(event.label);
        if (event.type === 'progress' && event.progress.ok > 0) stop.abort();
      },
    });

    expect(partial).toBe(true);
    expect(begun).toEqual(['gossip', 'crdt']);
    expect(trials.length).toBeLessThanOrEqual(2);
    expect(trials.flatMap(({ summary }) => summary).every((row) => row.partial)).toBe(true);
  });
});
