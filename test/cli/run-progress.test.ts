import { afterEach, describe, expect, it, vi } from 'vitest';
import { progressDisplay } from '../../src/cli/progress.ts';
import { RunProgress } from '../../src/cli/run-progress.ts';
import type { RunEvent } from '../../src/experiment/run.ts';

afterEach(() => vi.restoreAllMocks());

describe('progress in plain lines', () => {
  it('tells each stage of a trial at once, and within a stage only now and then', () => {
    const lines: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    vi.stubEnv('CI', 'true');
    const progress = new RunProgress(progressDisplay(['gossip'], false), 1);
    const event = (rest: object) => ({ label: 'gossip', trial: 1, ...rest }) as RunEvent;
    const loaded = { fraction: 0.5, ok: 1, refused: 0, fail: 0, info: 0 };

    progress.show(event({ type: 'trial-begins' }));
    progress.show(event({ type: 'progress', progress: { ...loaded, fraction: 0 } }));
    progress.show(event({ type: 'progress', progress: loaded }));
    progress.show(event({ type: 'checking' }));
    progress.show(event({ type: 'trial-ends' }));

    expect(lines).toEqual([
      'gossip: 0 %, starting nodes\n',
      'gossip: 0 %, 1 answered, 0 not\n',
      'gossip: 97 %, checking\n',
      'gossip: 100 %, done\n',
    ]);
    vi.unstubAllEnvs();
  });
});
