import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/checkers/index.ts';
import { findWorkload } from '../../../src/experiment/file/find.ts';
import { loadSpec } from '../../../src/experiment/spec-file.ts';
import { runTrial } from '../../../src/experiment/trial.ts';
import type { Fault } from '../../../src/faults/fault.ts';
import { milliseconds } from '../../../src/kernel/time.ts';
import { threadsRuntime } from '../../../src/runtimes/threads/runtime.ts';
import { strategies } from '../../../src/strategies/index.ts';

const faults: readonly Fault[] = [
  { type: 'join', at: milliseconds(150), until: null, target: { type: 'node', node: 2 } },
  { type: 'leave', at: milliseconds(600), until: null, target: { type: 'node', node: 0 } },
];

describe('on worker threads', () => {
  it.each(['gossip', 'crdt', 'quorum'])(
    'a node joins and another leaves under load, and %s keeps its promises',
    async (name) => {
      const overrides = { duration: '1s', nodes: 3, strategies: [name] };
      const spec = { ...loadSpec(findWorkload('viral-likes'), strategies, overrides), faults };
      const choice = spec.strategies[0]!;

      const { record, cluster } = await runTrial({ spec, choice, trial: 1, runtime: threadsRuntime });

      const claims = strategies[name]!.strategy.guarantees(choice.knobs);
      const broken = judge(record, claims).filter(
        ({ claimed, verdict }) => claimed && verdict.type === 'violated',
      );
      expect(broken).toEqual([]);
      expect(cluster.failures).toEqual([]);
      expect(cluster.membership.map(({ type, node }) => `${type} ${node}`)).toEqual(['join 2', 'leave 0']);
      for (const { settled } of cluster.membership) expect(settled).not.toBeNull();
      expect(cluster.membership[0]!.bytes).toBeGreaterThan(0);
      expect([...record.contents.keys()]).toEqual([1, 2]);
      expect(record.convergence?.agreed).toBe(true);
      expect(record.history.columns.node.includes(2)).toBe(true);
    },
    60_000,
  );
});
