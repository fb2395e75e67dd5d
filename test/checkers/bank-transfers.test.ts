import { describe, expect, test } from 'vitest';
import { checkLinearizable } from '../../src/checkers/linearizable.ts';
import { loadSpec } from '../../src/experiment/spec-file.ts';
import { runTrial } from '../../src/experiment/trial.ts';
import { completionCode, type History, kindCode, noText, valueKind } from '../../src/history/history.ts';
import { simRuntime } from '../../src/runtimes/sim/runtime.ts';
import { strategies } from '../../src/strategies/index.ts';

/** Fifty accounts that transfers join, and a node that crashes and comes back. Seeds 7 and 61 are among the hardest of eighty. */
async function recorded(seed: number): Promise<History> {
  const spec = loadSpec('workloads/bank-transfers.yaml', strategies, {
    seed: String(seed),
    strategies: ['lock'],
  });
  const { record } = await runTrial({ spec, choice: spec.strategies[0]!, trial: 1, runtime: simRuntime });
  return record.history;
}

/** The row in the middle of those of a kind that were answered during the load. */
function someRow({ columns, length }: History, kind: number): number {
  const rows = Array.from({ length }, (_, row) => row).filter(
    (row) => columns.kind[row] === kind && columns.completion[row] === completionCode.ok && row > length / 4,
  );
  return rows[rows.length >> 1]!;
}

describe('money that moves between fifty accounts under locks', () => {
  test.each([1, 7, 42, 61])('is judged linearizable (seed %i)', async (seed) => {
    expect(checkLinearizable(await recorded(seed))).toEqual({ type: 'holds' });
  });

  test.each([1, 7])('is not, once one balance that was read is off by one (seed %i)', async (seed) => {
    const history = await recorded(seed);
    history.columns.value[someRow(history, kindCode.read)]! += 1;

    expect(checkLinearizable(history).type).toBe('violated');
  });

  test.each([1, 7])('is not, once a transfer that was acknowledged never arrived (seed %i)', async (seed) => {
    const history = await recorded(seed);
    const { columns } = history;
    const row = someRow(history, kindCode.transfer);
    columns.kind[row] = kindCode.add;
    columns.argument[row]! *= -1;
    columns.valueKind[row] = valueKind.absent;
    columns.to[row] = noText;

    expect(checkLinearizable(history).type).toBe('violated');
  });
});
